"""People kept by name in the library's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from player.errors import LibraryError
from player.music.library.database import Database
from player.people.store import LONGEST_NAME, Person, PersonStore
from recognizer.face_shape import shape_of
from recognizer.steady import Baseline
from tests.player.people.faces import face, head

REST = Baseline((0.5, -3.0, -3.5, -2.0, 1.25, -4.0, 0.0), 10.0, (0.4, -3.0, -3.5, -2.0, 1.0, -4.0, 0.0))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "library.db")
    yield database
    database.close()


def test_who_is_kept_is_there_again_next_time(tmp_path: Path) -> None:
    shape = shape_of(face(head(1)))
    first = Database(tmp_path / "library.db")
    PersonStore(first).keep(Person("Ada", REST, shape), made_seconds=1000.0)
    first.close()
    second = Database(tmp_path / "library.db")
    (ada,) = PersonStore(second).everybody()
    second.close()
    assert (ada.name, ada.baseline) == ("Ada", REST)
    assert ada.shape is not None
    np.testing.assert_allclose(ada.shape, shape)


def test_a_new_capture_takes_the_place_of_the_old_one(database: Database) -> None:
    store = PersonStore(database)
    store.keep(Person("Ada", Baseline(captured_logits=REST.rest_logits), None), 1.0)
    store.keep(Person(" Ada ", REST, None), 2.0)
    assert [(person.name, person.baseline) for person in store.everybody()] == [("Ada", REST)]


def test_drift_is_kept_and_what_was_captured_stays(database: Database) -> None:
    store = PersonStore(database)
    store.keep(Person("Ada", REST, None), 1.0)
    drifted = Baseline(tuple(value + 0.25 for value in REST.rest_logits), 99.0, REST.captured_logits)
    store.drifted("Ada", drifted)
    store.drifted("nobody", drifted)
    assert [person.baseline for person in store.everybody()] == [drifted]


def test_who_is_forgotten_leaves_nothing_behind(database: Database) -> None:
    store = PersonStore(database)
    store.keep(Person("Ada", REST, None), 1.0)
    assert store.forget("Ada")
    assert not store.forget("Ada")
    assert store.everybody() == ()
    assert database.rows("SELECT * FROM person") == []


@pytest.mark.parametrize("name", ["", "   ", "x" * (LONGEST_NAME + 1), "a\x00b"])
def test_what_is_no_name_is_refused_in_one_line(database: Database, name: str) -> None:
    with pytest.raises(LibraryError, match="cannot be a person's name") as caught:
        PersonStore(database).keep(Person(name, REST, None), 1.0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("column", ["baseline", "shape"])
@pytest.mark.parametrize("damage", [b"", b"123", np.full(14, np.nan).tobytes()])
def test_a_damaged_record_costs_only_itself(
    database: Database, tmp_path: Path, column: str, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store = PersonStore(database)
    store.keep(Person("Ada", REST, shape_of(face(head(1)))), 1.0)
    store.keep(Person("Bo", REST, None), 1.0)
    with sqlite3.connect(tmp_path / "library.db") as other:
        other.execute(f"UPDATE person SET {column} = ? WHERE name = 'Ada'", (damage,))
    other.close()
    assert [person.name for person in store.everybody()] == ["Bo"]
    assert "Ada" in caplog.text
