"""One person's way through a queue: what was asked, what was answered, what comes next."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recognizer.affect import EMOTIONS, Emotion
from recognizer.errors import UsageError
from training.review.answers import (
    SAYINGS,
    Answer,
    Key,
    Verdict,
    append_answers,
    new_answer,
    read_answers,
    standing,
)
from training.review.doubt import Doubt, count_doubtful
from training.review.queue import Queue


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of all faces, and of the doubtful ones, this person has answered."""

    answered: int
    faces: int
    doubtful_answered: int
    doubtful: int


class Session:
    """The queue and this person's answers; several threads may use it."""

    def __init__(self, queue: Queue, path: Path, person: str) -> None:
        self.queue, self.path, self.person = queue, path, person
        self._lock = threading.Lock()
        self._answers = read_answers(path)

    def key(self, place: int) -> Key:
        """The face at a place of the queue."""
        faces, row = self.queue.gathered.faces, self.doubt(place).row
        return str(faces.names[row]), str(faces.pictures[row])

    def doubt(self, place: int) -> Doubt:
        """What is doubtful there; raises UsageError for a place that does not exist."""
        if not 0 <= place < len(self.queue.doubts):
            raise UsageError(f"there is no face {place} in a queue of {len(self.queue.doubts)}")
        return self.queue.doubts[place]

    def label(self, place: int) -> Emotion:
        """What the set says of the face."""
        return EMOTIONS[int(self.queue.gathered.faces.labels[self.doubt(place).row])]

    def answer(self, place: int, said: str) -> None:
        """Keep what this person says of a face; raises UsageError, or OutputError where it cannot be written."""
        if said not in SAYINGS or said == Verdict.UNDO:
            raise UsageError(f"'{said}' is no answer")
        with self._lock:
            self._append(new_answer(self.key(place), self.label(place), said, self.person))

    def undo(self) -> int | None:
        """Take back this person's last answer; returns its place, None where there is nothing to take back."""
        with self._lock:
            mine = self._mine()
            places = {self.key(place): place for place in range(len(self.queue.doubts))}
            last = max(
                (one for one in mine.values() if one.key in places), key=lambda one: one.at, default=None
            )
            if last is None:
                return None
            label = Emotion(last.label)
            self._append(new_answer(last.key, label, Verdict.UNDO, self.person, undoes=last.id))
            return places[last.key]

    def first_open(self, start: int = 0) -> int | None:
        """The first place from `start` on without an answer of this person; None where all are answered."""
        mine = self._mine()
        places = range(start, len(self.queue.doubts))
        return next((place for place in places if self.key(place) not in mine), None)

    def progress(self) -> Progress:
        """How far this person is."""
        mine, found = self._mine(), self.queue.doubts
        answered = [self.key(place) in mine for place in range(len(found))]
        doubtful = sum(done and bool(found[place].reasons) for place, done in enumerate(answered))
        return Progress(sum(answered), len(found), doubtful, count_doubtful(found))

    def shown(self, place: int) -> dict[str, Any]:
        """What the page says of a face; what others answered stays hidden, so that people judge by themselves."""
        doubt, (name, _) = self.doubt(place), self.key(place)
        mine = self._mine().get(self.key(place))
        return {
            "place": place,
            "name": name,
            "label": str(self.label(place)),
            "reasons": list(doubt.reasons),
            "said": mine.said if mine else None,
        }

    def _mine(self) -> dict[Key, Answer]:
        found = standing(self._answers)
        return {key: given[self.person] for key, given in found.items() if self.person in given}

    def _append(self, answer: Answer) -> None:
        append_answers(self.path, [answer])
        self._answers.append(answer)
