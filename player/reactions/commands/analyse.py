"""`python -m player analyse RECORDINGS --study STUDY`: measure recorded reactions, many at a time.

RECORDINGS is a csv (video, viewer, film, category[, offset_seconds, group]) or a folder CATEGORY/FILM/VIEWER.mp4.
Every other column of the csv is an attribute of the viewer, to split or choose by.
What is measured already is left alone, so an interrupted run is gone on with by running it again. `analyse --study
STUDY --again`, without RECORDINGS, measures the videos that viewers allowed to keep again, say with a newer model.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from player.command_line import command_parser
from player.reactions.commands.shared import add_model_arguments, models_of
from player.reactions.engines import check_engine, run_jobs
from player.reactions.jobs import Job
from player.reactions.planning import Tally, plan_jobs, plan_kept
from player.reactions.recordings import Recording, list_recordings
from player.reactions.study import Study
from recognizer.errors import OutputError, UsageError
from recognizer.face_model import ready_face_model
from recognizer.words import counted


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    options = _options(arguments)
    models = models_of(options)
    models.versions()
    listed: tuple[Recording, ...]
    ready_face_model(models.face_model)
    tally = Tally()
    if options.recordings is None:
        study = Study(options.study)
        jobs, listed = plan_kept(study, models, tally), ()
    else:
        listing = list_recordings(options.recordings, options.films)
        study = Study.open_or_create(options.study)
        tally.problems += listing.problems
        listed = listing.recordings
        jobs = plan_jobs(study, listed, models, options.again, tally)
    try:
        _run(jobs, options, tally)
        for recording in listed:
            if recording.attributes and study.viewing(recording.viewer, recording.film) is not None:
                study.tell_about(recording.viewer, recording.attributes)
    finally:
        for line in (*tally.notes, *tally.problems):
            print(f"analyse: {line}", file=sys.stderr)
    if not options.quiet:
        before = f", {tally.known} measured before" if tally.known else ""
        print(f"{counted(tally.done, 'recording')} measured{before}; the study is {study.path}")
    return 0 if tally.done or tally.known else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_parser("analyse", __doc__)
    parser.add_argument("recordings", type=Path, nargs="?", metavar="RECORDINGS")
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
    if options.recordings is None and not options.again:
        raise UsageError(
            "name the RECORDINGS; without them only --again works, on the videos that a study keeps"
        )
    if options.workers < 1:
        raise UsageError(f"--workers must be 1 or more, not {options.workers}")
    return options


def _run(jobs: list[Job], options: argparse.Namespace, tally: Tally) -> None:
    """Do the jobs, and take down what became of them; raises OutputError where the disk refuses."""
    if not jobs:
        return
    recordings = {job.name for job in jobs if job.recording is not None or job.kept is not None}
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
