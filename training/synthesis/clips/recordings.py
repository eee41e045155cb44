"""An audience's folder: CATEGORY/FILM/VIEWER.mp4, each with its truth beside it, and two tables of all of them.

recordings.csv is for the ad lab (`player analyse`), reactions.csv for training and studies. What is there stays: the
same command goes on after a stop. version.txt says which version drew the clips; one folder holds those of one alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from tqdm import tqdm

from recognizer.whole_file import placing
from training.errors import RecipeError
from training.recipe_file import claim
from training.synthesis.clips.audience import (
    EXAMPLE,
    AudienceRecipe,
    Recording,
    reactions,
    recordings,
)
from training.synthesis.clips.clip import CLIP_VERSION, save_clip
from training.synthesis.rendered.generator import VERSION as FACE_VERSION
from training.synthesis.rendered.geometry.bake import baked_head
from training.synthesis.tables import write_csv
from training.synthesis.workers import keeping_what_is_there, spread

RECIPE, VERSION, RECORDINGS, REACTIONS = "recipe.yaml", "version.txt", "recordings.csv", "reactions.csv"
DRAWN_BY = f"{FACE_VERSION}.{CLIP_VERSION}"
"""Of what equal recipes give: the faces' version and the clips'."""
RECORDING_COLUMNS = ("video", "viewer", "category", "film", "offset_seconds", "group")
REACTION_COLUMNS = ("video", "label", "subject", "category", "start_seconds", "end_seconds")


def record_audience(
    recipe: AudienceRecipe, folder: Path, processes: int | None = None, show_progress: bool = True
) -> int:
    """Make every recording that is missing, then the tables; returns how many were made.

    `processes` None means one for each core.

    Raises:
        RecipeError: `folder` holds an audience of another recipe, or of another version of the clips.
        AnatomyError, RendererError: this machine cannot draw.
        DataError: nothing more can be written.
    """
    wanted = list(recordings(recipe))
    with keeping_what_is_there(folder, "what is recorded"):
        folder.mkdir(parents=True, exist_ok=True)
        _claim_version(folder)
        claim(folder / RECIPE, recipe, EXAMPLE)
        left = [one for one in wanted if not _is_whole(folder / one.path)]
        with tqdm(
            total=len(wanted), initial=len(wanted) - len(left), unit=" recordings", disable=not show_progress
        ) as bar:
            if left:
                baked_head()
            at_once = min(processes or os.cpu_count() or 1, max(1, len(left)))
            for _ in spread(partial(_record, folder), left, at_once):
                bar.update()
        write_csv(folder / RECORDINGS, RECORDING_COLUMNS, recording_rows(wanted, recipe.rest_seconds))
        write_csv(folder / REACTIONS, REACTION_COLUMNS, reaction_rows(wanted))
    return len(left)


def recording_rows(made: Iterable[Recording], rest_seconds: float) -> Iterator[dict[str, object]]:
    """Rows of recordings.csv, as the ad lab reads them; it may split viewers by their age group."""
    for one in made:
        yield {
            "video": one.path,
            "viewer": one.viewer,
            "category": one.category,
            "film": one.film,
            "offset_seconds": rest_seconds,
            "group": one.request.age_group.value,
        }


def reaction_rows(made: Iterable[Recording]) -> Iterator[dict[str, object]]:
    """Rows of reactions.csv, as `fit` and `study` read them."""
    for one in made:
        for shown in reactions(one):
            yield {
                "video": one.path,
                "label": shown.emotion.value,
                "subject": one.viewer,
                "category": one.category,
                "start_seconds": round(shown.start_seconds, 3),
                "end_seconds": round(shown.end_seconds, 3),
            }


def _claim_version(folder: Path) -> None:
    """Write which version draws the folder's clips; raises RecipeError where another one drew those that are there."""
    mark = folder / VERSION
    if not (folder / RECIPE).exists():
        with placing(mark) as temporary:
            temporary.write_text(f"{DRAWN_BY}\n", encoding="utf-8")
        return
    drew = mark.read_text(encoding="utf-8", errors="replace").strip() if mark.exists() else "an earlier one"
    if drew != DRAWN_BY:
        raise RecipeError(
            f"{folder}: its clips were drawn by another version ({drew}, this is {DRAWN_BY}); give another --out,"
            " or delete it"
        )


def _is_whole(clip: Path) -> bool:
    """Whether the clip is there, and its truth beside it."""
    return clip.exists() and clip.with_suffix(".csv").exists()


def _record(folder: Path, recording: Recording) -> None:
    out = folder / recording.path
    out.parent.mkdir(parents=True, exist_ok=True)
    save_clip(recording.request, out, show_progress=False)
