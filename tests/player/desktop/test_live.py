"""The running player with its doors open: driven from outside, shut down, and taken up again by the next one."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from player.app import MODEL_CARD, App, Options
from player.camera.sources import DEMO_CLIP
from player.config import Settings, settings_of
from player.desktop.control import ask
from player.desktop.requests import Request
from player.desktop.status import Status, from_json
from player.music.library.library import Library
from recognizer.face_model import FACE_MODEL_PATH
from tests.player.rig import fill, write_music

pytestmark = [
    pytest.mark.skipif(
        not (FACE_MODEL_PATH.exists() and MODEL_CARD.exists()), reason="needs the models: run make setup"
    ),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has a named pipe instead"),
]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short path: a socket's may not be long."""
    with tempfile.TemporaryDirectory(prefix="sonrisa-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={folder}/none")
        yield Path(folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_music(tmp_path / "music", seconds=30)
    with Library(tmp_path / "library.db") as library:
        fill(library, tmp_path / "music", duration_seconds=30)
    return settings_of(
        {
            "camera": {"source": str(DEMO_CLIP)},
            "music": {"folder": str(tmp_path / "music"), "library": str(tmp_path / "library.db")},
            "sound": {"backend": "silent"},
        },
        "test",
    )


class Evening:
    """A player in this process, and a terminal beside it."""

    def __init__(self, settings: Settings) -> None:
        self._app = App(settings, Options(headless=True))
        self._stack = ExitStack()
        self._app.start(self._stack)

    def until(self, done: Callable[[], bool], limit_seconds: float = 60.0) -> None:
        give_up_at = time.monotonic() + limit_seconds
        while not done() and time.monotonic() < give_up_at:
            self._app.loop_once()
        assert done()

    @property
    def over(self) -> bool:
        return self._app.session is not None and self._app.session.ended

    def ask(self, name: str, number: float = 0.0, word: str = "") -> Status:
        return from_json(ask(Request(name, number, word=word)))

    def close(self) -> None:
        self._stack.close()


@pytest.mark.usefixtures("runtime")
def test_what_another_terminal_asked_for_is_still_so_the_next_time(settings: Settings) -> None:
    first = Evening(settings)
    first.until(lambda: first.ask("status").sounding)
    first.ask("policy", word="hold")
    first.ask("volume", 0.25)
    first.ask("seek", 10.0)
    first.until(lambda: first.ask("status").position_seconds > 10.0)
    first.ask("pause")
    first.until(lambda: first.ask("status").paused)
    left = first.ask("status")
    assert (left.policy, left.volume) == ("hold", 0.25)
    first.close()

    second = Evening(settings)
    second.until(lambda: second.ask("status").position_seconds > 0.0)
    found = second.ask("status")
    second.close()
    assert (found.track_id, found.policy, found.volume) == (left.track_id, "hold", 0.25)
    assert left.position_seconds - 1.0 < found.position_seconds < left.position_seconds + 20.0


@pytest.mark.usefixtures("runtime")
def test_quit_from_another_terminal_ends_the_evening(settings: Settings) -> None:
    evening = Evening(settings)
    evening.ask("quit")
    evening.until(lambda: evening.over)
    evening.close()
