"""The whole way on real faces: captured under a name, known again the next evening, and not taken for another man."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.footage import swung
from player.config import Settings, settings_of
from player.messages.view_state import PersonView
from player.music.library.database import Database
from player.people.listener import Listener
from player.people.store import PersonStore
from recognizer.affect import Emotion, Mood
from recognizer.capture import VideoSource
from recognizer.classify import Classifier
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, Image
from recognizer.pipeline import Analyser
from tests.data import REPOSITORY, outside

RATE = 8.0
SETTINGS = settings_of({"listener": {"neutral_seconds": 3.0}}, "test")


def pictures(clip: Path, from_seconds: float, until_seconds: float) -> list[Image]:
    """The pictures of a part of a clip."""
    with VideoSource(clip) as source:
        return [frame.image for frame in source if from_seconds <= frame.time_seconds < until_seconds]


def side_by_side(left: list[Image], right: list[Image]) -> list[Image]:
    """Two people before one camera, the left one a little farther away; both pictures are as high as the lower one."""
    height = min(left[0].shape[0], right[0].shape[0])
    return [
        np.hstack([farther(one, height), fitted(other, height)])
        for one, other in zip(left, right, strict=False)
    ]


def fitted(image: Image, height_px: int) -> Image:
    width_px = round(image.shape[1] * height_px / image.shape[0])
    return np.asarray(cv2.resize(image, (width_px, height_px), interpolation=cv2.INTER_AREA), np.uint8)


def farther(image: Image, height_px: int) -> Image:
    small = fitted(image, round(0.75 * height_px))
    above = height_px - small.shape[0]
    return np.asarray(cv2.copyMakeBorder(small, above, 0, 0, 0, cv2.BORDER_REPLICATE), np.uint8)


def evening(
    store: PersonStore,
    images: list[Image],
    seconds: float,
    keep_as: str = "",
    settings: Settings = SETTINGS,
) -> Listener:
    """People sit before the camera for so long; under a name, a capture is asked for at once."""
    classifier = Classifier.load(REPOSITORY / "models" / "emotion.yaml")
    analyser = Analyser(FaceFinder(max_faces=2), classifier)
    listener = Listener(settings, store, analyser.adopt)
    if keep_as:
        listener.begin_neutral(0.0, keep_as)
    for index in range(round(seconds * RATE)):
        now = index / RATE
        listener.take(analyser.analyse(Frame(swung(images, index), index, now, now)), now)
    analyser.close()
    return listener


@pytest.mark.slow
def test_a_real_person_is_kept_known_again_and_not_mistaken(face_model: Path, tmp_path: Path) -> None:
    him = pictures(outside("videos", "pyfeat_single_face.mp4"), 0.0, 0.5)
    other = pictures(outside("videos", "lp_d0.mp4"), 0.0, 0.7)
    database = Database(tmp_path / "library.db")
    store = PersonStore(database)
    first = evening(store, him, 4.0, keep_as="Ada")
    done = first.calibration(4.0)
    assert done is not None
    assert done.progress == 1
    assert [person.name for person in store.everybody()] == ["Ada"]
    assert evening(store, him, 3.0).people() == (PersonView("Ada", in_view=True),)
    assert evening(store, other, 3.0).people() == (PersonView("Ada", in_view=False),)
    database.close()


@pytest.mark.slow
def test_of_two_real_people_the_one_in_front_the_named_one_or_both_lead(
    face_model: Path, tmp_path: Path
) -> None:
    resting = pictures(outside("videos", "pyfeat_single_face.mp4"), 0.0, 0.5)
    grinning = pictures(outside("videos", "lp_d0.mp4"), 1.2, 2.5)
    both = side_by_side(resting, grinning)
    database = Database(tmp_path / "library.db")
    store = PersonStore(database)
    evening(store, resting, 4.0, keep_as="Ada")

    def led(**listener: object) -> Mood:
        settings = settings_of({"listener": listener}, "test")
        found = evening(store, both, 4.0, settings=settings)
        assert len(found.faces) == 2
        assert found.mood is not None
        return found.mood

    front, named, together = led(follow="front"), led(follow="named", name="Ada"), led(follow="average")
    database.close()
    assert (front.emotion, named.emotion) == (Emotion.HAPPY, Emotion.NEUTRAL)
    assert together.affect.valence == pytest.approx(
        (front.affect.valence + named.affect.valence) / 2, abs=0.1
    )
