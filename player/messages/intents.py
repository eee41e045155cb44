"""What a person can ask of the player, from the window, the terminal, the desktop or another program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from player.messages.view_state import ViewName
from recognizer.affect import Affect


@dataclass(frozen=True, slots=True)
class TogglePause:
    """Pause the music, or let it go on."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause the music; nothing where it is paused already."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Let the music go on; nothing where it is playing already."""


@dataclass(frozen=True, slots=True)
class Previous:
    """Begin the playing track again, or go back to the one before it."""


@dataclass(frozen=True, slots=True)
class Seek:
    """Go to this place of the playing track, in seconds from its beginning."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SetVolume:
    """Play at this level, 0 (silent) to 1 (full)."""

    level: float


@dataclass(frozen=True, slots=True)
class VolumeStep:
    """Play louder (a positive step) or quieter, on the same scale of 0 to 1."""

    step: float


@dataclass(frozen=True, slots=True)
class Skip:
    """Play the next track now; the library remembers that this one was not wanted."""


@dataclass(frozen=True, slots=True)
class Like:
    """Play tracks like this one more often."""


@dataclass(frozen=True, slots=True)
class Dislike:
    """Play this track less often, and leave it now."""


@dataclass(frozen=True, slots=True)
class ToggleCamera:
    """Close the camera so that nothing is seen, or open it again."""


@dataclass(frozen=True, slots=True)
class NextPolicy:
    """Go on to the next policy in the list."""


@dataclass(frozen=True, slots=True)
class ChoosePolicy:
    """Follow the policy called `name` from now on."""

    name: str


@dataclass(frozen=True, slots=True)
class PlayQueued:
    """Play the track with this id now: it was picked from the queue."""

    track_id: int


@dataclass(frozen=True, slots=True)
class PlayTrack:
    """Play the track with this id now: it was picked from the library."""

    track_id: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Give a track 1 to 5 stars, or none with 0."""

    track_id: int
    stars: int


@dataclass(frozen=True, slots=True)
class CorrectMood:
    """Say how a track really feels; None takes that back, so that the analysis counts again."""

    track_id: int
    affect: Affect | None


@dataclass(frozen=True, slots=True)
class SetGoal:
    """Lead to this mood where the policy leads anywhere (iso); None goes back to the usual goal."""

    affect: Affect | None


@dataclass(frozen=True, slots=True)
class ShowView:
    """Show another of the three views."""

    name: ViewName


@dataclass(frozen=True, slots=True)
class Search:
    """List the tracks of the library that match a text; an empty one lists all."""

    text: str


@dataclass(frozen=True, slots=True)
class Browse:
    """Show this many rows of the library's list, from this one on; the first row is 0."""

    first_row: int
    count: int


@dataclass(frozen=True, slots=True)
class CaptureNeutral:
    """Learn the resting face of the person in front; under a name it is kept for the next time."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class FollowPerson:
    """Let the person of this name drive the music; None goes back to what the settings say."""

    name: str | None


@dataclass(frozen=True, slots=True)
class ExportMemory:
    """Write all that was remembered to a file; None chooses one in the user's home."""

    path: Path | None = None


@dataclass(frozen=True, slots=True)
class DeleteMemory:
    """Forget all that was remembered about the listener; without `confirmed` nothing is deleted, only asked."""

    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program cleanly."""


Intent = (
    TogglePause
    | Pause
    | Resume
    | Skip
    | Previous
    | Seek
    | SetVolume
    | VolumeStep
    | Like
    | Dislike
    | Rate
    | CorrectMood
    | PlayQueued
    | PlayTrack
    | NextPolicy
    | ChoosePolicy
    | SetGoal
    | ShowView
    | Search
    | Browse
    | ToggleCamera
    | CaptureNeutral
    | FollowPerson
    | ExportMemory
    | DeleteMemory
    | Quit
)
