"""Scripted timelines: what a face shows, read at the uneven moments of a real webcam."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recognizer.affect import EMOTIONS, Emotion, FaceBox, HeadPose, Mood, Reading
from recognizer.circumplex import affect_of
from recognizer.steady import SteadySettings, SteadyState, step

Vector = tuple[float, ...]


def showing(emotion: Emotion, probability: float = 0.9, besides: Emotion | None = None) -> Vector:
    """Probabilities with the given winner; the rest goes to `besides`, or evenly to all others."""
    rest = 1 - probability
    if besides is not None:
        spread = [rest * float(other is besides) for other in EMOTIONS]
    else:
        spread = [rest / 6 for _ in EMOTIONS]
    return tuple(probability if e is emotion else share for e, share in zip(EMOTIONS, spread, strict=True))


@dataclass(frozen=True)
class Scene:
    """A face shows these probabilities for this long."""

    seconds: float
    probabilities: Vector


def reading(
    time_seconds: float, probabilities: Vector, face_id: int = 1, index: int = 0, quality: float = 1.0
) -> Reading:
    return Reading(
        time_seconds=time_seconds,
        frame_index=index,
        face_id=face_id,
        box=FaceBox(200.0, 100.0, 160.0, 200.0),
        probabilities=probabilities,
        affect=affect_of(probabilities),
        pose=HeadPose(0.0, 0.0, 0.0),
        blendshapes=(0.0,) * 52,
        quality=quality,
    )


def jittered(scenes: Sequence[Scene], seed: int = 0, frames_per_second: float = 30.0) -> Iterator[Reading]:
    """Readings at intervals from a third of the usual to three times it."""
    dice = random.Random(seed)
    now = index = 0.0
    end = 0.0
    for scene in scenes:
        end += scene.seconds
        while now < end:
            yield reading(now, scene.probabilities, index=int(index))
            now += dice.choice((1 / 3, 0.8, 1.0, 1.0, 1.2, 3.0)) / frames_per_second
            index += 1


def moods(
    readings: Iterator[Reading] | Sequence[Reading], settings: SteadySettings | None = None
) -> list[Mood]:
    """The steadied mood after each reading."""
    state, result = SteadyState(), []
    for each in readings:
        state, mood = step(state, each, settings or SteadySettings())
        result.append(mood)
    return result


def changes(timeline: Sequence[Mood]) -> list[tuple[float, Emotion | None]]:
    """When the mood became what."""
    result: list[tuple[float, Emotion | None]] = []
    before: Emotion | None = None
    for mood in timeline:
        if mood.emotion is not before:
            result.append((mood.time_seconds, mood.emotion))
            before = mood.emotion
    return result
