"""Known people: assigns the names and resting faces of stored people to the faces in view.

Somebody is known again in two ways: by the shape of the face, once enough of it was seen from the front, or because
the listener said the name. What was captured without a name is known again until the program ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from player.errors import LibraryError
from player.people.face_matching import ShapeSampler, nearest
from player.people.neutral import Captured
from player.people.store import Person, PersonStore, checked_name
from recognizer.face_shape import Shape
from recognizer.pipeline import Analysis
from recognizer.steady import Baseline

LOG = logging.getLogger(__name__)
Adopt = Callable[[int, Baseline], None]
"""Asks the steadying to measure a face (by its id) against this resting face from now on."""
GUEST = ""
"""The name of who was captured without one."""
SAVE_EVERY_SECONDS = 60.0
COMPARE_EVERY_SECONDS = 0.5


class KnownPeople:
    """Names by face id. Raises LibraryError where the store cannot be used.

    Without `recognise` no shape is measured, and people are known by a chosen name only; without a store nobody
    outlives the session.
    """

    def __init__(self, store: PersonStore | None, adopt: Adopt, recognise: bool) -> None:
        self._store, self._adopt, self._recognise = store, adopt, recognise
        self._people = {person.name: person for person in store.everybody()} if store is not None else {}
        self._names: dict[int, str] = {}
        self._samplers: dict[int, ShapeSampler] = {}
        self._in_view: set[int] = set()
        self._save_due = self._compare_due = float("-inf")

    @property
    def names(self) -> dict[int, str]:
        """The names of those in view, by face id; GUEST for a captured person without a name."""
        return {face_id: name for face_id, name in self._names.items() if face_id in self._in_view}

    @property
    def kept(self) -> tuple[str, ...]:
        """The names of all who are kept."""
        return tuple(sorted(name for name in self._people if name != GUEST))

    def take(self, analysis: Analysis, now_seconds: float) -> None:
        """Look at everybody in one picture."""
        self._in_view = {reading.face_id for reading in analysis.readings}
        if self._recognise:
            for face, reading in zip(analysis.faces, analysis.readings, strict=False):
                self._samplers.setdefault(face.face_id, ShapeSampler()).add(face, reading)
            if now_seconds >= self._compare_due:
                self._compare_due = now_seconds + COMPARE_EVERY_SECONDS
                self._compare()
        self._follow_drift(analysis.baselines)
        self._drop_the_gone(analysis)
        if now_seconds >= self._save_due:
            self._save_due = now_seconds + SAVE_EVERY_SECONDS
            self.save()

    def learn(self, captured: Captured, name: str, made_seconds: float) -> None:
        """Take in a capture; under a name it is kept. `made_seconds` is Unix time."""
        sampler = self._samplers.get(captured.face_id)
        person = Person(name, captured.baseline, sampler.shape if sampler is not None else None)
        if name != GUEST and self._store is not None:
            person = replace(person, name=checked_name(name))
            self._store.keep(person, made_seconds)
        self._people[person.name] = person
        self.name(captured.face_id, person.name)

    def name(self, face_id: int, name: str) -> None:
        """This face is the person of that name, who then is nobody else in view."""
        self._names = {other: known for other, known in self._names.items() if known != name}
        self._names[face_id] = name
        self._adopt(face_id, self._people[name].baseline)

    def forget(self, name: str) -> None:
        """Delete all that is known of somebody; a face in view is a stranger's from now on."""
        if self._store is not None and name != GUEST:
            self._store.forget(name)
        self._people.pop(name, None)
        for face_id in [face_id for face_id, known in self._names.items() if known == name]:
            del self._names[face_id]
            self._adopt(face_id, Baseline())

    def forget_everybody(self) -> None:
        """Delete all that is known of anybody, the capture without a name included."""
        for name in list(self._people):
            self.forget(name)

    def save(self) -> None:
        """Keep where the resting faces in view have drifted to; where that fails the evening goes on without."""
        if self._store is None:
            return
        try:
            for name in self._names.values():
                if name != GUEST:
                    self._store.drifted(name, self._people[name].baseline)
        except LibraryError as error:
            LOG.warning("how a resting face has drifted is not kept: %s", error)

    def forget_faces(self) -> None:
        """Nobody is in view any more."""
        self.save()
        self._names, self._samplers, self._in_view = {}, {}, set()

    def _compare(self) -> None:
        """Name whom the shape tells, of those in view who have no name yet."""
        for face_id in sorted(self._in_view - self._names.keys()):
            sampler = self._samplers.get(face_id)
            name = self._known(sampler.shape) if sampler is not None and sampler.shape is not None else None
            if name is not None:
                self.name(face_id, name)

    def _known(self, shape: Shape) -> str | None:
        """Whose shape this is among those who are not in view already."""
        present = set(self.names.values())
        absent = {
            name: person.shape
            for name, person in self._people.items()
            if person.shape is not None and name not in present
        }
        return nearest(shape, absent)

    def _follow_drift(self, baselines: dict[int, Baseline]) -> None:
        for face_id, name in self._names.items():
            baseline = baselines.get(face_id)
            if (
                baseline is not None
                and baseline.captured_logits == self._people[name].baseline.captured_logits
            ):
                self._people[name] = replace(self._people[name], baseline=baseline)

    def _drop_the_gone(self, analysis: Analysis) -> None:
        """Numbers of faces are never used again: whoever the steadying has forgotten will not come back as one."""
        remembered = {mood.face_id for mood in analysis.moods}
        self._names = {face_id: name for face_id, name in self._names.items() if face_id in remembered}
        self._samplers = {
            face_id: sampler for face_id, sampler in self._samplers.items() if face_id in remembered
        }
