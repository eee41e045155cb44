"""People who asked to be kept, by name: their resting face and the shape of it, in the library's file."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np

from player.errors import LibraryError
from player.music.library.database import Database
from recognizer.affect import EMOTIONS
from recognizer.face_shape import SHAPE_SIZE, Shape
from recognizer.steady import Baseline, Vector

LOG = logging.getLogger(__name__)
LONGEST_NAME = 40
_NUMBER = np.dtype("<f8")


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody kept by name: the resting face, and its shape where enough of it was seen from the front."""

    name: str
    baseline: Baseline
    shape: Shape | None


class PersonStore:
    """The table `person`. Every method raises LibraryError where the file cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def everybody(self) -> tuple[Person, ...]:
        """All who are kept, by name; somebody whose record is damaged is left out and named in the log."""
        rows = self._database.rows("SELECT name, baseline, baseline_seconds, shape FROM person ORDER BY name")
        people = []
        for row in rows:
            try:
                baseline = _unpacked(row["baseline"], row["baseline_seconds"])
                people.append(Person(row["name"], baseline, _shape(row["shape"])))
            except ValueError:
                LOG.warning("the neutral face kept for %r is damaged; capture it again", row["name"])
        return tuple(people)

    def keep(self, person: Person, made_seconds: float) -> None:
        """Keep somebody from now on, in place of who had the name before; `made_seconds` is Unix time."""
        shape = None if person.shape is None else np.asarray(person.shape, _NUMBER).tobytes()
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO person (name, made_seconds, baseline, baseline_seconds, shape)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET made_seconds = excluded.made_seconds,"
                " baseline = excluded.baseline, baseline_seconds = excluded.baseline_seconds,"
                " shape = excluded.shape",
                (
                    checked_name(person.name),
                    made_seconds,
                    _packed(person.baseline),
                    person.baseline.seen_seconds,
                    shape,
                ),
            )

    def drifted(self, name: str, baseline: Baseline) -> None:
        """Note where somebody's resting face has drifted to; nothing where the name is not kept."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE person SET baseline = ?, baseline_seconds = ? WHERE name = ?",
                (_packed(baseline), baseline.seen_seconds, name),
            )

    def forget(self, name: str) -> bool:
        """Delete all that is kept of somebody; False where nobody has the name."""
        with self._database.transaction() as connection:
            return connection.execute("DELETE FROM person WHERE name = ?", (name,)).rowcount > 0


def checked_name(name: str) -> str:
    """A name as it is kept. Raises LibraryError for an empty one, a long one, or one that cannot be printed."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise LibraryError(f"{name!r} cannot be a person's name; take 1 to {LONGEST_NAME} letters")
    return name


def _packed(baseline: Baseline) -> bytes:
    """The logits at rest, then those captured, as 64-bit little-endian numbers."""
    captured = baseline.captured_logits or baseline.rest_logits
    return np.asarray([*baseline.rest_logits, *captured], _NUMBER).tobytes()


def _unpacked(packed: bytes, seen_seconds: float) -> Baseline:
    values = _numbers(packed, 2 * len(EMOTIONS))
    rest, captured = values[: len(EMOTIONS)], values[len(EMOTIONS) :]
    return Baseline(rest, seen_seconds, captured_logits=captured)


def _shape(packed: bytes | None) -> Shape | None:
    return None if packed is None else np.asarray(_numbers(packed, SHAPE_SIZE), np.float64)


def _numbers(packed: bytes, count: int) -> Vector:
    """Raises ValueError where these are not `count` finite numbers."""
    values = np.frombuffer(packed, _NUMBER)
    if len(values) != count or not np.isfinite(values).all():
        raise ValueError(f"{count} numbers were expected")
    return tuple(map(float, values))
