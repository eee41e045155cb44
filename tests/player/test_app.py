"""The whole player on real clips and real files; only the loudspeaker is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from player.__main__ import main
from player.app import MODEL_CARD, App, Options
from player.camera.sources import OpenedSource
from player.config import Settings, settings_of
from player.messages.intents import ChoosePolicy, Skip, ToggleCamera, TogglePause
from player.messages.view_state import CameraLight
from player.music.library.library import Library
from recognizer.errors import SourceError, SourceStopped
from recognizer.face_model import FACE_MODEL_PATH
from recognizer.frames import Frame, ReopenableSource
from recognizer.recordings import PacedSource
from recognizer.videos import VideoSource
from tests.data import REPOSITORY, outside
from tests.player.rig import fill, write_music

pytestmark = pytest.mark.skipif(
    not (FACE_MODEL_PATH.exists() and MODEL_CARD.exists()), reason="needs the models: run make setup"
)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of twelve-second tracks and, beside it, a library that knows their moods."""
    folder = tmp_path_factory.mktemp("evening")
    write_music(folder / "music", seconds=12)
    with Library(folder / "library.db") as library:
        fill(library, folder / "music", duration_seconds=12)
    return folder


@pytest.fixture
def settings(music: Path) -> Settings:
    return settings_of(
        {
            "music": {
                "folder": str(music / "music"),
                "library": str(music / "library.db"),
                "shortest_play_seconds": 0.5,
            },
            "sound": {"backend": "silent"},
            "desktop": {"resume": False, "media_keys": False, "remote_control": False},
        },
        "test",
    )


def clip() -> Path:
    return outside("videos", "lp_d0.mp4")


def events_of(path: Path, kind: str) -> list[dict[str, Any]]:
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [event for event in events if event["event"] == kind]


def run_for(app: App, seconds: float, until: Any = None) -> None:
    stop_at = time.monotonic() + seconds
    while time.monotonic() < stop_at and not (until and until()):
        app.loop_once()


class FlakyCamera(ReopenableSource):
    """A camera that is pulled out after some pictures and put in again: a clip stands in for the lens."""

    def __init__(self, path: Path, pictures: int = 10) -> None:
        self._inner = PacedSource(VideoSource(path))
        self._left = pictures
        self.absent = False
        self.closed = False

    @property
    def name(self) -> str:
        return "camera 7"

    def read(self) -> Frame | None:
        self._left -= 1
        if self._left == 0:
            self.absent = True
        if self.absent:
            raise SourceStopped("camera 7: gives no more pictures; was it unplugged?")
        return self._inner.read()

    def reopen(self) -> None:
        if self.absent:
            raise SourceError("camera 7: cannot be opened")

    def close(self) -> None:
        self.closed = True
        self._inner.close()


@pytest.fixture
def started(settings: Settings) -> Iterator[tuple[App, FlakyCamera]]:
    camera = FlakyCamera(clip(), pictures=-1)
    app = App(settings, Options(headless=True), open_frames=lambda: OpenedSource(camera, is_camera=True))
    with ExitStack() as stack:
        app.start(stack)
        yield app, camera


def light(app: App) -> CameraLight:
    assert app.session is not None
    return app.session.view_state(time.monotonic()).camera


def test_a_face_drives_the_music_and_the_trace_tells_how(settings: Settings, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    settings = settings.model_copy(
        update={"camera": settings.camera.model_copy(update={"source": str(clip())})}
    )
    app = App(settings, Options(headless=True, trace=trace))

    def changed_twice() -> bool:
        return len([event for event in events_of(trace, "choice") if event["cause"] == "mood"]) >= 2

    with ExitStack() as stack:
        app.start(stack)
        run_for(app, 60, changed_twice)
        run_for(app, 2, lambda: len(events_of(trace, "audible")) == len(events_of(trace, "choice")))
    frames, moods = events_of(trace, "frame"), events_of(trace, "mood")
    choices, audible = events_of(trace, "choice"), events_of(trace, "audible")
    assert [frame["index"] for frame in frames] == list(range(len(frames)))
    assert max(frame["source_seconds"] for frame in frames) < 3.2
    assert {"happy", "neutral"} <= {mood["to"] for mood in moods}
    assert all(mood["from"] != mood["to"] for mood in moods)
    assert {len(reading["probabilities"]) for reading in events_of(trace, "reading")} == {7}
    assert choices[0]["cause"] == "start"
    assert all(choice["why"] and choice["reasons"] and choice["track"] for choice in choices)
    assert [event["track"] for event in audible] == [choice["track"] for choice in choices]
    assert all(heard["t"] >= choice["t"] for heard, choice in zip(audible, choices, strict=True))


def test_closing_the_camera_closes_the_source_and_hides_what_was_seen(
    started: tuple[App, FlakyCamera],
) -> None:
    app, camera = started
    session = app.session
    assert session is not None
    run_for(app, 60, lambda: session.view_state(time.monotonic()).faces)
    session.obey(ToggleCamera(), time.monotonic())
    assert camera.closed
    run_for(app, 60, lambda: session.view_state(time.monotonic()).playing)
    view = session.view_state(time.monotonic())
    assert view.camera is CameraLight.OFF
    assert (view.preview, view.faces, view.mood) == (None, (), None)
    assert view.playing is not None


def test_a_camera_that_vanishes_is_said_and_taken_up_again(
    started: tuple[App, FlakyCamera], capsys: pytest.CaptureFixture[str]
) -> None:
    app, camera = started
    run_for(app, 60, lambda: light(app) is CameraLight.ON)
    camera.absent = True
    run_for(app, 60, lambda: light(app) is CameraLight.LOST)
    session = app.session
    assert session is not None
    assert session.view_state(time.monotonic()).notice
    camera.absent = False
    run_for(app, 60, lambda: light(app) is CameraLight.ON)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "The music goes on" in lines[0]
    assert "back again" in lines[1]


def test_the_listeners_wishes_are_followed(started: tuple[App, FlakyCamera]) -> None:
    app, _ = started
    session = app.session
    assert session is not None

    def playing() -> str | None:
        view = session.view_state(time.monotonic())
        return view.playing.track.title if view.playing else None

    run_for(app, 60, playing)
    run_for(app, 1)
    first = playing()
    session.obey(Skip(), time.monotonic())
    run_for(app, 10, lambda: playing() != first)
    assert playing() != first
    session.obey(TogglePause(), time.monotonic())
    run_for(app, 5, lambda: session.view_state(time.monotonic()).playing.paused)  # type: ignore[union-attr]
    session.obey(ChoosePolicy("calm"), time.monotonic())
    assert session.view_state(time.monotonic()).policy == "calm"


def player(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """`python -m player` as a user starts it, without a display and with a home of its own."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.Popen(
        [sys.executable, "-m", "player", *arguments],
        cwd=REPOSITORY,
        env={**kept, "SDL_VIDEODRIVER": "x11", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def config(folder: Path, music: Path) -> Path:
    file = folder / "config.yaml"
    file.write_text(
        f"music: {{folder: {music / 'music'}, library: {music / 'library.db'}}}\nsound: {{backend: silent}}\n"
        "desktop: {resume: false, media_keys: false, remote_control: false}\n"
    )
    return file


def test_without_a_display_it_says_so_and_goes_on_in_the_terminal(tmp_path: Path, music: Path) -> None:
    arguments = ["--config", str(config(tmp_path, music)), "--source", str(clip()), "--seconds", "6"]
    process = player(*arguments)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0
    assert len(errors.splitlines()) == 1
    assert "no window" in errors
    assert "terminal" in errors
    assert ":" in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_polite_kill_end_it_cleanly(tmp_path: Path, music: Path, number: signal.Signals) -> None:
    process = player("--config", str(config(tmp_path, music)), "--source", str(clip()), "--headless")
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert errors == ""


def test_no_thread_is_left_behind(settings: Settings) -> None:
    before = set(threading.enumerate())
    camera = FlakyCamera(clip(), pictures=-1)
    app = App(
        settings, Options(headless=True, seconds=1), open_frames=lambda: OpenedSource(camera, is_camera=True)
    )
    assert app.run() == 0
    assert [thread.name for thread in set(threading.enumerate()) - before] == []
    assert camera.closed


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_a_video_that_is_not_there_ends_it_with_one_line(
    tmp_path: Path, music: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = config(tmp_path, music)
    assert main(["--config", str(file), "--headless", "--source", str(tmp_path / "none.mp4")]) == 1
    assert "none.mp4: there is no such video" in one_line(capsys)


def test_a_file_that_is_no_video_ends_it_with_one_line(
    tmp_path: Path, music: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fake.mp4").write_bytes(b"not a video" * 100)
    arguments = ["--config", str(config(tmp_path, music)), "--headless"]
    assert main([*arguments, "--source", str(tmp_path / "fake.mp4")]) == 1
    assert "fake.mp4: not a video" in one_line(capsys)


def test_a_music_folder_that_is_not_there_ends_it_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--headless", "--music", str(tmp_path / "nowhere")]) == 1
    assert "nowhere: there is no such music folder" in one_line(capsys)


def test_a_trace_that_cannot_be_written_ends_it_with_one_line(
    tmp_path: Path, music: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--config", str(config(tmp_path, music)), "--headless", "--source", str(clip())]
    assert main([*arguments, "--trace", str(tmp_path / "none" / "trace.jsonl")]) == 1
    assert "the trace cannot be written" in one_line(capsys)


def test_a_wrong_setting_ends_it_with_one_line_and_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.yaml").write_text("sound:\n  volume: 11\n")
    assert main(["--config", str(tmp_path / "config.yaml")]) == 2
    assert "sound.volume = 11" in one_line(capsys)


def test_wrong_flags_are_wrong_usage() -> None:
    for arguments in (["--seconds", "-1"], ["--policy", "loud"], ["--nonsense"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
