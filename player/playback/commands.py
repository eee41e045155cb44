"""Commands to the director: the listener's intents about the music, the sound's events, and what the session knows."""

from __future__ import annotations

from dataclasses import dataclass

from player.messages.intents import MusicIntent
from player.sound import SoundEvent
from recognizer.affect import Mood


@dataclass(frozen=True, slots=True)
class Tick:
    """Do what is due: the first track, a change that had to wait, the crossfade before a track's end."""


@dataclass(frozen=True, slots=True)
class MusicKnown:
    """The library was read, or read again."""


@dataclass(frozen=True, slots=True)
class MusicLost:
    """The folder of the music is away: what plays may come to its end, and no track is left out for that."""


@dataclass(frozen=True, slots=True)
class MusicRestored:
    """The folder of the music is back: everything can be played again."""


@dataclass(frozen=True, slots=True)
class MoodSeen:
    """The leading person's mood after one more picture; None with nobody in view."""

    mood: Mood | None


@dataclass(frozen=True, slots=True)
class MoodChanged:
    """The steadied emotion changed: another track, if one fits clearly better."""

    mood: Mood


@dataclass(frozen=True, slots=True)
class FillQueue:
    """Choose the next tracks again if something changed since, so that `Director.playback` has them."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """Resume a track where the last session stopped; nothing where the track is gone."""

    track_id: int
    start_seconds: float


Command = (
    MusicIntent
    | SoundEvent
    | Tick
    | MusicKnown
    | MusicLost
    | MusicRestored
    | MoodSeen
    | MoodChanged
    | FillQueue
    | GoOn
)
