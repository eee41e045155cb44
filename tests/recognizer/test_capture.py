from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from typing import Any

import cv2
import pytest

from recognizer.capture import (
    FRAME_SOURCES,
    CameraSource,
    FolderSource,
    FrameSource,
    PacedSource,
    StreamSource,
    VideoSource,
    kind_of,
    open_source,
)
from recognizer.errors import SourceError, SourceStopped
from tests.data import outside
from tests.recognizer.clips import number_of, numbered, write_pictures, write_video
from tests.recognizer.web import Quiet

OpenCvVideo = cv2.VideoCapture


class Webcam:
    """A camera that this machine lacks: shows a video instead, and is unplugged when it ends.

    Stands in for cv2.VideoCapture, which does not survive being subclassed.
    """

    video = Path()
    plugged_in = True

    def __init__(self) -> None:
        self._shown = OpenCvVideo()

    def open(self, index: int) -> bool:
        return self.plugged_in and self._shown.open(str(self.video))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shown, name)


@pytest.fixture
def webcam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Webcam]:
    monkeypatch.setattr(Webcam, "video", write_video(tmp_path / "camera.mp4"))
    monkeypatch.setattr(Webcam, "plugged_in", True)
    monkeypatch.setattr("recognizer.capture.cv2.VideoCapture", Webcam)
    return Webcam


@pytest.fixture
def stream_address() -> Iterator[str]:
    """Ten pictures as MJPEG over http, then the sender goes away."""

    class Sender(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            for number in range(10):
                packed = cv2.imencode(".jpg", numbered(number))[1].tobytes()
                self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n")
                self.wfile.write(f"Content-Length: {len(packed)}\r\n\r\n".encode() + packed + b"\r\n")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = Quiet(("127.0.0.1", 0), Sender)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/live.mjpg"
    server.shutdown()
    server.server_close()


def _video(tmp_path: Path) -> FrameSource:
    return VideoSource(write_video(tmp_path / "clip.mp4", frames=5))


def _folder(tmp_path: Path) -> FrameSource:
    return FolderSource(write_pictures(tmp_path / "pictures"))


def _paced(tmp_path: Path) -> FrameSource:
    return PacedSource(VideoSource(write_video(tmp_path / "clip.mp4", frames=5)), loop=False)


@pytest.mark.parametrize("make", [_video, _folder, _paced])
def test_every_source_with_an_end_keeps_the_contract(
    make: Callable[[Path], FrameSource], tmp_path: Path
) -> None:
    before = time.monotonic()
    with make(tmp_path) as source:
        frames = list(source)
        assert source.read() is None
        assert source.name
        assert source.frame_count == 5
        assert source.frames_per_second is not None
    assert [number_of(frame) for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert all(frame.image.shape == (48, 64, 3) and frame.image.dtype == "uint8" for frame in frames)
    times = [frame.time_seconds for frame in frames]
    assert times == sorted(set(times))
    assert all(before <= frame.captured_seconds <= time.monotonic() for frame in frames)
    source.close()


def test_a_video_gives_media_times_and_the_same_frames_on_every_run(tmp_path: Path) -> None:
    with VideoSource(write_video(tmp_path / "clip.mp4")) as source:
        first = list(source)
        source.rewind()
        second = list(source)
    assert [frame.time_seconds for frame in first] == pytest.approx([n / 25 for n in range(10)])
    assert [frame.time_seconds for frame in first] == [frame.time_seconds for frame in second]
    assert all((one.image == other.image).all() for one, other in zip(first, second, strict=True))
    assert [frame.media_seconds for frame in first] == [frame.time_seconds for frame in first]


def test_a_real_video_of_uneven_times_is_read_whole() -> None:
    with open_source(str(outside("videos", "pyfeat_face_noface.mov"))) as source:
        times = [frame.time_seconds for frame in source]
    assert len(times) == 169
    assert times == sorted(set(times))
    assert 6 < times[-1] < 7


def test_pictures_come_in_name_order_one_second_apart(tmp_path: Path) -> None:
    frames = list(open_source(str(write_pictures(tmp_path / "pictures"))))
    assert [(number_of(frame), frame.time_seconds) for frame in frames] == [(n, float(n)) for n in range(5)]


def test_a_single_picture_is_a_source_too(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "pictures")
    assert [number_of(frame) for frame in open_source(str(folder / "003.png"))] == [3]


def test_a_broken_picture_is_named_and_the_others_are_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write_pictures(tmp_path / "pictures")
    (folder / "001.png").write_bytes(b"broken")
    (folder / "002.png").write_bytes(b"")
    assert [frame.index for frame in FolderSource(folder)] == [0, 3, 4]
    assert [record.getMessage().split("/")[-1] for record in caplog.records] == [
        "001.png: not an image that can be read; left out",
        "002.png: not an image that can be read; left out",
    ]


def test_a_video_that_breaks_off_is_read_as_far_as_it_goes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = write_video(tmp_path / "whole.avi", frames=10).read_bytes()
    (tmp_path / "half.avi").write_bytes(whole[: len(whole) * 9 // 10])
    frames = list(open_source(str(tmp_path / "half.avi")))
    assert [number_of(frame) for frame in frames] == list(range(len(frames)))
    assert 0 < len(frames) < 9
    assert "the rest is damaged" in caplog.text


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("nothing.mp4", "there is no such video"),
        ("nothing.png", "there is no such folder or image"),
        ("broken.mp4", "not a video that can be read"),
        ("empty.mp4", "not a video that can be read"),
        ("empty", "no images in this folder"),
        ("", "no source was named"),
        ("ftp://somewhere/video", "addresses may start with http"),
        ("http://127.0.0.1:9/video", "no video comes from this address"),
        ("97", "camera 97: cannot be opened"),
        ("/dev/video97", "camera 97: cannot be opened"),
        ("99999999999", "there is no such video"),
    ],
)
def test_what_cannot_be_opened_is_said_in_one_line_and_nothing_else(
    spec: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.mp4").write_bytes(b"this is no video" * 100)
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=said) as caught:
        open_source(spec)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_folder_of_broken_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.jpg").write_bytes(b"broken")
    with pytest.raises(SourceError, match="none of its 1 images can be read"):
        list(FolderSource(tmp_path))


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("0", "camera"),
        ("/dev/video2", "camera"),
        ("rtsp://door/1", "stream"),
        ("HTTPS://a.b/c.mp4", "stream"),
        (".", "images"),
        ("face.JPG", "images"),
        ("face.mp4", "video"),
    ],
)
def test_what_the_user_wrote_chooses_the_kind_of_source(spec: str, kind: str) -> None:
    assert kind_of(spec) == kind
    assert kind in FRAME_SOURCES


def test_a_camera_stamps_its_frames_with_the_clock(webcam: type[Webcam]) -> None:
    with open_source("3") as source:
        assert isinstance(source, CameraSource)
        assert (source.name, source.live, source.frame_count) == ("camera 3", True, None)
        frame = source.read()
    assert frame is not None
    assert frame.time_seconds == frame.captured_seconds
    assert frame.media_seconds is None


def test_a_camera_that_is_unplugged_is_lost_and_can_be_reopened(webcam: type[Webcam]) -> None:
    with CameraSource(0) as source:
        for _ in range(10):
            source.read()
        with pytest.raises(SourceStopped, match="camera 0: gives no more pictures"):
            source.read()
        webcam.plugged_in = False
        with pytest.raises(SourceError, match="cannot be opened"):
            source.reopen()
        webcam.plugged_in = True
        source.reopen()
        frame = source.read()
        assert frame is not None
        assert frame.index == 10


def test_a_stream_is_read_until_its_sender_stops_and_can_be_reopened(stream_address: str) -> None:
    with open_source(stream_address) as source:
        assert isinstance(source, StreamSource)
        seen: list[int] = []
        with pytest.raises(SourceStopped, match="the stream stopped"):
            seen.extend(number_of(frame) for frame in source)
        source.reopen()
        assert source.read() is not None


def test_a_paced_recording_loops_with_time_running_on(tmp_path: Path) -> None:
    clip = VideoSource(write_video(tmp_path / "clip.mp4", frames=3, frames_per_second=50))
    with PacedSource(clip, loop=True) as source:
        frames = [frame for _ in range(8) if (frame := source.read())]
    assert [number_of(frame) for frame in frames] == [0, 1, 2, 0, 1, 2, 0, 1]
    assert [frame.index for frame in frames] == list(range(8))
    steps = [after.time_seconds - before.time_seconds for before, after in itertools.pairwise(frames)]
    assert steps == pytest.approx([0.02] * 7)
    assert [frame.media_seconds for frame in frames] == pytest.approx(
        [n / 50 for n in (0, 1, 2, 0, 1, 2, 0, 1)]
    )
    assert all(frame.captured_seconds >= frame.time_seconds for frame in frames)


def test_closing_a_paced_recording_ends_the_wait_for_its_next_frame(tmp_path: Path) -> None:
    source = PacedSource(FolderSource(write_pictures(tmp_path / "pictures")))
    source.read()
    source.close()
    assert source.read() is None


def test_a_paced_recording_says_what_it_is(tmp_path: Path) -> None:
    folder = FolderSource(write_pictures(tmp_path / "pictures"))
    assert (PacedSource(folder).live, folder.live) == (True, False)
    assert (PacedSource(folder).frame_count, PacedSource(folder, loop=False).frame_count) == (None, 5)
    assert (PacedSource(folder).consecutive, PacedSource(folder).name) == (False, "pictures")
