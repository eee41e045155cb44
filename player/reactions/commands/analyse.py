"""`python -m player analyse RECORDINGS --study STUDY`: measure recorded reactions, many at a time.

RECORDINGS is a csv (video, viewer, film, category[, offset_seconds, group]) or a folder CATEGORY/FILM/VIEWER.mp4.
What is measured already is left alone, so an interrupted run is gone on with by running it again.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from player.command_line import command_parser
from player.reactions.commands.shared import add_model_arguments, models_of
from player.reactions.engines import check_engine, run_jobs
from player.reactions.facts import FilmFacts
from player.reactions.films import film_of
from player.reactions.jobs import Job, is_done
from player.reactions.observe import Models
from player.reactions.recordings import Recording, list_recordings
from player.reactions.study import Study
from recognizer.errors import OutputError, SonrisaError, SourceError, UsageError
from recognizer.face_model import ready_face_model
from recognizer.words import counted


@dataclass
class _Tally:
    """What became of the recordings."""

    done: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list)


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    options = _options(arguments)
    models = models_of(options)
    models.versions()
    ready_face_model(models.face_model)
    recordings = list_recordings(options.recordings, options.films)
    study = Study.open_or_create(options.study)
    tally = _Tally()
    jobs = [
        job for job in _jobs(study, recordings, models, tally) if _is_due(study, job, options.again, tally)
    ]
    try:
        _run(jobs, options, tally)
    finally:
        for line in tally.problems:
            print(f"analyse: {line}", file=sys.stderr)
    if not options.quiet:
        before = f", {tally.known} measured before" if tally.known else ""
        print(f"{counted(tally.done, 'recording')} measured{before}; the study is {study.path}")
    return 0 if tally.done or tally.known else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_parser("analyse", __doc__)
    parser.add_argument("recordings", type=Path, metavar="RECORDINGS")
    parser.add_argument("--study", type=Path, required=True, help="the study's folder; made if need be")
    parser.add_argument(
        "--films",
        type=Path,
        metavar="DIR",
        help="folder of the films themselves, by name, for pictures and length",
    )
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="how many at a time"
    )
    parser.add_argument(
        "--engine",
        default="processes",
        help="processes (of this machine), dask (two or more local workers) or dask=ADDRESS of a scheduler",
    )
    parser.add_argument("--again", action="store_true", help="measure what is measured already again")
    parser.add_argument("--quiet", action="store_true", help="no progress bar, no summary")
    add_model_arguments(parser)
    options = parser.parse_args(arguments)
    check_engine(options.engine)
    if options.workers < 1:
        raise UsageError(f"--workers must be 1 or more, not {options.workers}")
    return options


def _jobs(study: Study, recordings: Iterable[Recording], models: Models, tally: _Tally) -> Iterator[Job]:
    """One job per film whose file is known, and one per recording."""
    films: dict[str, FilmFacts] = {}
    for recording in recordings:
        if recording.film not in films:
            films[recording.film] = study.add_film(_film(recording, tally))
            if films[recording.film].file:
                yield Job(study.path.resolve(), films[recording.film], models)
        yield Job(study.path.resolve(), films[recording.film], models, recording)


def _film(recording: Recording, tally: _Tally) -> FilmFacts:
    """What is known of a film; one that cannot be read is named and goes without pictures."""
    if recording.film_file is not None:
        try:
            return film_of(recording.film_file, recording.category, recording.film)
        except SourceError as error:
            tally.problems.append(f"{error}; the report goes without its pictures")
    return FilmFacts(film=recording.film, category=recording.category)


def _is_due(study: Study, job: Job, again: bool, tally: _Tally) -> bool:
    """Whether a job is to be done; what is done already is counted, what cannot be done is named."""
    try:
        if job.recording is not None and not job.recording.video.is_file():
            raise SourceError(f"{job.recording.video}: there is no such video; skipped")
        if again or not is_done(study, job):
            return True
        tally.known += job.recording is not None
    except SonrisaError as error:
        tally.problems.append(str(error))
    return False


def _run(jobs: list[Job], options: argparse.Namespace, tally: _Tally) -> None:
    """Do the jobs, and take down what became of them; raises OutputError where the disk refuses."""
    if not jobs:
        return
    recordings = {job.name for job in jobs if job.recording is not None}
    with (
        tqdm(
            total=len(jobs), unit="video", desc="measuring", disable=options.quiet or None, leave=False
        ) as bar,
        closing(run_jobs(jobs, options.engine, min(options.workers, len(jobs)))) as outcomes,
    ):
        for outcome in outcomes:
            bar.update()
            if outcome.fatal:
                raise OutputError(outcome.problem)
            if outcome.problem:
                tally.problems.append(outcome.problem)
            else:
                tally.done += outcome.name in recordings
