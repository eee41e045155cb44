from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from player.music.analysis.decode import SoundFile, true_seconds
from recognizer.media_file import Undecodable
from tests.cases import media_case
from tests.player.music.sounds import CODECS, RATE_HZ, tone, write

SECONDS = 6.0

LENGTHS = {
    "Vol: 1/colon.m4a": 15.0,
    "vbr_noxing_quiet_intro.mp3": 30.04,
    "chained.ogg": 75.05,
    "unknown_length.flac": 6.0,
    "theora_first.ogg": 15.05,
    "rf64.wav": 6.0,
    "stream_ripped_midframe.mp3": 15.02,
    "id3_then_junk.mp3": 15.05,
    "double_id3.mp3": 15.05,
    "ape_at_front.mp3": 15.05,
    "adts_named.m4a": 15.02,
    "aiff_named.wav": 6.0,
    "wma_named.mp3": 14.98,
    "cover_badb64.ogg": 15.0,
}


def loudest_hertz(sound: np.ndarray, rate_hz: int) -> float:
    return float(np.fft.rfftfreq(len(sound), 1 / rate_hz)[np.abs(np.fft.rfft(sound[:, 0])).argmax()])


@pytest.mark.parametrize("ending", CODECS)
def test_every_kind_gives_its_sound_block_by_block(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"song: 1.{ending}", tone(SECONDS))
    with SoundFile(path) as sound:
        parts = list(sound.blocks())
        rate_hz = sound.rate_hz
    whole = np.concatenate(parts)
    assert len(parts) > 1
    assert len(whole) / rate_hz == pytest.approx(SECONDS, abs=0.1)
    assert loudest_hertz(whole, rate_hz) == pytest.approx(440, abs=1)
    assert 0.25 < np.abs(whole).max() < 0.4
    assert true_seconds(path) == pytest.approx(SECONDS, abs=0.1)


@pytest.mark.parametrize("name", LENGTHS)
def test_what_others_stumble_over_is_decoded_from_end_to_end(name: str) -> None:
    path = media_case(name)
    with SoundFile(path) as sound:
        seconds = sum(map(len, sound.blocks())) / sound.rate_hz
    assert seconds == pytest.approx(LENGTHS[name], abs=0.05)
    assert true_seconds(path) == pytest.approx(LENGTHS[name], abs=0.05)


def test_a_chain_of_different_rates_is_one_sound(tmp_path: Path) -> None:
    first = write(tmp_path / "first.oga", tone(2))
    second = write(tmp_path / "second.oga", tone(2)[::2], RATE_HZ // 2)
    chained = tmp_path / "chained.ogg"
    chained.write_bytes(first.read_bytes() + second.read_bytes())
    with SoundFile(chained) as sound:
        whole = np.concatenate(list(sound.blocks()))
        assert sound.rate_hz == RATE_HZ
    assert len(whole) / RATE_HZ == pytest.approx(4, abs=0.1)
    assert loudest_hertz(whole[-RATE_HZ:], RATE_HZ) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("ending", ["flac", "mp3", "opus", "m4a"])
def test_a_damaged_place_is_passed_over(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"song.{ending}", tone(20))
    content = bytearray(path.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 2000] = bytes(range(256))[::-1][:250] * 8
    path.write_bytes(content)
    with SoundFile(path) as sound:
        assert 18 < sum(map(len, sound.blocks())) / sound.rate_hz <= 20.1


@pytest.mark.parametrize("ending", ["mp3", "flac", "wav", "opus", "m4a", "aac"])
def test_a_file_that_is_cut_off_gives_what_is_there(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"cut.{ending}", tone(SECONDS))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 if ending != "m4a" else -1000])
    try:
        with SoundFile(path) as sound:
            assert sum(map(len, sound.blocks())) / sound.rate_hz > SECONDS / 3
    except Undecodable:
        assert ending == "m4a", "its index was cut off"


@pytest.mark.parametrize("content", [b"", b"no sound" * 100, b"\0\0\0\x18ftypM4A " + bytes(range(256)) * 50])
@pytest.mark.parametrize("ending", ["mp3", "m4a", "ogg", "aac", "wv"])
def test_what_holds_no_sound_is_said_to_hold_none(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"song.{ending}"
    path.write_bytes(content)
    with pytest.raises(Undecodable):
        SoundFile(path)


def test_trouble_of_the_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SoundFile(tmp_path / "gone.mp3")


def test_memory_is_bounded_by_a_block(tmp_path: Path) -> None:
    path = write(tmp_path / "long.wav", np.tile(tone(30), 10))
    tracemalloc.start()
    with SoundFile(path) as sound:
        assert sum(map(len, sound.blocks())) == 300 * RATE_HZ
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("ending", ["mp3", "flac", "m4a", "opus", "wav"])
def test_a_place_can_be_gone_to(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"song.{ending}", np.concatenate([tone(10), tone(10, hertz=1000)]))
    with SoundFile(path) as sound:
        sound.seek(14.0)
        assert loudest_hertz(next(sound.blocks()), sound.rate_hz) == pytest.approx(1000, abs=2)
