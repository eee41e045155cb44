"""An audience's folder: CATEGORY/FILM/VIEWER.mp4, each with its truth beside it, and two tables of all of them.

recordings.csv is for the ad lab (`player analyse`), reactions.csv for training and studies. What is there stays: the
same command goes on after a stop.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tqdm import tqdm

from recognizer.whole_file import placing
from training.errors import DataError
from training.recipe_file import claim
from training.synthesis.rendered.audience import (
    EXAMPLE,
    AudienceRecipe,
    Recording,
    reactions,
    recordings,
)
from training.synthesis.rendered.clip import save_clip
from training.synthesis.workers import spread

RECIPE, RECORDINGS, REACTIONS = "recipe.yaml", "recordings.csv", "reactions.csv"


def record_audience(
    recipe: AudienceRecipe, folder: Path, processes: int | None = None, show_progress: bool = True
) -> int:
    """Make every recording that is missing, then the tables; returns how many were made.

    `processes` None means one for each core.

    Raises:
        RecipeError: `folder` holds an audience of another recipe.
        AnatomyError, RendererError: this machine cannot draw.
        DataError: nothing more can be written.
    """
    wanted = list(recordings(recipe))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        claim(folder / RECIPE, recipe, EXAMPLE)
        left = [one for one in wanted if not (folder / one.path).with_suffix(".csv").exists()]
        with tqdm(
            total=len(wanted), initial=len(wanted) - len(left), unit=" recordings", disable=not show_progress
        ) as bar:
            for _ in _recorded(left, folder, processes or os.cpu_count() or 1):
                bar.update()
        _write(folder / RECORDINGS, *recording_table(wanted, recipe.rest_seconds))
        _write(folder / REACTIONS, *reaction_table(wanted))
    except OSError as error:
        raise DataError(
            f"{error.filename or folder}: {error.strerror or error}; what is recorded is kept: make room or mend it,"
            " then run the same command again"
        ) from error
    return len(left)


def recording_table(made: Iterable[Recording], rest_seconds: float) -> tuple[list[str], list[list[object]]]:
    """Header and rows of recordings.csv, as the ad lab reads them; it may split viewers by their age group."""
    head = ["video", "viewer", "category", "film", "offset_seconds", "group"]
    return head, [
        [one.path, one.viewer, one.category, one.film, rest_seconds, one.request.age_group.value]
        for one in made
    ]


def reaction_table(made: Iterable[Recording]) -> tuple[list[str], list[list[object]]]:
    """Header and rows of reactions.csv, as `fit` and `study` read them."""
    head = ["video", "label", "subject", "category", "start_seconds", "end_seconds"]
    return head, [
        [
            one.path,
            shown.emotion.value,
            one.viewer,
            one.category,
            round(shown.start_seconds, 3),
            round(shown.end_seconds, 3),
        ]
        for one in made
        for shown in reactions(one)
    ]


def _recorded(left: Sequence[Recording], folder: Path, processes: int) -> Iterator[None]:
    work = partial(_record, folder)
    if processes == 1 or len(left) < 2:
        for one in left:
            work(one)
            yield
        return
    yield from spread(work, left, min(processes, len(left)))


def _record(folder: Path, recording: Recording) -> None:
    out = folder / recording.path
    out.parent.mkdir(parents=True, exist_ok=True)
    save_clip(recording.request, out)


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with placing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
