"""What people answered about faces: a file of one JSON object a line that only ever grows.

It lies beside the set: review.jsonl beside a csv, my-faces.review.jsonl beside the folder my-faces. A line has a random
id, so that the files of several people are merged by putting their lines together.
"""

from __future__ import annotations

import json
import logging
import os
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from recognizer.affect import EMOTIONS, Emotion
from recognizer.errors import OutputError
from training.errors import DataError

log = logging.getLogger(__name__)

FILE_NAME = "review.jsonl"


class Verdict(StrEnum):
    """What can be said of a face, beside one of the seven emotions."""

    KEEP = "keep"
    REMOVE = "remove"
    UNSURE = "unsure"
    UNDO = "undo"


Decision = Emotion | Verdict
"""What becomes of a face: an emotion, REMOVE or UNSURE."""

Key = tuple[str, str]
"""A face: its name in the set and the digest of its picture. A picture that changed is another face."""

SAYINGS = frozenset({*map(str, EMOTIONS), *map(str, Verdict)})


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that one person said.

    label: the emotion that the set gave at that time. said: an emotion or a Verdict; UNDO takes back the answer whose
    id is `undoes`. at: the time in UTC, ISO 8601.
    """

    id: str
    face: str
    picture: str
    label: str
    said: str
    person: str
    at: str
    undoes: str = ""

    @property
    def key(self) -> Key:
        """The face that was judged."""
        return self.face, self.picture

    @property
    def decision(self) -> Decision:
        """What this answer wants; "keep" is the label of that time."""
        said = self.label if self.said == Verdict.KEEP else self.said
        return Verdict(said) if said in set(Verdict) else Emotion(said)


Standing = Mapping[Key, Mapping[str, Answer]]
"""For each face the last answer of each person that was not taken back."""


def answers_path(faces: Path, table: Path | None) -> Path:
    """Where the answers about a set lie: beside its csv, so that all tables of one folder share them, or its folder."""
    return table.parent / FILE_NAME if table else faces.absolute().with_name(f"{faces.name}.{FILE_NAME}")


def new_answer(key: Key, label: Emotion, said: str, person: str, undoes: str = "") -> Answer:
    """An answer of now."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Answer(uuid.uuid4().hex, *key, str(label), said, person, now, undoes)


def read_answers(path: Path) -> list[Answer]:
    """All lines in their order; none where no file is there. A line that is no answer is named in the log and left.

    Raises DataError where the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    found: dict[str, Answer] = {}
    for number, line in enumerate(lines, 1):
        answer = _answer(line)
        if answer is not None:
            found.setdefault(answer.id, answer)
        elif line.strip():
            log.warning("%s: line %d is not an answer and is left out", path, number)
    return list(found.values())


def append_answers(path: Path, answers: Sequence[Answer]) -> None:
    """Write answers behind those that are there, down to the disk; raises OutputError where that is not possible."""
    text = "".join(json.dumps(asdict(answer), ensure_ascii=False) + "\n" for answer in answers)
    try:
        with path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                # A line that a full disk cut short must not swallow the next.
                text = text if file.read(1) == b"\n" else f"\n{text}"
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(f"{path}: the answer cannot be kept ({error.strerror or error})") from error


def merge(path: Path, others: Iterable[Path]) -> int:
    """Take over the answers of other people's files that are not in `path` yet; returns how many. Raises DataError."""
    known = {answer.id for answer in read_answers(path)}
    new: dict[str, Answer] = {}
    for other in others:
        if not other.is_file():
            raise DataError(f"{other}: no such file; name the review.jsonl of another person")
        new |= {answer.id: answer for answer in read_answers(other) if answer.id not in known}
    if new:
        append_answers(path, list(new.values()))
    return len(new)


def standing(answers: Iterable[Answer]) -> Standing:
    """The answers that count, by face and person: the last of each, in the order of time."""
    ordered = sorted(answers, key=lambda answer: answer.at)
    undone = {answer.undoes for answer in ordered if answer.said == Verdict.UNDO}
    found: defaultdict[Key, dict[str, Answer]] = defaultdict(dict)
    for answer in ordered:
        if answer.said != Verdict.UNDO and answer.id not in undone:
            found[answer.key][answer.person] = answer
    return found


def decided(answers: Iterable[Answer]) -> Decision:
    """What most people want for one face; UNSURE where as many want another thing."""
    counts = Counter(answer.decision for answer in answers).most_common(2)
    if len(counts) > 1 and counts[0][1] == counts[1][1]:
        return Verdict.UNSURE
    return counts[0][0]


def _answer(line: str) -> Answer | None:
    try:
        values = json.loads(line)
        names = {field.name for field in fields(Answer)}
        answer = Answer(**{name: str(value) for name, value in values.items() if name in names})
    except (ValueError, TypeError, AttributeError):
        return None
    return answer if answer.said in SAYINGS and answer.label in set(EMOTIONS) else None
