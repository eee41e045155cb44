"""Measuring one recording, or the faces in one film: work that any process on any machine with the files can do.

A job and its outcome are small plain values. What is measured goes straight into the study, viewing by viewing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from player.reactions.facts import FilmFacts, ViewingFacts
from player.reactions.films import measure_faces_in
from player.reactions.observe import Models, observed_row
from player.reactions.readings import Journal
from player.reactions.recordings import Recording
from player.reactions.study import INTERRUPTED, Study, now_text
from recognizer.capture import VideoSource
from recognizer.digest import file_sha256
from recognizer.errors import OutputError, SonrisaError, SourceError
from recognizer.pipeline import Analyser

TAIL_SECONDS = 1.0
"""A recording that ends this long before its film is partial."""


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to be measured, or with `recording` None the faces in the film."""

    study: Path
    film: FilmFacts
    models: Models
    recording: Recording | None = None

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.film.file if self.recording is None else str(self.recording.video)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: `problem` is one line, empty where it was done; `fatal` where going on is no use."""

    name: str
    problem: str = ""
    fatal: bool = False


def do(job: Job) -> Outcome:
    """Do a job in this process; never raises for what a person can do something about."""
    try:
        study = Study(job.study)
        with _quiet_recordings():
            if job.recording is None:
                with study.begin_film_faces(job.film.film) as journal:
                    measure_faces_in(job.film, job.models, journal)
                    journal.finish()
            else:
                _measure(study, job, job.recording)
    except OutputError as error:
        return Outcome(job.name, str(error), fatal=True)
    except SonrisaError as error:
        return Outcome(job.name, str(error))
    return Outcome(job.name)


@contextmanager
def _quiet_recordings() -> Iterator[None]:
    """No warnings of short recordings meanwhile: their facts say it."""
    reader = logging.getLogger("recognizer.recordings")
    before = reader.level
    reader.setLevel(logging.ERROR)
    try:
        yield
    finally:
        reader.setLevel(before)


def is_done(study: Study, job: Job) -> bool:
    """Whether the study already holds what this job would measure; raises SourceError for a missing recording."""
    if job.recording is None:
        return study.has_film_faces(job.film.film)
    known = study.viewing(job.recording.viewer, job.film.film)
    if known is None or known.remark == INTERRUPTED:
        return False
    same_source = known.source_sha256 == _hash(job.recording.video)
    same_offset = known.offset_seconds == (job.recording.offset_seconds or 0.0)
    return same_source and same_offset and known.versions == job.models.versions()


@dataclass(frozen=True, slots=True)
class _Span:
    """How much of a recording was read."""

    frames: int = 0
    first_seconds: float = 0.0
    last_seconds: float = 0.0

    def with_frame(self, seconds: float) -> _Span:
        return _Span(self.frames + 1, self.first_seconds if self.frames else seconds, seconds)

    @property
    def frames_per_second(self) -> float:
        span = self.last_seconds - self.first_seconds
        return (self.frames - 1) / span if span > 0 else 0.0


def _measure(study: Study, job: Job, recording: Recording) -> None:
    with VideoSource(recording.video) as source:
        analyser = job.models.analyser()
        try:
            facts = _facts(job, recording)
            with study.begin(facts) as journal:
                span = _watch(source, analyser, journal, facts.offset_seconds, job.film.duration_seconds)
                study.finish(_judged(facts, span, job.film.duration_seconds), journal)
        finally:
            analyser.close()


def _watch(
    source: VideoSource, analyser: Analyser, journal: Journal, offset: float, duration: float | None
) -> _Span:
    """Measure every frame up to the film's end."""
    span = _Span()
    for frame in source:
        film_seconds = frame.time_seconds - offset
        if duration is not None and film_seconds > duration:
            break
        journal.write(observed_row(analyser.analyse(frame), film_seconds))
        span = span.with_frame(film_seconds)
    return span


def _facts(job: Job, recording: Recording) -> ViewingFacts:
    return ViewingFacts(
        viewer=recording.viewer,
        film=recording.film,
        group=recording.group,
        source=recording.video.name,
        source_sha256=_hash(recording.video),
        started=now_text(),
        offset_seconds=recording.offset_seconds or 0.0,
        offset_known="assumed" if recording.offset_seconds is None else "stated",
        versions=job.models.versions(),
    )


def _judged(facts: ViewingFacts, span: _Span, duration: float | None) -> ViewingFacts:
    """The final facts: partial where the recording ends well before the film."""
    whole = duration is None or span.last_seconds >= duration - TAIL_SECONDS
    remark = (
        "" if whole else f"the recording ends after {span.last_seconds:.1f} of {duration:.1f} s of the film"
    )
    return facts.model_copy(
        update={
            "status": "complete" if whole else "partial",
            "remark": remark,
            "frames_per_second": round(span.frames_per_second, 3),
        }
    )


def _hash(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
