"""What a study states about its films, its viewers and each viewing: checked when read, written whole or not at all.

Everything is YAML that a person can read. A file with an unknown key or a value out of range is refused with one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from player.errors import StudyError
from recognizer.errors import OutputError
from recognizer.whole_file import replacing

FORMAT = 1
"""The number of this layout; a study of a later one is refused instead of misread."""

Name = Annotated[str, StringConstraints(pattern=r"^\w(?:[\w .-]{0,62}[\w-])?$")]
"""A name that is also a safe file name: letters, digits, `_`, `-`, and inside it `.` and spaces; at most 64."""

Status = Literal["complete", "partial"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Facts(BaseModel):
    """Any of the files below: frozen, and strict about what it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class StudyFacts(Facts):
    """study.yaml."""

    format: int = Field(default=FORMAT, ge=1, le=FORMAT)
    title: str = ""
    client: str = ""
    """For whom the study is made."""
    created: str
    """Local time with offset, ISO 8601."""
    controller: str = ""
    """Who answers for the viewers' data; with the next three told to every viewer, and needed for a session."""
    purpose: str = ""
    """What the data are for."""
    retention: str = ""
    """How long they are kept."""
    contact: str = ""
    """Whom a viewer asks for access or deletion."""


class FilmFacts(Facts):
    """films/FILM.yaml. Without a file (`file` empty) only its name and category are known."""

    film: Name
    category: Name
    file: str = ""
    """Where the film lies; needed for its pictures in the report and for the faces in it."""
    sha256: str = ""
    duration_seconds: float | None = Field(default=None, gt=0)
    frames_per_second: float | None = Field(default=None, gt=0)


class Versions(Facts):
    """With what a viewing was measured."""

    sonrisa: str
    emotion_model: str
    emotion_model_sha256: str
    face_model_sha256: str
    definitions: int = Field(default=1, ge=1)
    """Of how pictures become readings and these become figures; see `measures`."""

    @property
    def comparable(self) -> tuple[str, str, int]:
        """What must be the same for readings to be compared."""
        return self.emotion_model_sha256, self.face_model_sha256, self.definitions

    @property
    def named(self) -> str:
        """For a reader."""
        return f"{self.emotion_model} {self.emotion_model_sha256[:8]} (definitions {self.definitions})"


class Receipt(Facts):
    """viewers/VIEWER/consent/N.yaml: what the viewer agreed to, and when."""

    viewer: Name
    given: str
    """Local time with offset, ISO 8601."""
    version: str
    """Of the text."""
    text_sha256: str
    text: str = ""
    """Every word that was shown."""
    keeps_video: bool = False
    """True where the viewer agreed, by a second question, that the video is kept."""


class ViewerFacts(Facts):
    """viewers/VIEWER/about/viewer.yaml: what is known of a viewer beside what was measured."""

    viewer: Name
    attributes: dict[str, str] = {}
    """By column: age, market, an answer of a survey."""
    films: dict[str, dict[str, str]] = {}
    """Answers about one film, by film and column."""


class Decision(Facts):
    """One decision of the researcher about a viewing.

    exclude leaves it out, mask leaves out a stretch of film time, restore takes back every decision before it.
    """

    made: str
    """Local time with offset, ISO 8601."""
    what: Literal["exclude", "mask", "restore"]
    reason: Reason
    start_seconds: float | None = None
    end_seconds: float | None = None
    by: str = ""
    """Who decided."""


class Decisions(Facts):
    """viewers/VIEWER/decisions/FILM.yaml: all decisions about a viewing, the oldest first; none is ever taken out."""

    viewer: Name
    film: Name
    decisions: list[Decision] = []

    @property
    def in_force(self) -> tuple[Decision, ...]:
        """Those that nobody took back."""
        after = max(
            (place for place, each in enumerate(self.decisions, 1) if each.what == "restore"), default=0
        )
        return tuple(self.decisions[after:])


class Withdrawals(Facts):
    """withdrawn.yaml: who was deleted from the study, as hashes of names and recordings, so that nobody returns."""

    salt: str
    hashes: list[str] = []


class ViewingFacts(Facts):
    """viewers/VIEWER/FILM.yaml: one viewer's viewing of one film."""

    viewer: Name
    film: Name
    attempt: str = Field(default="", pattern=r"^[0-9a-f]*$")
    """Which files hold its readings and video: FILM~ATTEMPT.parquet; empty: FILM.parquet."""
    group: str = ""
    """What the viewers are split by, for instance an age group; empty: none."""
    status: Status = "partial"
    remark: str = ""
    """Why it is partial; what else a reader must know."""
    source: str
    """Where the pictures came from: a camera, or a recording's name."""
    source_sha256: str = ""
    started: str
    order: int | None = Field(default=None, ge=1)
    """The film's place in the session, from 1."""
    seed: int | None = None
    """Of the session's random order."""
    offset_seconds: float = 0.0
    """The source's time at which the film began."""
    offset_known: Literal["measured", "stated", "assumed"] = "assumed"
    """measured: on one clock with the screen; stated: by whoever recorded it; assumed: taken to be 0."""
    jitter_seconds: float | None = Field(default=None, ge=0)
    """95 % of the film's pictures came within this of where one clock would have them; None: no film was shown."""
    shown_pictures: int | None = Field(default=None, ge=0)
    """How many of the film's pictures were on the screen; None: no film was shown."""
    frames_per_second: float | None = Field(default=None, ge=0)
    """As measured on the readings."""
    dropped_frames: int = Field(default=0, ge=0)
    consent: str = ""
    """The receipt's file; empty where the recording was made elsewhere and consent is the researcher's duty."""
    versions: Versions

    @property
    def live(self) -> bool:
        """Whether it was measured in a session, which cannot be had again, and not from a recording."""
        return bool(self.consent) or self.order is not None


def with_answers(old: ViewerFacts, attributes: dict[str, str], film: str) -> dict[str, Any]:
    """What changes in a viewer's facts by attributes, or by answers about a film."""
    if film:
        return {"films": old.films | {film: old.films.get(film, {}) | attributes}}
    return {"attributes": old.attributes | attributes}


def joined(old: FilmFacts, new: FilmFacts) -> FilmFacts:
    """Both together; a film's file may become known later, but not change."""
    if old.category != new.category:
        raise StudyError(
            f"{new.film}: is in the category {old.category} in this study, not in {new.category}; use one of them"
        )
    if old.sha256 and new.sha256 and old.sha256 != new.sha256:
        raise StudyError(f"{new.film}: another film of this name is already in the study; rename one of them")
    if new.sha256:
        return new
    # A length that is stated anew counts, unless the film's own file says it.
    stated = old.duration_seconds if old.sha256 else new.duration_seconds or old.duration_seconds
    return old.model_copy(update={"duration_seconds": stated})


Read = TypeVar("Read", bound=Facts)


def read_facts(path: Path, kind: type[Read]) -> Read:
    """Facts from a file; raises StudyError with one line that names the file, the key and the fault."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StudyError(f"{path}: is missing; the study is damaged") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise StudyError(f"{path}: cannot be read ({' '.join(str(error).split())})") from error
    return checked(content, kind, str(path))


def checked(content: Any, kind: type[Read], where: str) -> Read:
    """Facts of a kind from plain values; raises StudyError where they do not fit."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"])) or "its content"
        raise StudyError(f"{where}: {place} is not usable: {fault['msg']} ({fault['input']!r})") from error


def write_facts(path: Path, facts: Facts) -> None:
    """Write facts whole or not at all; raises OutputError."""
    text = yaml.safe_dump(facts.model_dump(), sort_keys=False, allow_unicode=True, width=110)
    write_whole(path, text.encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file by way of a hidden one that then takes its name; raises OutputError, and leaves the old one."""
    with telling(path), replacing(path) as file:
        file.write(content)


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn an operating system's refusal into one line."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
