"""The two interfaces of MPRIS 2.2, which media keys and panels use.

The specification is https://specifications.freedesktop.org/mpris-spec/latest/. Only music is told here: the session
bus can be read by every program of the user, so neither the mood nor the reasons for a track go there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from dbus_fast import DBusError, ErrorType, PropertyAccess, Variant
from dbus_fast.annotations import (
    DBusBool,
    DBusDict,
    DBusDouble,
    DBusInt64,
    DBusObjectPath,
    DBusSignature,
    DBusStr,
)
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from player.desktop.menu_entry import ENTRY_NAME
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

OBJECT_PATH = "/org/mpris/MediaPlayer2"
BUS_NAME = "org.mpris.MediaPlayer2.sonrisa"
NO_TRACK = "/org/mpris/MediaPlayer2/TrackList/NoTrack"
JUMP_SECONDS = 1.0
"""A position this far from where it should be by now was a jump, which listeners on the bus are told of."""
_MICROSECONDS = 1_000_000

PostIntent = Callable[[Intent], None]
StringArray = Annotated[list[str], DBusSignature("as")]
NoReply = Annotated[None, DBusSignature("")]
"""What a method without an answer returns; dbus-fast takes no bare None here."""


@dataclass(frozen=True, slots=True)
class PlaybackSnapshot:
    """The player's state at `at_seconds` (time.monotonic()), from which its state a little later follows.

    `art` is the address of the cover, empty without one.
    """

    status: Status
    at_seconds: float
    art: str = ""

    def position_seconds(self, now: float) -> float:
        """Where in the track the player is at `now`, without asking it."""
        passed = now - self.at_seconds if self.status.sounding else 0.0
        return self.status.position_seconds + max(0.0, passed)


def jumped(before: PlaybackSnapshot, after: PlaybackSnapshot) -> bool:
    """Whether the position is another than the passing of time explains; so it is in every new track."""
    if before.status.track_id != after.status.track_id:
        return after.status.track_id is not None
    expected = before.position_seconds(after.at_seconds)
    return abs(after.status.position_seconds - expected) > JUMP_SECONDS


def track_path(status: Status) -> str:
    """The object path that names what plays."""
    return NO_TRACK if status.track_id is None else f"/org/sonrisa/track/{status.track_id}"


def metadata(status: Status, art: str = "") -> dict[str, Variant]:
    """What plays, in the words of the specification; empty fields are left out. `art` is the cover's address."""
    if status.track_id is None:
        return {"mpris:trackid": Variant("o", NO_TRACK)}
    found = {
        "mpris:trackid": Variant("o", track_path(status)),
        "mpris:length": Variant("x", round(status.duration_seconds * _MICROSECONDS)),
        "xesam:title": Variant("s", status.title),
    }
    if status.artist:
        found["xesam:artist"] = Variant("as", [status.artist])
    if status.album:
        found["xesam:album"] = Variant("s", status.album)
    if art:
        found["mpris:artUrl"] = Variant("s", art)
    if status.rating is not None:
        found["xesam:userRating"] = Variant("d", status.rating / 5)
    return found


def playback(status: Status) -> str:
    """Playing, Paused or Stopped."""
    if status.track_id is None:
        return "Stopped"
    return "Paused" if status.paused else "Playing"


def changes(earlier: PlaybackSnapshot, later: PlaybackSnapshot) -> dict[str, Any]:
    """The changed properties to signal on the bus; never the position, which follows from time."""
    before, after = earlier.status, later.status
    found: dict[str, Any] = {}
    if playback(before) != playback(after):
        found["PlaybackStatus"] = playback(after)
    if metadata(before, earlier.art) != metadata(after, later.art):
        found["Metadata"] = metadata(after, later.art)
    if before.volume != after.volume:
        found["Volume"] = after.volume
    if (before.track_id is None) != (after.track_id is None):
        found |= dict.fromkeys(("CanGoPrevious", "CanPause", "CanSeek"), after.track_id is not None)
    return found


def _constant(name: str, kind: Any, value: object) -> Any:
    """A property of the specification that never changes; its attribute must be `name` in snake case."""

    def read(self: ServiceInterface) -> Any:
        return value

    read.__name__ = re.sub(
        r"(?<!^)(?=[A-Z])", "_", name
    ).lower()  # dbus-fast reads the attribute of this name
    read.__annotations__["return"] = kind
    return dbus_property(access=PropertyAccess.READ, name=name)(read)


class RootInterface(ServiceInterface):
    """org.mpris.MediaPlayer2: the program itself."""

    def __init__(self, post: PostIntent) -> None:
        super().__init__("org.mpris.MediaPlayer2")
        self._post = post

    @dbus_method(name="Raise")
    def raise_window(self) -> NoReply:
        """Nothing, as CanRaise says."""

    @dbus_method(name="Quit")
    def quit(self) -> NoReply:
        self._post(Quit())

    can_quit = _constant("CanQuit", DBusBool, True)
    can_raise = _constant("CanRaise", DBusBool, False)
    has_track_list = _constant("HasTrackList", DBusBool, False)
    identity = _constant("Identity", DBusStr, "Sonrisa")
    desktop_entry = _constant("DesktopEntry", DBusStr, ENTRY_NAME)
    supported_uri_schemes = _constant("SupportedUriSchemes", StringArray, [])
    supported_mime_types = _constant("SupportedMimeTypes", StringArray, [])


class PlayerInterface(ServiceInterface):
    """org.mpris.MediaPlayer2.Player: what plays, and the media keys. `show` keeps it up to date."""

    def __init__(self, post: PostIntent, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._post, self._clock = post, clock
        self._snapshot = PlaybackSnapshot(Status(), clock())

    def show(self, status: Status, art: str = "") -> None:
        """Take in the player's state and the cover's address, and tell the bus what changed."""
        before, self._snapshot = self._snapshot, PlaybackSnapshot(status, self._clock(), art)
        changed = changes(before, self._snapshot)
        if changed:
            self.emit_properties_changed(changed)
        if jumped(before, self._snapshot):
            self.seeked(round(status.position_seconds * _MICROSECONDS))

    @property
    def _has_track(self) -> bool:
        return self._snapshot.status.track_id is not None

    @dbus_method(name="Next")
    def next(self) -> NoReply:
        self._post(Skip())

    @dbus_method(name="Previous")
    def previous(self) -> NoReply:
        self._post(Previous())

    @dbus_method(name="Pause")
    def pause(self) -> NoReply:
        self._post(Pause())

    @dbus_method(name="PlayPause")
    def play_pause(self) -> NoReply:
        self._post(TogglePause())

    @dbus_method(name="Stop")
    def stop(self) -> NoReply:
        """Hold the music: this player always has a track, so there is no other way to stop."""
        self._post(Pause())

    @dbus_method(name="Play")
    def play(self) -> NoReply:
        self._post(Resume())

    @dbus_method(name="Seek")
    def seek(self, offset_us: DBusInt64) -> NoReply:
        """Forwards or backwards; past the end means the next track, as the specification has it."""
        if self._has_track:
            self._go_to(self._snapshot.position_seconds(self._clock()) + offset_us / _MICROSECONDS)

    @dbus_method(name="SetPosition")
    def set_position(self, track: DBusObjectPath, position_us: DBusInt64) -> NoReply:
        """Nothing where another track plays by now, or the place lies outside this one."""
        length_seconds = self._snapshot.status.duration_seconds
        inside = 0 <= position_us / _MICROSECONDS <= length_seconds
        if self._has_track and track == track_path(self._snapshot.status) and inside:
            self._go_to(position_us / _MICROSECONDS)

    def _go_to(self, seconds: float) -> None:
        if seconds > self._snapshot.status.duration_seconds > 0:
            self._post(Skip())
            return
        self._post(Seek(max(0.0, seconds)))
        # Until the player says so itself: two presses of a key within that time are two steps.
        moved = replace(self._snapshot.status, position_seconds=max(0.0, seconds))
        self._snapshot = PlaybackSnapshot(moved, self._clock(), self._snapshot.art)
        self.seeked(round(moved.position_seconds * _MICROSECONDS))

    @dbus_method(name="OpenUri")
    def open_uri(self, uri: DBusStr) -> NoReply:
        raise DBusError(ErrorType.NOT_SUPPORTED, "Sonrisa chooses from its library; it opens no addresses")

    @dbus_signal(name="Seeked")
    def seeked(self, position_us: int) -> DBusInt64:
        return position_us

    @dbus_property(access=PropertyAccess.READ, name="PlaybackStatus")
    def playback_status(self) -> DBusStr:
        return playback(self._snapshot.status)

    @dbus_property(access=PropertyAccess.READ, name="Metadata")
    def metadata(self) -> DBusDict:
        return metadata(self._snapshot.status, self._snapshot.art)

    @dbus_property(access=PropertyAccess.READ, name="Position")
    def position(self) -> DBusInt64:
        return round(self._snapshot.position_seconds(self._clock()) * _MICROSECONDS)

    @dbus_property(name="Volume")
    def volume(self) -> DBusDouble:
        return self._snapshot.status.volume

    @volume.setter  # type: ignore[no-redef]
    def volume(self, level: DBusDouble) -> None:
        self._post(SetVolume(min(1.0, max(0.0, level))))

    @dbus_property(name="Rate")
    def rate(self) -> DBusDouble:
        return 1.0

    @rate.setter  # type: ignore[no-redef]
    def rate(self, rate: DBusDouble) -> None:
        """Music is played at its own pace: MinimumRate and MaximumRate say so."""

    minimum_rate = _constant("MinimumRate", DBusDouble, 1.0)
    maximum_rate = _constant("MaximumRate", DBusDouble, 1.0)
    can_go_next = _constant("CanGoNext", DBusBool, True)

    @dbus_property(access=PropertyAccess.READ, name="CanGoPrevious")
    def can_go_previous(self) -> DBusBool:
        return self._has_track

    can_play = _constant("CanPlay", DBusBool, True)

    @dbus_property(access=PropertyAccess.READ, name="CanPause")
    def can_pause(self) -> DBusBool:
        return self._has_track

    @dbus_property(access=PropertyAccess.READ, name="CanSeek")
    def can_seek(self) -> DBusBool:
        return self._has_track

    can_control = _constant("CanControl", DBusBool, True)
