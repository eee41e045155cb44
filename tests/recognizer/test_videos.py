"""Recorded videos as people have them: at addresses, with odd pixels, turned, of uneven rate, damaged."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from recognizer.addresses import FetchedVideo
from recognizer.capture import open_source
from recognizer.errors import SourceError
from recognizer.frames import Image
from recognizer.videos import VideoSource
from tests.cases import media_case
from tests.data import outside
from tests.recognizer.clips import number_of, numbered, write_video
from tests.recognizer.web import Parts, Whole, served


def corners() -> Image:
    """White above left, red above right, black below."""
    image = np.zeros((64, 96, 3), np.uint8)
    image[:32, :48] = 255
    image[:32, 48:, 2] = 255
    return image


def write_turned(path: Path, degrees: int, mirrored: bool = False, pixel: Fraction | None = None) -> Path:
    with av.open(f"file:{path}", "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        if degrees or mirrored:
            stream.set_display_rotation(degrees, hflip=mirrored)
        if pixel:
            stream.codec_context.sample_aspect_ratio = pixel
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(corners(), format="bgr24")))
        container.mux(stream.encode(None))
    return path


def first_image(path: Path) -> Image:
    with VideoSource(path) as source:
        frame = source.read()
    assert frame is not None
    return frame.image


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("degrees", [0, 90, 180, -90])
def test_a_turned_or_mirrored_recording_is_seen_upright(tmp_path: Path, degrees: int, mirrored: bool) -> None:
    seen = first_image(write_turned(tmp_path / "turned.mp4", degrees, mirrored))
    wanted = np.rot90(corners(), degrees // 90)
    wanted = wanted[:, ::-1] if mirrored else wanted
    assert seen.shape == wanted.shape
    assert np.abs(seen.astype(int) - wanted).mean() < 8
    assert seen.flags.c_contiguous


@pytest.mark.parametrize(
    ("pixel", "shape"),
    [
        (Fraction(2, 1), (64, 192, 3)),
        (Fraction(1, 2), (128, 96, 3)),
        (Fraction(64, 45), (64, 137, 3)),
        (Fraction(9, 1), (64, 96, 3)),
    ],
)
def test_pixels_become_square_unless_the_file_is_mad(
    tmp_path: Path, pixel: Fraction, shape: tuple[int, ...]
) -> None:
    assert first_image(write_turned(tmp_path / "wide.mp4", 0, pixel=pixel)).shape == shape


@pytest.mark.parametrize("name", ["clip:1.mp4", "http:x.mp4", "-100%d é.mp4", "pipe:0.mp4"])
def test_any_name_of_a_file_is_a_path(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(write_video(tmp_path / "clip.mp4", frames=3), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    with open_source(name) as source:
        assert [number_of(frame) for frame in source] == [0, 1, 2]


@pytest.mark.parametrize("server", [Parts, Whole])
@pytest.mark.parametrize("name", ["tail.mp4", "plain.avi", "plain.mkv"])
def test_a_recording_at_an_address_is_read_like_a_file(
    tmp_path: Path, name: str, server: type[Whole]
) -> None:
    write_video(tmp_path / "tail.mp4")
    for ending in ("avi", "mkv"):
        _copy_packets(tmp_path / "tail.mp4", tmp_path / f"plain.{ending}")
    with served(tmp_path, server) as address, open_source(f"{address}/{name}") as source:
        assert isinstance(source, VideoSource)
        assert isinstance(source, FetchedVideo) == (server is Whole and name == "tail.mp4")
        assert source.name == f"{address}/{name}"
        frames = list(source)
        source.rewind()
        assert len(list(source)) == len(frames)
    assert [number_of(frame) for frame in frames] == list(range(10))
    assert [frame.media_seconds for frame in frames] == pytest.approx([n / 25 for n in range(10)], abs=1e-3)


def test_an_address_without_the_file_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "page.mp4").write_text("<html>nothing here</html>" * 100)
    with served(tmp_path) as address:
        for name in ("page.mp4", "page.mp4/x"):
            with pytest.raises(SourceError, match="no video comes from this address"):
                open_source(f"{address}/{name}")


def test_a_server_that_goes_away_ends_the_reading_with_an_error(tmp_path: Path) -> None:
    class Broken(Whole):
        def copyfile(self, source: object, outputfile: object) -> None:
            self.wfile.write(Path(self.translate_path(self.path)).read_bytes()[:60_000])

    clip = outside("videos", "lp_d0.mp4")
    _copy_packets(clip, tmp_path / "clip.mkv")
    with (
        served(tmp_path, Broken) as address,
        open_source(f"{address}/clip.mkv") as source,
        pytest.raises(SourceError, match=r"cannot be read on after \d+ frames"),
    ):
        list(source)


def test_reading_goes_on_after_damage_and_counts_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(outside("videos", "lp_d20.mp4").read_bytes())
    middle = len(content) // 3
    content[middle : middle + 20_000] = bytes(20_000)
    (tmp_path / "hole.mp4").write_bytes(content)
    with VideoSource(tmp_path / "hole.mp4") as source:
        times = [frame.time_seconds for frame in source]
        assert source.damaged > 0
    assert times == sorted(set(times))
    assert times[-1] == pytest.approx(6.96)
    assert 120 < len(times) < 175
    assert "damaged places passed over" in caplog.text
    assert capfd.readouterr().err == ""


def test_joined_recordings_count_on_where_the_clock_starts_again(tmp_path: Path) -> None:
    with av.open(f"file:{tmp_path / 'one.ts'}", "w") as container:
        stream = container.add_stream("mpeg2video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(50):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(number // 10), format="bgr24")))
        container.mux(stream.encode(None))
    joined = tmp_path / "joined.ts"
    joined.write_bytes((tmp_path / "one.ts").read_bytes() * 2)
    with VideoSource(joined) as source:
        times = [frame.time_seconds for frame in source]
    assert len(times) == 100
    assert np.diff(times) == pytest.approx(np.full(99, 0.04), abs=1e-3)


def test_sound_with_a_cover_is_no_video(tmp_path: Path) -> None:
    picture = cv2.imencode(".jpg", numbered(3))[1].tobytes()
    cover = b"\0image/jpeg\0\3\0" + picture
    frame = b"APIC" + len(cover).to_bytes(4, "big") + b"\0\0" + cover
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    with av.open(f"file:{tmp_path / 'bare.mp3'}", "w") as container:
        sound = container.add_stream("libmp3lame", rate=44100, layout="mono")
        tone = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
        tone.sample_rate = 44100
        container.mux(sound.encode(tone))
        container.mux(sound.encode(None))
    song = tmp_path / "song.mp3"
    song.write_bytes(b"ID3\3\0\0" + size + frame + (tmp_path / "bare.mp3").read_bytes())
    with pytest.raises(SourceError, match="it holds no moving pictures"):
        VideoSource(song)


def test_a_variable_rate_keeps_its_times() -> None:
    with open_source(str(media_case("recorder.webm"))) as source:
        times = [frame.time_seconds for frame in source]
    assert len(times) == 31
    assert times[-1] == pytest.approx(2.34)


def _copy_packets(source: Path, target: Path) -> None:
    """The same pictures in another container."""
    with av.open(f"file:{source}") as given, av.open(f"file:{target}", "w") as made:
        stream = given.streams.video[0]
        copied = made.add_stream_from_template(stream)
        for packet in given.demux(stream):
            if packet.dts is not None:
                packet.stream = copied
                made.mux(packet)
