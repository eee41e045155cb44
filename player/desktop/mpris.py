"""The two interfaces of MPRIS 2.2, which media keys and panels use.

The specification is https://specifications.freedesktop.org/mpris-spec/latest/. Only music is told here: the session
bus can be read by every program of the user, so neither the mood nor the reasons for a track go there.
"""

from __future__ import annotations

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
    """The properties that listeners on the bus must hear of; the position is not among them, time tells it."""
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

    @dbus_property(access=PropertyAccess.READ, name="CanQuit")
    def can_quit(self) -> DBusBool:
        return True

    @dbus_property(access=PropertyAccess.READ, name="CanRaise")
    def can_raise(self) -> DBusBool:
        return False

    @dbus_property(access=PropertyAccess.READ, name="HasTrackList")
    def has_track_list(self) -> DBusBool:
        return False

    @dbus_property(access=PropertyAccess.READ, name="Identity")
    def identity(self) -> DBusStr:
        return "Sonrisa"

    @dbus_property(access=PropertyAccess.READ, name="DesktopEntry")
    def desktop_entry(self) -> DBusStr:
        return ENTRY_NAME

    @dbus_property(access=PropertyAccess.READ, name="SupportedUriSchemes")
    def supported_uri_schemes(self) -> StringArray:
        return []

    @dbus_property(access=PropertyAccess.READ, name="SupportedMimeTypes")
    def supported_mime_types(self) -> StringArray:
        return []


class PlayerInterface(ServiceInterface):
    """org.mpris.MediaPlayer2.Player: what plays, and the media keys. `show` keeps it up to date."""

    def __init__(self, post: PostIntent, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._post, self._clock = post, clock
        self._snapshot = PlaybackSnapshot(Status(), clock())

    def show(self, status: Status, art: str = "") -> None:
        """Take in the player's state and the cover's address, and tell the bus what changed."""
        before, self._snapshot = self._snapshot, PlaybackSnapshot(status, self._clock(), art)
        news = changes(before, self._snapshot)
        if news:
            self.emit_properties_changed(news)
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

    @dbus_property(access=PropertyAccess.READ, name="MinimumRate")
    def minimum_rate(self) -> DBusDouble:
        return 1.0

    @dbus_property(access=PropertyAccess.READ, name="MaximumRate")
    def maximum_rate(self) -> DBusDouble:
        return 1.0

    @dbus_property(access=PropertyAccess.READ, name="CanGoNext")
    def can_go_next(self) -> DBusBool:
        return True

    @dbus_property(access=PropertyAccess.READ, name="CanGoPrevious")
    def can_go_previous(self) -> DBusBool:
        return self._has_track

    @dbus_property(access=PropertyAccess.READ, name="CanPlay")
    def can_play(self) -> DBusBool:
        return True

    @dbus_property(access=PropertyAccess.READ, name="CanPause")
    def can_pause(self) -> DBusBool:
        return self._has_track

    @dbus_property(access=PropertyAccess.READ, name="CanSeek")
    def can_seek(self) -> DBusBool:
        return self._has_track

    @dbus_property(access=PropertyAccess.READ, name="CanControl")
    def can_control(self) -> DBusBool:
        return True
