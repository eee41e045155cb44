"""Requests to a running player: from words to a Request, and from a Request to an Intent. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from player.config import POLICY_NAMES
from player.desktop.status import Status
from player.errors import RemoteError
from player.messages.intents import (
    ChoosePolicy,
    Dislike,
    Intent,
    Like,
    Pause,
    Previous,
    Quit,
    Rate,
    Resume,
    Seek,
    SetVolume,
    Skip,
    ToggleCamera,
    TogglePause,
    VolumeStep,
)
from recognizer.errors import UsageError

STATUS = "status"


class RequestRefused(RemoteError):
    """The player cannot do this now, for instance because nothing plays yet."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its name, and for some a number (`relative`: a change and not a value) or a word."""

    name: str
    number: float = 0.0
    relative: bool = False
    word: str = ""


_PLAIN: Mapping[str, Intent] = {
    "play": Resume(),
    "pause": Pause(),
    "toggle": TogglePause(),
    "next": Skip(),
    "previous": Previous(),
    "like": Like(),
    "dislike": Dislike(),
    "camera": ToggleCamera(),
    "quit": Quit(),
}
FORMS: Mapping[str, str] = {
    "volume": "0 to 100, or a change such as +5 or -5",
    "seek": "seconds or minutes:seconds (90, 1:30), or a change such as +10 or -10",
    "policy": " | ".join(POLICY_NAMES),
    "stars": "1 to 5, or 0 for none",
}
"""The requests that take one word more, and what it may be."""
_NEEDS_TRACK = frozenset({"previous", "like", "dislike", "seek", "stars"})


def request_of(words: Sequence[str]) -> Request:
    """What a person asked for: a command's name and, for those in FORMS, one word.

    Raises UsageError with what is allowed.
    """
    name, *rest = words
    if name not in FORMS:
        return Request(name)
    return _READERS[name](rest[0])


def intent_of(request: Request, status: Status) -> Intent:
    """What the player is to do, given its state. Raises RequestRefused where there is nothing to do it with."""
    if request.name in _NEEDS_TRACK and status.track_id is None:
        raise RequestRefused("nothing plays yet; try again in a moment")
    if request.name in _PLAIN:
        return _PLAIN[request.name]
    if request.name == "volume":
        return VolumeStep(request.number) if request.relative else SetVolume(request.number)
    if request.name == "seek":
        seconds = request.number + (status.position_seconds if request.relative else 0.0)
        return Seek(max(0.0, seconds))
    if request.name == "stars" and status.track_id is not None:
        return Rate(status.track_id, int(request.number))
    if request.name == "policy" and request.word in POLICY_NAMES:
        return ChoosePolicy(request.word)
    raise RequestRefused(f"{request.name!r} is not known to this player; is it an older version?")


def request_from_json(values: Mapping[str, Any]) -> Request:
    """The request that another program sent. Raises RequestRefused where its parts have the wrong kind."""
    try:
        return Request(
            str(values["name"]),
            float(values.get("number", 0.0)),
            bool(values.get("relative", False)),
            str(values.get("word", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise RequestRefused("this is no request of a Sonrisa player") from None


def _volume(word: str) -> Request:
    found = re.fullmatch(r"([+-]?)(\d{1,3}(?:\.\d+)?)%?", word)
    if found is None or float(found[2]) > 100:
        raise UsageError(f"{word!r} is no volume; {FORMS['volume']}")
    share = float(found[2]) / 100
    return Request("volume", -share if found[1] == "-" else share, relative=bool(found[1]))


def _seek(word: str) -> Request:
    found = re.fullmatch(r"([+-]?)(?:(\d{1,4}):)?(\d{1,6}(?:\.\d+)?)", word)
    if found is None:
        raise UsageError(f"{word!r} is no place in a track; {FORMS['seek']}")
    seconds = 60 * float(found[2] or 0) + float(found[3])
    return Request("seek", -seconds if found[1] == "-" else seconds, relative=bool(found[1]))


def _policy(word: str) -> Request:
    if word not in POLICY_NAMES:
        raise UsageError(f"{word!r} is no policy; {FORMS['policy']}")
    return Request("policy", word=word)


def _stars(word: str) -> Request:
    if word not in {"0", "1", "2", "3", "4", "5"}:
        raise UsageError(f"{word!r} is no rating; {FORMS['stars']}")
    return Request("stars", float(word))


_READERS: Mapping[str, Callable[[str], Request]] = {
    "volume": _volume,
    "seek": _seek,
    "policy": _policy,
    "stars": _stars,
}
