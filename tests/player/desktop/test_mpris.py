"""Media keys and panels: a real session bus of the test's own, and a client that knows only the specification."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("dbus_fast", reason="media keys are for Linux desktops")

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from player.desktop.bus import MprisBus
from player.desktop.mpris import (
    BUS_NAME,
    JUMP_SECONDS,
    OBJECT_PATH,
    PlaybackSnapshot,
    changes,
    jumped,
    metadata,
)
from player.desktop.status import Status
from player.messages.intents import (
    Intent,
    Pause,
    Previous,
    Quit,
    Resume,
    Seek,
    SetVolume,
    Skip,
    TogglePause,
)
from tests.player.music.tagged import PNG

ROOT, PLAYER = "org.mpris.MediaPlayer2", "org.mpris.MediaPlayer2.Player"
PROPERTIES = "org.freedesktop.DBus.Properties"
PLAYING = Status(
    track_id=7,
    title="Paper Boats",
    artist="Clara Vento",
    album="Harbour",
    duration_seconds=180.0,
    position_seconds=60.0,
    volume=0.5,
    why="You look happy",
    mood="happy",
    rating=4,
)


@pytest.fixture
def session_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if not shutil.which("dbus-daemon"):
        pytest.skip("needs dbus-daemon (Debian: apt install dbus)")
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


async def connected(address: str) -> MessageBus:
    return await MessageBus(bus_type=BusType.SESSION, bus_address=address).connect()


class Desktop:
    """A panel on the same bus: calls methods, reads properties and hears signals."""

    def __init__(self, address: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._bus = self._loop.run_until_complete(connected(address))
        self.signals: list[tuple[str, list[Any]]] = []
        self._bus.add_message_handler(self._hear)
        rule = f"type='signal',path='{OBJECT_PATH}'"
        self._call(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s", rule
        )

    def _hear(self, message: Message) -> None:
        told = message.member in ("PropertiesChanged", "Seeked")
        if message.message_type is MessageType.SIGNAL and message.path == OBJECT_PATH and told:
            self.signals.append((message.member or "", message.body))

    def _call(
        self, name: str, path: str, interface: str, member: str, signature: str = "", *body: Any
    ) -> Any:
        message = Message(name, path, interface, member, signature=signature, body=list(body))
        reply = self._loop.run_until_complete(self._bus.call(message))
        assert reply is not None
        if reply.message_type is MessageType.ERROR:
            raise RuntimeError(f"{reply.error_name}: {reply.body}")
        return reply.body[0] if reply.body else None

    def names(self) -> list[str]:
        names = self._call(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames"
        )
        return [name for name in names if name.startswith(ROOT)]

    def press(self, member: str, signature: str = "", *body: Any, interface: str = PLAYER) -> None:
        self._call(BUS_NAME, OBJECT_PATH, interface, member, signature, *body)

    def read(self, name: str, interface: str = PLAYER) -> Any:
        return self._call(BUS_NAME, OBJECT_PATH, PROPERTIES, "Get", "ss", interface, name).value

    def read_all(self, interface: str) -> dict[str, Any]:
        found = self._call(BUS_NAME, OBJECT_PATH, PROPERTIES, "GetAll", "s", interface)
        return {name: variant.value for name, variant in found.items()}

    def write(self, name: str, value: Variant) -> None:
        self._call(BUS_NAME, OBJECT_PATH, PROPERTIES, "Set", "ssv", PLAYER, name, value)

    def wait(self, done: Callable[[], Any], limit_seconds: float = 20.0) -> None:
        give_up_at = time.monotonic() + limit_seconds
        while not done() and time.monotonic() < give_up_at:
            self._loop.run_until_complete(asyncio.sleep(0.02))
        assert done()

    def close(self) -> None:
        self._bus.disconnect()
        self._loop.run_until_complete(self._bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
        self._loop.close()


@pytest.fixture
def asked() -> list[Intent]:
    return []


@pytest.fixture
def desktop(session_bus: str, asked: list[Intent]) -> Iterator[Desktop]:
    player = MprisBus(asked.append)
    panel = Desktop(session_bus)
    panel.wait(panel.names)
    panel.player = player  # type: ignore[attr-defined]
    yield panel
    panel.close()
    player.close()


def show(desktop: Desktop, status: Status) -> None:
    desktop.player.show(status)  # type: ignore[attr-defined]


def test_media_keys_reach_the_player(desktop: Desktop, asked: list[Intent]) -> None:
    for key in ("Play", "Pause", "PlayPause", "Next", "Previous", "Stop"):
        desktop.press(key)
    desktop.press("Quit", interface=ROOT)
    assert asked == [Resume(), Pause(), TogglePause(), Skip(), Previous(), Pause(), Quit()]


def test_a_panel_sees_what_plays(desktop: Desktop) -> None:
    assert desktop.read("PlaybackStatus") == "Stopped"
    show(desktop, PLAYING)
    desktop.wait(lambda: desktop.read("PlaybackStatus") == "Playing")
    seen = {name: variant.value for name, variant in desktop.read("Metadata").items()}
    assert seen == {
        "mpris:trackid": "/org/sonrisa/track/7",
        "mpris:length": 180_000_000,
        "xesam:title": "Paper Boats",
        "xesam:artist": ["Clara Vento"],
        "xesam:album": "Harbour",
        "xesam:userRating": 0.8,
    }
    assert desktop.read("Volume") == 0.5
    first = desktop.read("Position")
    assert 60_000_000 <= first < 90_000_000
    desktop.wait(lambda: desktop.read("Position") > first)


def test_the_cover_is_shown_and_taken_away(
    desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "cover.png").write_bytes(PNG)
    track = tmp_path / "song.mp3"
    track.touch()
    show(desktop, replace(PLAYING, path=str(track)))
    desktop.wait(lambda: "mpris:artUrl" in desktop.read("Metadata"))
    shown = Path(unquote(urlsplit(desktop.read("Metadata")["mpris:artUrl"].value).path))
    assert shown.read_bytes() == PNG
    show(desktop, replace(PLAYING, track_id=8, path=""))
    desktop.wait(lambda: "mpris:artUrl" not in desktop.read("Metadata"))
    assert not shown.exists()


def test_changes_are_told_and_the_passing_of_time_is_not(desktop: Desktop) -> None:
    show(desktop, PLAYING)
    desktop.wait(lambda: len(desktop.signals) >= 2)
    assert {member for member, _ in desktop.signals} == {"PropertiesChanged", "Seeked"}
    desktop.signals.clear()
    show(desktop, replace(PLAYING, position_seconds=60.01))
    show(desktop, replace(PLAYING, position_seconds=60.01, paused=True))
    desktop.wait(lambda: desktop.signals)
    assert len(desktop.signals) == 1
    member, body = desktop.signals[0]
    assert member == "PropertiesChanged"
    assert {name: variant.value for name, variant in body[1].items()} == {"PlaybackStatus": "Paused"}


def test_seeking_and_volume_are_asked_of_the_player(desktop: Desktop, asked: list[Intent]) -> None:
    show(desktop, replace(PLAYING, paused=True))
    desktop.wait(lambda: desktop.read("PlaybackStatus") == "Paused")
    desktop.press("Seek", "x", 10_000_000)
    desktop.press("Seek", "x", 10_000_000)
    desktop.press("Seek", "x", -500_000_000)
    desktop.press("Seek", "x", 500_000_000)
    desktop.press("SetPosition", "ox", "/org/sonrisa/track/7", 30_000_000)
    desktop.press("SetPosition", "ox", "/org/sonrisa/track/8", 30_000_000)
    desktop.press("SetPosition", "ox", "/org/sonrisa/track/7", 999_000_000)
    desktop.write("Volume", Variant("d", 0.25))
    desktop.write("Volume", Variant("d", 7.0))
    desktop.write("Rate", Variant("d", 2.0))
    assert asked == [Seek(70.0), Seek(80.0), Seek(0.0), Skip(), Seek(30.0), SetVolume(0.25), SetVolume(1.0)]
    assert desktop.read("Rate") == 1.0


def test_everything_the_specification_asks_for_is_there(desktop: Desktop) -> None:
    assert set(desktop.read_all(ROOT)) >= {
        "CanQuit",
        "CanRaise",
        "HasTrackList",
        "Identity",
        "DesktopEntry",
        "SupportedUriSchemes",
        "SupportedMimeTypes",
    }
    assert set(desktop.read_all(PLAYER)) >= {
        "PlaybackStatus",
        "Rate",
        "Metadata",
        "Volume",
        "Position",
        "MinimumRate",
        "MaximumRate",
        "CanGoNext",
        "CanGoPrevious",
        "CanPlay",
        "CanPause",
        "CanSeek",
        "CanControl",
    }
    with pytest.raises(RuntimeError, match="NotSupported"):
        desktop.press("OpenUri", "s", "file:///tmp/x.mp3")


def test_a_second_player_gets_a_name_of_its_own(desktop: Desktop) -> None:
    second = MprisBus(lambda intent: None)
    desktop.wait(lambda: len(desktop.names()) == 2)
    assert BUS_NAME in desktop.names()
    assert any(name.startswith(f"{BUS_NAME}.instance") for name in desktop.names())
    second.close()
    desktop.wait(lambda: len(desktop.names()) == 1)


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense"])
def test_without_a_session_bus_the_player_goes_on(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    player = MprisBus(lambda intent: None)
    player.show(PLAYING)
    player.close()
    player.show(PLAYING)


def test_the_bus_may_die_while_the_player_lives(session_bus: str) -> None:
    panel = Desktop(session_bus)
    player = MprisBus(lambda intent: None)
    panel.wait(panel.names)
    panel.close()
    player.show(PLAYING)
    player.close()


def test_neither_mood_nor_reason_is_told_on_the_bus() -> None:
    told = str(metadata(PLAYING)) + str(
        changes(PlaybackSnapshot(Status(), 0.0), PlaybackSnapshot(PLAYING, 0.0))
    )
    assert "happy" not in told


@given(st.floats(0, 100), st.floats(0, 30), st.floats(-50, 50), st.booleans())
def test_a_jump_is_what_time_does_not_explain(start: float, passed: float, jump: float, paused: bool) -> None:
    before = PlaybackSnapshot(Status(track_id=1, position_seconds=start, paused=paused), 1000.0)
    expected = start if paused else start + passed
    after = PlaybackSnapshot(
        Status(track_id=1, position_seconds=expected + jump, paused=paused), 1000.0 + passed
    )
    if abs(abs(jump) - JUMP_SECONDS) > 1e-6:
        assert jumped(before, after) is (abs(jump) > JUMP_SECONDS)
    assert jumped(before, PlaybackSnapshot(replace(after.status, track_id=2), after.at_seconds))
