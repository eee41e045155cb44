"""What a viewer is told and asked before anything is measured, and the receipt of the answer.

The study says who answers for the data, what for, how long they are kept and whom to ask; without these four nobody is
asked. The words are ours, in English, or those of the study's consent.yaml, in any language.
"""

from __future__ import annotations

import hashlib
import shutil
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from player.errors import StudyError
from player.reactions.facts import Facts, Receipt, StudyFacts, read_facts, telling
from player.reactions.study import Study, now_text
from recognizer.errors import SourceError
from recognizer.resources import package_file

STATED = ("controller", "purpose", "retention", "contact")
"""What the study states, and every text must tell."""
OWN_TEXT = package_file("player", "assets", "consent.yaml")
FILE = "consent.yaml"

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class QuestionText(Facts):
    """One question as it is written down."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    paragraphs: list[Words] = Field(min_length=1, max_length=10)
    yes: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    no: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class ConsentText(Facts):
    """consent.yaml: both questions, and the line above the cross at rest."""

    version: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    """Raised with every change: receipts name it."""
    language: str
    rest: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    measuring: QuestionText
    recording: QuestionText

    @model_validator(mode="after")
    def _tells_all(self) -> ConsentText:
        """Every one of STATED is told before measuring, and nothing else is left open."""
        used = {name for text in (self.measuring, self.recording) for name in _placeholders(text)}
        missing = [name for name in STATED if name not in _placeholders(self.measuring)]
        unknown = sorted(used - set(STATED))
        if missing or unknown:
            raise ValueError(
                f"measuring must tell {{{missing[0]}}}" if missing else f"{{{unknown[0]}}} is not known here"
            )
        return self


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what must be known to answer it."""

    title: str
    paragraphs: tuple[str, ...]
    yes: str
    no: str

    @property
    def text(self) -> str:
        """Everything that is shown."""
        return "\n".join((self.title, *self.paragraphs, self.yes, self.no))


@dataclass(frozen=True, slots=True)
class Consent:
    """What one study tells and asks."""

    version: str
    rest: str
    measuring: Question
    recording: Question

    def receipt(self, viewer: str, keeps_video: bool) -> Receipt:
        """What is written down when a viewer has agreed."""
        text = "\n\n".join([self.measuring.text, *([self.recording.text] if keeps_video else [])])
        return Receipt(
            viewer=viewer,
            given=now_text(),
            version=self.version,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            keeps_video=keeps_video,
        )


def consent_of(study: Study) -> Consent:
    """What a study tells and asks; raises StudyError where it does not state all of STATED, or its text is unfit."""
    check_stated(study.facts, study.path)
    own = study.path / FILE
    return filled_in(read_facts(own if own.is_file() else OWN_TEXT, ConsentText), study.facts)


def check_stated(facts: StudyFacts, path: Path) -> None:
    """Raise StudyError for what viewers must be told and the study does not state."""
    missing = [name for name in STATED if not getattr(facts, name).strip()]
    if missing:
        words = " ".join(f"--{name} ..." for name in missing)
        raise StudyError(
            f"{path}: viewers are told who answers for their data, what for, how long and whom to ask; state it first:"
            f" python -m player study {path} {words}"
        )


def filled_in(text: ConsentText, facts: StudyFacts) -> Consent:
    """The text with what the study states."""
    stated = {name: getattr(facts, name).strip() for name in STATED}

    def question(each: QuestionText) -> Question:
        paragraphs = tuple(paragraph.format(**stated) for paragraph in each.paragraphs)
        return Question(each.title, paragraphs, each.yes, each.no)

    return Consent(text.version, text.rest, question(text.measuring), question(text.recording))


def adopt_text(study: Study, path: Path) -> ConsentText:
    """Make a file the study's own text; raises SourceError for a missing file and StudyError for an unfit one."""
    if not path.is_file():
        raise SourceError(f"{path}: there is no such file; {OWN_TEXT} is a model of one")
    text = read_facts(path, ConsentText)
    with telling(study.path / FILE):
        shutil.copyfile(path, study.path / FILE)
    return text


def _placeholders(text: QuestionText) -> set[str]:
    found = set()
    for paragraph in text.paragraphs:
        try:
            found |= {name for _, name, _, _ in string.Formatter().parse(paragraph) if name is not None}
        except ValueError as error:
            raise ValueError(
                f"braces are for {{controller}} and the like only: {paragraph[:40]!r}"
            ) from error
    return found
