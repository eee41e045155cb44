from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from player.errors import LibraryError
from player.music.analysis.decode import blocks, is_mp4, opened, unpack
from tests.player.music.sounds import tone, write

SECONDS = 6.0


@pytest.mark.parametrize("ending", ["mp3", "flac", "ogg", "opus", "wav", "m4a"])
def test_every_format_gives_its_sound_block_by_block(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"song.{ending}", tone(SECONDS))

    with opened(path) as sound:
        parts = list(blocks(sound))
        rate_hz = sound.samplerate

    whole = np.concatenate(parts)
    strongest = np.fft.rfftfreq(len(whole), 1 / rate_hz)[np.abs(np.fft.rfft(whole[:, 0])).argmax()]
    assert len(parts) > 1
    assert len(whole) / rate_hz == pytest.approx(SECONDS, abs=0.2)
    assert strongest == pytest.approx(440, abs=1)


def test_an_m4a_is_known_by_its_content(tmp_path: Path) -> None:
    path = write(tmp_path / "song.m4a", tone(2))

    assert is_mp4(path.rename(tmp_path / "song.mp3"))


def test_noise_in_an_mp4_box_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.m4a"
    path.write_bytes(b"\0\0\0\x18ftypM4A " + bytes(range(256)) * 50)

    with pytest.raises(LibraryError, match=r"libVLC|no decoder"), opened(path):
        pass


def test_a_file_that_libvlc_cannot_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="libVLC"):
        unpack(tmp_path / "gone.m4a", tmp_path / "sound.wav")


def test_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.ogg"
    path.write_text("no sound")

    with pytest.raises(LibraryError, match="no decoder"), opened(path):
        pass


def test_a_file_that_ends_in_mid_frame_tells_how_far_it_was_good(tmp_path: Path) -> None:
    path = write(tmp_path / "cut.flac", tone(SECONDS))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(LibraryError, match=r"damaged after \d"), opened(path) as sound:
        list(blocks(sound))
