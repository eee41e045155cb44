"""The control socket: real sockets, real threads, and callers who misbehave."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from player.commands import run_command
from player.desktop.address import control_address
from player.desktop.control import ControlServer, ask
from player.desktop.requests import Request, RequestRefused
from player.desktop.status import Status, as_json, from_json
from player.errors import RemoteError
from player.messages.intents import Intent, Skip, VolumeStep
from tests.data import REPOSITORY

PLAYING = Status(
    track_id=7,
    title="Paper Boats",
    artist="Clara Vento",
    duration_seconds=180.0,
    position_seconds=62.0,
    why="You look happy: close to your mood",
    policy="match",
    volume=0.8,
    mood="happy",
    camera="camera on",
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has a named pipe instead")


@pytest.fixture(autouse=True)
def runtime() -> Iterator[Path]:
    """A folder with a short name: a socket's path may have no more than a hundred letters."""
    with tempfile.TemporaryDirectory(prefix="sonrisa-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder) / "sonrisa"


@pytest.fixture
def asked() -> list[Intent]:
    return []


@pytest.fixture
def server(asked: list[Intent]) -> Iterator[ControlServer]:
    listening = ControlServer(asked.append, lambda: PLAYING)
    yield listening
    listening.close()


@pytest.mark.usefixtures("server")
def test_a_wish_from_another_terminal_arrives(
    asked: list[Intent], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["next"]) == 0
    assert run_command(["volume", "-5"]) == 0
    assert asked == [Skip(), VolumeStep(-0.05)]
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("server")
def test_status_tells_what_plays_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["status"]) == 0
    shown = capsys.readouterr().out
    assert "playing: Paper Boats, Clara Vento (1:02 of 3:00)" in shown
    assert "You look happy" in shown
    assert "volume 80 %" in shown
    assert run_command(["status", "--json"]) == 0
    assert from_json(json.loads(capsys.readouterr().out)) == PLAYING


def test_without_a_player_one_line_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["next"]) == 1
    assert capsys.readouterr().err == "next: no player runs here; start one with: python -m player\n"


@pytest.mark.parametrize(
    ("words", "said"), [(["volume", "loud"], "0 to 100"), (["policy", "x"], "match | lift")]
)
def test_a_wrong_word_is_wrong_usage_in_one_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(words) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]


@pytest.mark.usefixtures("server")
def test_only_this_user_can_reach_the_socket(runtime: Path) -> None:
    assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
    assert stat.S_IMODE((runtime / "control").stat().st_mode) == 0o600


def test_the_socket_is_gone_afterwards(runtime: Path) -> None:
    server = ControlServer(lambda intent: None, Status)
    assert (runtime / "control").exists()
    server.close()
    server.close()
    assert not (runtime / "control").exists()


@pytest.mark.usefixtures("server")
def test_a_second_player_leaves_the_first_its_remote_control(asked: list[Intent]) -> None:
    with pytest.raises(RemoteError, match="another player"):
        ControlServer(lambda intent: None, Status)
    ask(Request("next"))
    assert asked == [Skip()]


def test_the_socket_of_a_killed_player_is_taken_over(runtime: Path, asked: list[Intent]) -> None:
    code = (
        "import time; from player.desktop.control import ControlServer; from player.desktop.status import Status;"
        "ControlServer(print, Status); print('ready', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env=os.environ | {"XDG_RUNTIME_DIR": str(runtime.parent)},
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    other.stdout.readline()
    other.send_signal(signal.SIGKILL)
    other.communicate(timeout=30)
    assert Path(control_address()).exists()
    server = ControlServer(asked.append, Status)
    ask(Request("next"))
    server.close()
    assert asked == [Skip()]


def test_a_player_that_answers_no_more_keeps_nothing(
    asked: list[Intent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("player.desktop.control.ANSWER_LIMIT_SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX) as dying:
        dying.bind(control_address())
        dying.listen()
        server = ControlServer(asked.append, Status)
    monkeypatch.undo()
    ask(Request("next"))
    server.close()
    assert asked == [Skip()]


@pytest.mark.parametrize("message", [b"", b"\x80\x04pickled", b"[]", b'{"name": 3}', b'{"name": "explode"}'])
@pytest.mark.usefixtures("server")
def test_nonsense_is_refused_and_the_next_caller_is_served(message: bytes, asked: list[Intent]) -> None:
    with Client(control_address()) as caller:
        caller.send_bytes(message)
        assert "error" in json.loads(caller.recv_bytes())
    assert ask(Request("status")) == as_json(PLAYING)
    assert asked == []


@pytest.mark.usefixtures("server")
def test_who_hangs_up_or_shouts_does_no_harm() -> None:
    for noise in (b"", b"\xff" * 64, b"\x7f\xff\xff\xff"):
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(control_address())
            caller.sendall(noise)
    assert ask(Request("status")) == as_json(PLAYING)


def test_a_refusal_is_told_to_who_asked() -> None:
    server = ControlServer(lambda intent: None, Status)
    with pytest.raises(RequestRefused, match="nothing plays yet"):
        ask(Request("like"))
    server.close()


def test_a_folder_of_somebody_else_is_not_used(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    runtime.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RemoteError, match="belongs to somebody else"):
        control_address()


def test_a_player_that_is_held_is_said_to_be_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow() -> Status:
        time.sleep(0.4)
        return PLAYING

    monkeypatch.setattr("player.desktop.control.ANSWER_LIMIT_SECONDS", 0.1)
    server = ControlServer(lambda intent: None, slow)
    with pytest.raises(RemoteError, match="does not answer"):
        ask(Request("status"))
    server.close()
