"""Who is who in view, from one picture to the next and from one evening to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.music.library.database import Database
from player.people.face_matching import FEWEST_SAMPLES
from player.people.known_people import GUEST, SAVE_EVERY_SECONDS, KnownPeople
from player.people.neutral import Captured
from player.people.store import PersonStore
from recognizer.steady import Baseline
from tests.player.people.faces import analysed, face, head, seen

REST = Baseline((1.0, -3.0, -3.0, -2.0, 2.0, -4.0, 0.0), 10.0, (1.0, -3.0, -3.0, -2.0, 2.0, -4.0, 0.0))


class Camera:
    """Somebody sits before the camera; `adopted` is what the steadying was told."""

    def __init__(self, store: PersonStore | None, recognise: bool = True) -> None:
        self.adopted: list[tuple[int, Baseline]] = []
        self.people = KnownPeople(store, lambda *told: self.adopted.append(told), recognise)
        self.now = 0.0

    def sit(self, who: int, face_id: int, baselines: dict[int, Baseline] | None = None) -> None:
        """The person with this head is seen for two seconds under this face id."""
        for index in range(2 * FEWEST_SAMPLES):
            self.now += 0.15
            reading, points = seen(self.now, face_id=face_id), face(head(who), face_id, seed=index)
            self.people.take(analysed([reading], faces=[points], baselines=baselines), self.now)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PersonStore]:
    database = Database(tmp_path / "library.db")
    yield PersonStore(database)
    database.close()


def test_who_was_kept_is_known_by_the_face_the_next_evening(store: PersonStore) -> None:
    first = Camera(store)
    first.sit(who=1, face_id=4)
    first.people.learn(Captured(4, REST), "Ada", made_seconds=1.0)
    assert first.adopted == [(4, REST)]
    second = Camera(store)
    second.sit(who=1, face_id=0)
    assert second.people.names == {0: "Ada"}
    assert second.adopted == [(0, REST)]


def test_a_stranger_is_not_taken_for_somebody_else(store: PersonStore) -> None:
    camera = Camera(store)
    camera.sit(who=1, face_id=0)
    camera.people.learn(Captured(0, REST), "Ada", 1.0)
    camera.sit(who=2, face_id=1)
    assert camera.people.names == {}
    assert camera.adopted == [(0, REST)]


def test_a_capture_without_a_name_lasts_for_the_evening_only(store: PersonStore) -> None:
    camera = Camera(store)
    camera.sit(who=1, face_id=0)
    camera.people.learn(Captured(0, REST), GUEST, 1.0)
    assert store.everybody() == ()
    assert camera.people.kept == ()
    camera.sit(who=1, face_id=3)
    assert camera.people.names == {3: GUEST}
    assert camera.adopted[-1] == (3, REST)


def test_without_recognition_no_shape_is_kept_and_only_a_chosen_name_counts(store: PersonStore) -> None:
    camera = Camera(store, recognise=False)
    camera.sit(who=1, face_id=0)
    camera.people.learn(Captured(0, REST), "Ada", 1.0)
    assert [person.shape for person in store.everybody()] == [None]
    camera = Camera(store, recognise=False)
    camera.sit(who=1, face_id=0)
    assert camera.people.names == {}
    camera.people.name(0, "Ada")
    assert camera.people.names == {0: "Ada"}
    assert camera.adopted == [(0, REST)]


def test_a_person_is_only_one_face_at_a_time(store: PersonStore) -> None:
    camera = Camera(store)
    camera.people.learn(Captured(0, REST), "Ada", 1.0)
    camera.people.name(5, "Ada")
    both = [seen(9.0, face_id=0), seen(9.0, face_id=5)]
    camera.people.take(analysed(both), 9.0)
    assert camera.people.names == {5: "Ada"}


def test_drift_is_written_now_and_then_and_when_the_camera_closes(store: PersonStore) -> None:
    camera = Camera(store)
    camera.sit(who=1, face_id=0)
    camera.people.learn(Captured(0, REST), "Ada", 1.0)
    some = Baseline(tuple(value + 0.1 for value in REST.rest_logits), 60.0, REST.captured_logits)
    more = Baseline(tuple(value + 0.2 for value in REST.rest_logits), 99.0, REST.captured_logits)
    camera.now += SAVE_EVERY_SECONDS
    camera.sit(who=1, face_id=0, baselines={0: some})
    assert [person.baseline for person in store.everybody()] == [some]
    camera.sit(who=1, face_id=0, baselines={0: more})
    camera.people.forget_faces()
    assert [person.baseline for person in store.everybody()] == [more]
    assert camera.people.names == {}


def test_a_baseline_from_before_the_capture_is_not_taken_for_drift(store: PersonStore) -> None:
    camera = Camera(store)
    camera.people.learn(Captured(0, REST), "Ada", 1.0)
    camera.sit(who=1, face_id=0, baselines={0: Baseline((9.0,) * 7, 30.0)})
    camera.people.forget_faces()
    assert [person.baseline for person in store.everybody()] == [REST]


def test_who_is_forgotten_is_a_stranger_at_once(store: PersonStore) -> None:
    camera = Camera(store)
    camera.sit(who=1, face_id=0)
    camera.people.learn(Captured(0, REST), "Ada", 1.0)
    camera.people.forget("Ada")
    assert camera.people.names == {}
    assert camera.people.kept == ()
    assert store.everybody() == ()
    assert camera.adopted[-1] == (0, Baseline())


def test_forgetting_everybody_includes_the_capture_without_a_name(store: PersonStore) -> None:
    camera = Camera(store)
    camera.sit(who=1, face_id=0)
    camera.people.learn(Captured(0, REST), GUEST, 1.0)
    camera.people.forget_everybody()
    camera.sit(who=1, face_id=3)
    assert camera.people.names == {}


def test_a_library_that_is_held_by_another_program_does_not_end_the_evening(
    store: PersonStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    camera = Camera(store)
    camera.people.learn(Captured(0, REST), "Ada", 1.0)
    other = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    camera.people.forget_faces()
    other.close()
    assert "another program" in caplog.text


def test_without_a_store_the_evening_goes_on_the_same() -> None:
    camera = Camera(None)
    camera.sit(who=1, face_id=0)
    camera.people.learn(Captured(0, REST), "Ada", 1.0)
    camera.people.forget_faces()
    camera.sit(who=1, face_id=2)
    assert camera.people.names == {2: "Ada"}
