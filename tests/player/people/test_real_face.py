"""The whole way on real faces: captured under a name, known again the next evening, and not taken for another man."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.footage import swung
from player.config import settings_of
from player.listener import Listener
from player.music.database import Database
from player.people.store import PersonStore
from player.ui.view_state import PersonView
from recognizer.capture import VideoSource
from recognizer.classify import Classifier
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, Image
from recognizer.pipeline import Analyser
from tests.data import REPOSITORY, outside

RATE = 8.0
SETTINGS = settings_of({"listener": {"neutral_seconds": 3.0}}, "test")


def resting(clip: Path, until_seconds: float) -> list[Image]:
    """The pictures of a clip before its face does anything."""
    with VideoSource(clip) as source:
        return [frame.image for frame in source if frame.time_seconds < until_seconds]


def evening(store: PersonStore, images: list[Image], seconds: float, keep_as: str = "") -> Listener:
    """Somebody sits at rest before the camera for so long; under a name, a capture is asked for at once."""
    analyser = Analyser(
        FaceFinder(max_faces=1), Classifier.load(REPOSITORY / "models" / "emotion.yaml"), None
    )
    listener = Listener(SETTINGS, store, analyser.adopt)
    if keep_as:
        listener.begin_neutral(0.0, keep_as)
    for index in range(round(seconds * RATE)):
        now = index / RATE
        listener.take(analyser.analyse(Frame(swung(images, index), index, now, now)), now)
    analyser.close()
    return listener


@pytest.mark.slow
def test_a_real_person_is_kept_known_again_and_not_mistaken(face_model: Path, tmp_path: Path) -> None:
    him = resting(outside("videos", "pyfeat_single_face.mp4"), 0.5)
    other = resting(outside("videos", "lp_d0.mp4"), 0.7)
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
