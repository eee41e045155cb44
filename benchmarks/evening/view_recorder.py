"""The view recorder: takes the place of the window, and samples what a listener would see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from player.messages.intents import Intent
from player.messages.view_state import ViewState

_SAMPLE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class ViewSample:
    """One sample of what was shown.

    `track_id` is None where nothing played, `valence` and `arousal` where nobody was in view.
    """

    at_seconds: float
    track_id: int | None
    position_seconds: float
    duration_seconds: float
    paused: bool
    emotion: str
    valence: float | None
    arousal: float | None
    policy: str


class ViewRecorder:
    """View in the place of a window.

    Samples go to a file, so that a long evening needs no more memory than a short one.

    `longest_still_seconds` is the longest time in which music that was not paused did not go on, and
    `longest_over_seconds` by how much a track ever went beyond its own length.
    """

    def __init__(self, path: Path) -> None:
        self.latest = ViewState(0.0)
        self.longest_still_seconds = self.longest_over_seconds = 0.0
        self._path = path
        self._file = path.open("w", encoding="utf-8")
        self._before: ViewSample | None = None
        self._still_seconds, self._sample_due = 0.0, 0.0

    def intents(self) -> list[Intent]:
        """Nothing: intents come with the scenario."""
        return []

    def draw(self, view: ViewState) -> None:
        """Sample the view when due."""
        self.latest, sample = view, sample_of(view)
        if self._before is not None:
            self._still_seconds = still_after(self._still_seconds, self._before, sample)
        self._before = sample
        self.longest_still_seconds = max(self.longest_still_seconds, self._still_seconds)
        if sample.duration_seconds:
            over_seconds = sample.position_seconds - sample.duration_seconds
            self.longest_over_seconds = max(self.longest_over_seconds, over_seconds)
        if sample.at_seconds >= self._sample_due:
            self._sample_due = sample.at_seconds + _SAMPLE_SECONDS
            self._file.write(json.dumps(asdict(sample)) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def samples(self) -> Iterator[ViewSample]:
        """The samples, once the evening is over."""
        for line in self._path.read_text(encoding="utf-8").splitlines():
            yield ViewSample(**json.loads(line))


def still_after(still_seconds: float, before: ViewSample, now: ViewSample) -> float:
    """Seconds without playback progress at `now`, given those at the sample `before`; pauses do not count."""
    moved = (now.track_id, now.position_seconds) != (before.track_id, before.position_seconds)
    if before.paused or now.paused or (now.track_id is not None and moved):
        return 0.0
    return still_seconds + now.at_seconds - before.at_seconds


def sample_of(view: ViewState) -> ViewSample:
    """The part of a view that tells how the evening goes."""
    playing, mood = view.playing, view.mood
    return ViewSample(
        at_seconds=round(view.now_seconds, 3),
        track_id=playing.track.id if playing is not None else None,
        position_seconds=round(playing.position_seconds, 3) if playing is not None else 0.0,
        duration_seconds=playing.duration_seconds if playing is not None else 0.0,
        paused=playing.paused if playing is not None else False,
        emotion=mood.emotion if mood is not None and mood.emotion is not None else "",
        valence=round(mood.affect.valence, 3) if mood is not None else None,
        arousal=round(mood.affect.arousal, 3) if mood is not None else None,
        policy=view.policy,
    )
