"""What a person can ask of the player, and which key asks for it; the window and the terminal share both."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TogglePause:
    """Pause the music, or let it go on."""


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
class Quit:
    """End the program cleanly."""


Intent = TogglePause | Skip | Like | Dislike | ToggleCamera | NextPolicy | ChoosePolicy | PlayQueued | Quit

KEYS: dict[str, Intent] = {
    " ": TogglePause(),
    "n": Skip(),
    "l": Like(),
    "d": Dislike(),
    "p": NextPolicy(),
    "c": ToggleCamera(),
    "q": Quit(),
    "\x1b": Quit(),
}
"""The character a key types, lower case, and the intent it stands for."""


def intent_of_key(character: str) -> Intent | None:
    """The intent of a typed character, or None where the key means nothing."""
    return KEYS.get(character.lower())
