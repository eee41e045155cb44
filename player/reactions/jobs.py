"""Measuring one recording, or the faces in one film: work that any process on any machine with the files can do.

A job and its outcome are small plain values. What is measured goes straight into the study, viewing by viewing.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from player.errors import StudyError
from player.reactions.facts import FilmFacts, ViewingFacts
from player.reactions.films import measure_faces_in
from player.reactions.observe import Models, observed_row
from player.reactions.readings import Journal
from player.reactions.recordings import Recording
from player.reactions.study import INTERRUPTED, NOTHING, Study, now_text
from player.reactions.who import ViewerKeeper
from recognizer.capture import VideoSource
from recognizer.digest import file_sha256
from recognizer.errors import OutputError, SonrisaError, SourceError
from recognizer.pipeline import Analyser

TAIL_SECONDS = 1.0
"""A recording that ends this long before its film is partial."""


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to be measured, or with `recording` None the faces in the film.

    `kept` is a viewing whose own video was kept, and is measured again: all its facts but the readings stay.
    """

    study: Path
    film: FilmFacts
    models: Models
    recording: Recording | None = None
    again: bool = False
    """Measure it also where it is measured already."""
    kept: ViewingFacts | None = None

    @property
    def name(self) -> str:
        """What a person calls it."""
        if self.kept is not None:
            return f"the video of {self.kept.viewer}, {self.kept.film}"
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
            if job.kept is not None:
                _measure_kept(study, job, job.kept)
            elif job.recording is None:
                _measure_film(study, job)
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
    """Whether the study already holds, on the disk, what this job would measure.

    Raises SourceError for a missing recording.
    """
    if job.recording is None:
        return study.has_film_faces(job.film.film)
    known = study.viewing(job.recording.viewer, job.film.film)
    if known is None or known.remark == INTERRUPTED or not study.row_count(known):
        return False
    same_source = known.source_sha256 == content_hash(job.recording.video)
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


def _measure_film(study: Study, job: Job) -> None:
    with study.begin_film_faces(job.film.film) as journal:
        try:
            if job.again or not is_done(study, job):
                measure_faces_in(job.film, job.models, journal)
                journal.finish()
        finally:
            journal.discard()


def _measure(study: Study, job: Job, recording: Recording) -> None:
    with VideoSource(recording.video) as source, study.begin(_facts(job, recording)) as journal:
        if not job.again and is_done(study, job):  # by another program, since this job was planned
            journal.discard()
            return
        facts, analyser = _facts(job, recording), job.models.analyser()
        try:
            span = _watch(source, analyser, journal, facts.offset_seconds, job.film.duration_seconds)
            study.finish(_judged(facts, span, job.film.duration_seconds), journal)
        finally:
            analyser.close()


def _measure_kept(study: Study, job: Job, kept: ViewingFacts) -> None:
    """Measure the video that was kept of a session. Its time begins with the first row."""
    before = study.readings(kept)
    if not len(before):
        raise StudyError(f"{kept.viewer}, {kept.film}: there are no readings that say when its video begins")
    facts = kept.model_copy(update={"versions": job.models.versions()})
    video = study.video_path(kept.viewer, kept.film)
    with VideoSource(video) as source, study.begin(facts) as journal:
        analyser = job.models.analyser()
        try:
            _watch(
                source,
                analyser,
                journal,
                -float(before.film_seconds[0]),
                None,
                float(before.source_seconds[0]),
            )
            again = study.video_path(kept.viewer, kept.film, journal.attempt)
            shutil.copyfile(video, again.with_suffix(video.suffix))
            study.finish(facts, journal)
        finally:
            analyser.close()


def _watch(
    source: VideoSource,
    analyser: Analyser,
    journal: Journal,
    offset: float,
    duration: float | None,
    began_seconds: float = 0.0,
) -> _Span:
    """Measure every frame up to the film's end; `began_seconds` is the source's own time at its first frame."""
    span, viewer = _Span(), ViewerKeeper()
    for frame in source:
        film_seconds = frame.time_seconds - offset
        if duration is not None and film_seconds > duration:
            break
        analysis = analyser.analyse(frame)
        row = observed_row(analysis, film_seconds, viewer.front(analysis))
        journal.write(row | {"source_seconds": row["source_seconds"] + began_seconds})
        span = span.with_frame(film_seconds)
    return span


def _facts(job: Job, recording: Recording) -> ViewingFacts:
    return ViewingFacts(
        viewer=recording.viewer,
        film=recording.film,
        group=recording.group,
        source=recording.video.name,
        source_sha256=content_hash(recording.video),
        started=now_text(),
        offset_seconds=recording.offset_seconds or 0.0,
        offset_known="assumed" if recording.offset_seconds is None else "stated",
        versions=job.models.versions(),
    )


def _judged(facts: ViewingFacts, span: _Span, duration: float | None) -> ViewingFacts:
    """The final facts: partial where the recording holds nothing of the film, or ends well before it."""
    end = span.last_seconds if span.frames else 0.0
    whole = span.frames > 0 and (duration is None or end >= duration - TAIL_SECONDS)
    if span.frames and end < 0:
        whole, remark = False, f"the recording ends {-end:.1f} s before the film begins"
    elif duration is not None:
        remark = "" if whole else f"the recording ends after {end:.1f} of {duration:.1f} s of the film"
    else:
        remark = "" if whole else NOTHING
    return facts.model_copy(
        update={
            "status": "complete" if whole else "partial",
            "remark": remark,
            "frames_per_second": round(span.frames_per_second, 3),
        }
    )


def content_hash(path: Path) -> str:
    """The hash of a recording's content; raises SourceError."""
    try:
        facts = path.stat()
        return _content_hash(path, facts.st_size, facts.st_mtime_ns)
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error


@lru_cache(maxsize=4096)
def _content_hash(path: Path, _size: int, _changed: int) -> str:
    """Computed once for a file that stays the same: planning and measuring both ask."""
    return file_sha256(path)
