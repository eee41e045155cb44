"""Status of the running player for other programs: one frozen value, as JSON and in words.

It carries the music, the mood's name and the camera's light; no picture, no face, no probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from player.messages.view_state import CameraLight
from player.messages.words import LIGHT_WORDS, mood_word
from player.playback.playback_state import Playback
from recognizer.affect import Mood
from recognizer.words import clock


@dataclass(frozen=True, slots=True)
class Status:
    """One instant of the player. `track_id` is None while nothing plays; `volume` is 0 to 1; times are in seconds.

    `path` is the file that plays, empty where it is not known.
    """

    track_id: int | None = None
    title: str = ""
    artist: str = ""
    album: str = ""
    path: str = ""
    duration_seconds: float = 0.0
    position_seconds: float = 0.0
    paused: bool = False
    liked: bool = False
    rating: int | None = None
    why: str = ""
    policy: str = ""
    volume: float = 1.0
    mood: str = ""
    camera: str = ""

    @property
    def sounding(self) -> bool:
        """Whether a track is heard now."""
        return self.track_id is not None and not self.paused


def status_of(playback: Playback, mood: Mood | None, camera: CameraLight) -> Status:
    """What of the player's state is meant for others."""
    known = Status(
        policy=playback.policy,
        volume=playback.volume,
        mood=mood_word(mood).lower() if mood is not None else "",
        camera=LIGHT_WORDS[camera].lower(),
    )
    choice = playback.choice
    if choice is None:
        return known
    track = choice.track
    return replace(
        known,
        track_id=track.id,
        title=track.title,
        artist=track.artist,
        album=track.album,
        path=str(track.path),
        duration_seconds=track.duration_seconds or 0.0,
        position_seconds=playback.position_seconds,
        paused=playback.paused,
        liked=playback.liked,
        rating=track.rating,
        why=choice.why,
    )


def as_json(status: Status) -> dict[str, Any]:
    """The status as plain values."""
    return asdict(status)


def from_json(values: Mapping[str, Any]) -> Status:
    """The status that `as_json` wrote; values of a newer version are left out."""
    return Status(**{each.name: values[each.name] for each in fields(Status) if each.name in values})


def in_words(status: Status) -> str:
    """The status for a person, in a few lines."""
    if status.track_id is None:
        first = "nothing plays yet"
    else:
        label = f"{status.title}, {status.artist}" if status.artist else status.title
        times = f"{clock(status.position_seconds)} of {clock(status.duration_seconds)}"
        first = f"{'paused' if status.paused else 'playing'}: {label} ({times})"
    marks = ["liked"] if status.liked else []
    marks += [f"{status.rating} of 5 stars"] if status.rating else []
    rest = [
        f"policy {status.policy}",
        f"volume {100 * status.volume:.0f} %",
        f"mood: {status.mood}" if status.mood else "no face in view",
        status.camera,
        *marks,
    ]
    return "\n".join(line for line in (first, status.why, "  ·  ".join(rest)) if line)
