"""Somebody who sits before the player all evening, sees what a listener would see, and notes it once in a while."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from player.messages.intents import Intent
from player.messages.view_state import ViewState

_NOTE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Noted:
    """What was to be seen: `track_id` is None where nothing played, `valence` and `arousal` where nobody was seen."""

    at_seconds: float
    track_id: int | None
    position_seconds: float
    duration_seconds: float
    paused: bool
    emotion: str
    valence: float | None
    arousal: float | None
    policy: str


class Onlooker:
    """Takes the place of a window. Notes go to a file, so that a long evening needs no more memory than a short one.

    `longest_still_seconds` is the longest time in which music that was not paused did not go on, and
    `longest_over_seconds` by how much a track ever went beyond its own length.
    """

    def __init__(self, path: Path) -> None:
        self.latest = ViewState(0.0)
        self.longest_still_seconds = self.longest_over_seconds = 0.0
        self._path = path
        self._file = path.open("w", encoding="utf-8")
        self._before: Noted | None = None
        self._still_seconds, self._note_due = 0.0, 0.0

    def intents(self) -> list[Intent]:
        """Nothing: wishes come with the story."""
        return []

    def draw(self, view: ViewState) -> None:
        """Look at the player."""
        self.latest, noted = view, noted_of(view)
        if self._before is not None:
            self._still_seconds = still_after(self._still_seconds, self._before, noted)
        self._before = noted
        self.longest_still_seconds = max(self.longest_still_seconds, self._still_seconds)
        if noted.duration_seconds:
            over_seconds = noted.position_seconds - noted.duration_seconds
            self.longest_over_seconds = max(self.longest_over_seconds, over_seconds)
        if noted.at_seconds >= self._note_due:
            self._note_due = noted.at_seconds + _NOTE_SECONDS
            self._file.write(json.dumps(asdict(noted)) + "\n")

    def close(self) -> None:
        """Look away."""
        self._file.close()

    def notes(self) -> Iterator[Noted]:
        """What was noted, once the evening is over."""
        for line in self._path.read_text(encoding="utf-8").splitlines():
            yield Noted(**json.loads(line))


def still_after(still_seconds: float, before: Noted, now: Noted) -> float:
    """How long the music has stood still at `now`, given how long it had at the look `before`; pauses do not count."""
    moved = (now.track_id, now.position_seconds) != (before.track_id, before.position_seconds)
    if before.paused or now.paused or (now.track_id is not None and moved):
        return 0.0
    return still_seconds + now.at_seconds - before.at_seconds


def noted_of(view: ViewState) -> Noted:
    """The part of a view that tells how the evening goes."""
    playing, mood = view.playing, view.mood
    return Noted(
        at_seconds=round(view.now_seconds, 3),
        track_id=playing.track.track_id if playing is not None else None,
        position_seconds=round(playing.position_seconds, 3) if playing is not None else 0.0,
        duration_seconds=playing.track.duration_seconds if playing is not None else 0.0,
        paused=playing.paused if playing is not None else False,
        emotion=mood.emotion if mood is not None and mood.emotion is not None else "",
        valence=round(mood.affect.valence, 3) if mood is not None else None,
        arousal=round(mood.affect.arousal, 3) if mood is not None else None,
        policy=view.policy,
    )
