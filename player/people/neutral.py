"""The capture of a resting face: what counts as rest, obstacles, and the result. Pure, no clock.

Every picture that shows one face, near, still, lit and turned to the camera adds the time since the last one. Whatever
is in the way stops the clock and is said; somebody else before the camera starts it anew. The result is the median
over the capture, which a blink or a twitch does not move.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from recognizer.affect import FaceBox, Reading
from recognizer.face_shape import is_frontal
from recognizer.faces import BLENDSHAPES
from recognizer.steady import Baseline, Vector, log_odds
from recognizer.tracking import distance

PATIENCE_FACTOR = 3.0
"""The capture is given up after so many times the seconds that it wants."""
LONGEST_STEP_SECONDS = 0.25
"""The most that one picture counts for."""
FEWEST_PICTURES = 20
POOREST_QUALITY = 0.5
"""Stricter than for steadying, since a captured resting face is used for a long time."""
FASTEST_FACE_SIZES_PER_SECOND = 0.6
"""A head that moves faster than this is not at rest."""
BYSTANDER_SHARE = 0.25
"""A second face with at least this share of the first one's area is in the way; a smaller one is background."""
MOST_SMILE, MOST_JAW_OPEN = 0.5, 0.4
"""Blendshapes above these are a smile or a word, whoever's face it is."""
MOST_SPREAD_LOGITS = 2.5
"""Half of the pictures must agree within this on every emotion but the very unlikely."""
_UNLIKELY_LOGITS = -4.0
_SMILES = (BLENDSHAPES.index("mouthSmileLeft"), BLENDSHAPES.index("mouthSmileRight"))
_JAW_OPEN = BLENDSHAPES.index("jawOpen")


class CaptureObstacle(StrEnum):
    """What is in the way of a capture; its value says what to do."""

    NOBODY = "I see nobody. Sit in front of the camera"
    SEVERAL = "I see more than one face. Let only one be in front of the camera"
    POOR = "Your face is hard to see. Come closer, or into more light"
    TURNED = "Look straight into the camera"
    MOVING = "Keep your head still"
    ACTING = "Relax your face, with your mouth closed"


@dataclass(frozen=True, slots=True)
class Capture:
    """A running capture of `wanted_seconds` of rest; times are those of `readings`' clock."""

    began_seconds: float
    wanted_seconds: float
    face_id: int | None = None
    seen_seconds: float | None = None
    box: FaceBox | None = None
    rested_seconds: float = 0.0
    odds: tuple[Vector, ...] = ()
    obstacle: CaptureObstacle | None = None
    hindered: tuple[CaptureObstacle, ...] = ()

    @property
    def progress(self) -> float:
        """How much of the rest was seen, in [0, 1]."""
        seconds = self.rested_seconds / self.wanted_seconds if self.wanted_seconds else 1.0
        return min(1.0, seconds, len(self.odds) / FEWEST_PICTURES)


@dataclass(frozen=True, slots=True)
class Captured:
    """A capture that went well: whose face it was, and how it rests."""

    face_id: int
    baseline: Baseline


@dataclass(frozen=True, slots=True)
class CaptureFailed:
    """A capture that did not; `why` is one line for the listener."""

    why: str


def begin(now_seconds: float, wanted_seconds: float) -> Capture:
    """A capture that has seen nothing yet."""
    return Capture(now_seconds, wanted_seconds)


def take(
    capture: Capture, readings: Sequence[Reading], now_seconds: float
) -> Capture | Captured | CaptureFailed:
    """Take in one picture's readings at `now_seconds`; returns how the capture goes on, or how it ended."""
    capture = _add(capture, readings, now_seconds)
    if capture.progress >= 1 and capture.face_id is not None:
        return _result(capture, capture.face_id)
    if now_seconds - capture.began_seconds > PATIENCE_FACTOR * capture.wanted_seconds:
        return CaptureFailed(_why(capture))
    return capture


def obstacle(
    readings: Sequence[Reading], before: FaceBox | None, elapsed_seconds: float
) -> CaptureObstacle | None:
    """What is in the way in this picture; `before` is the face's box `elapsed_seconds` ago."""
    if not readings:
        return CaptureObstacle.NOBODY
    front, *others = sorted(readings, key=lambda each: each.box.area_px, reverse=True)
    if any(other.box.area_px >= BYSTANDER_SHARE * front.box.area_px for other in others):
        return CaptureObstacle.SEVERAL
    if not is_frontal(front.pose):
        return CaptureObstacle.TURNED
    if front.quality < POOREST_QUALITY:
        return CaptureObstacle.POOR
    if before is not None and distance(before, front.box) > _farthest(elapsed_seconds):
        return CaptureObstacle.MOVING
    smile = max(front.blendshapes[index] for index in _SMILES)
    if smile > MOST_SMILE or front.blendshapes[_JAW_OPEN] > MOST_JAW_OPEN:
        return CaptureObstacle.ACTING
    return None


def _farthest(elapsed_seconds: float) -> float:
    """How many face sizes a resting head may move; a box is never found more exactly than this at 30 pictures/s."""
    return FASTEST_FACE_SIZES_PER_SECOND * max(elapsed_seconds, 1 / 30)


def _add(capture: Capture, readings: Sequence[Reading], now_seconds: float) -> Capture:
    front = max(readings, key=lambda each: each.box.area_px, default=None)
    if front is not None and capture.face_id not in (None, front.face_id):
        capture = replace(capture, face_id=None, seen_seconds=None, box=None, rested_seconds=0.0, odds=())
    before, seen = capture.box, capture.seen_seconds
    elapsed = 0.0 if seen is None else min(LONGEST_STEP_SECONDS, max(0.0, now_seconds - seen))
    found = obstacle(readings, before, now_seconds - seen if seen is not None else 0.0)
    if front is not None:
        capture = replace(capture, face_id=front.face_id, box=front.box, seen_seconds=now_seconds)
    if found is not None or front is None:
        return replace(capture, obstacle=found, hindered=(*capture.hindered, found or CaptureObstacle.NOBODY))
    return replace(
        capture,
        rested_seconds=capture.rested_seconds + elapsed,
        odds=(*capture.odds, log_odds(front.probabilities)),
        obstacle=None,
    )


def _result(capture: Capture, face_id: int) -> Captured | CaptureFailed:
    columns = list(zip(*capture.odds, strict=True))
    middles = tuple(statistics.median(column) for column in columns)
    for column, middle in zip(columns, middles, strict=True):
        low, _, high = statistics.quantiles(column, n=4)
        if middle > _UNLIKELY_LOGITS and high - low > MOST_SPREAD_LOGITS:
            return CaptureFailed(
                "Your face did not rest: it changed all the time. Try again with a calm face"
            )
    return Captured(face_id, Baseline(middles, capture.rested_seconds, captured_logits=middles))


def _why(capture: Capture) -> str:
    """What was in the way most often."""
    if not capture.hindered:
        return "Too few pictures came from the camera. Try again"
    return f"{Counter(capture.hindered).most_common(1)[0][0]}, then try again"
