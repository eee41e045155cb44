"""The talking footage: the mouth moves, the rest of the face does not, and every run gives the same frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.talking import Mouth, mouth_of, say, speech, talking
from recognizer.capture import VideoSource
from recognizer.faces import BLENDSHAPES, FaceFinder
from recognizer.frames import Frame, Image

MOUTH = Mouth(x=60.0, y=80.0, half_width=16.0, tilt=0.0)


@pytest.fixture
def picture() -> Image:
    return np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8)


def test_a_closed_mouth_leaves_the_picture_as_it_is(picture: Image) -> None:
    assert np.abs(say(picture, MOUTH, 0.0, 0.0).astype(int) - picture).max() <= 1


def test_an_open_mouth_changes_only_what_is_below_it(picture: Image) -> None:
    opened = say(picture, MOUTH, 1.0, 0.0)
    assert np.abs(opened[:79].astype(int) - picture[:79]).max() <= 1
    assert not np.array_equal(opened[81:100, 50:70], picture[81:100, 50:70])


def test_speech_has_syllables_and_pauses() -> None:
    opening, widening = speech(60.0, 30.0, np.random.default_rng(1))
    assert opening.shape == widening.shape == (1800,)
    assert 0.5 < opening.max() <= 1
    assert opening.min() == 0
    assert np.abs(widening).max() <= 1
    rises = np.count_nonzero((opening[1:] > 0.1) & (opening[:-1] <= 0.1))
    assert 100 < rises < 300


def test_every_run_gives_the_same_frames(picture: Image) -> None:
    first, second = (list(talking(picture, MOUTH, 0.4, 20.0, seed=3)) for _ in range(2))
    assert [frame.time_seconds for frame in first] == pytest.approx([n / 20 for n in range(8)])
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, second, strict=True))


def test_mediapipe_sees_the_jaw_open(face_model: Path, smiling_clip: Path) -> None:
    with VideoSource(smiling_clip) as source:
        frame = source.read()
    assert frame is not None
    with FaceFinder(face_model, consecutive=False) as finder:
        (closed,) = finder.find(frame)
        opened = say(frame.image, mouth_of(closed.landmarks_px), 1.0, 0.0)
        (spoken,) = finder.find(Frame(opened, 1, 1.0, 1.0))
    jaw = BLENDSHAPES.index("jawOpen")
    assert spoken.blendshapes[jaw] > closed.blendshapes[jaw] + 0.2
