"""Faces for the tests of people: readings of somebody at rest, and heads whose shape can be told apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from recognizer.affect import Emotion, FaceBox, HeadPose, Mood, Reading
from recognizer.circumplex import affect_of
from recognizer.faces import BLENDSHAPES, Face
from recognizer.frames import Frame
from recognizer.pipeline import Analysis
from recognizer.steady import Baseline
from tests.recognizer.timelines import Vector, showing

REST = showing(Emotion.NEUTRAL)
GLOOMY = showing(Emotion.SAD, 0.85, besides=Emotion.NEUTRAL)


def seen(
    now: float,
    probabilities: Vector = REST,
    face_id: int = 1,
    side_px: float = 200.0,
    left_px: float = 100.0,
    yaw_degrees: float = 0.0,
    quality: float = 1.0,
    **actions: float,
) -> Reading:
    """A reading of a square face; `actions` are blendshapes by name."""
    return Reading(
        time_seconds=now,
        frame_index=round(now * 30),
        face_id=face_id,
        box=FaceBox(left_px, 50.0, side_px, side_px),
        probabilities=probabilities,
        affect=affect_of(probabilities),
        pose=HeadPose(yaw_degrees, 0.0, 0.0),
        blendshapes=tuple(actions.get(name, 0.0) for name in BLENDSHAPES),
        quality=quality,
    )


def head(seed: int) -> NDArray[np.float64]:
    """The 478 points of somebody's head, about the size of 1; another seed is another person."""
    usual = np.random.default_rng(99).normal(0, 1, (478, 3))
    return usual + np.random.default_rng(seed).normal(0, 0.08, usual.shape)


def face(
    points: NDArray[np.float64],
    face_id: int = 1,
    size_px: float = 100.0,
    turn_degrees: float = 0.0,
    noise: float = 0.002,
    seed: int = 0,
) -> Face:
    """A head in one picture: of this size, turned to the side, and measured with some noise."""
    wobble = np.random.default_rng(seed).normal(0, noise, points.shape)
    turned = Rotation.from_euler("y", turn_degrees, degrees=True).apply(points + wobble)
    px = (turned * size_px + 300).astype(np.float32)
    box = FaceBox(100.0, 50.0, 200.0, 200.0)
    return Face(face_id, box, px[:, :2], np.zeros(52, np.float32), HeadPose(turn_degrees, 0.0, 0.0), px[:, 2])


def analysed(
    readings: Sequence[Reading],
    moods: Sequence[Mood] = (),
    faces: Sequence[Face] = (),
    baselines: dict[int, Baseline] | None = None,
) -> Analysis:
    """One analysed picture; everybody in it has at least an even mood."""
    known = {mood.face_id for mood in moods}
    now = readings[0].time_seconds if readings else 0.0
    unsure = [
        Mood(now, each.face_id, None, 0.5, each.affect, each.probabilities)
        for each in readings
        if each.face_id not in known
    ]
    frame = Frame(np.empty((0, 0, 3), np.uint8), 0, now, now)
    return Analysis(frame, tuple(faces), tuple(readings), (*moods, *unsure), {}, baselines or {})
