"""A data set of synthetic faces on disk: drawn by many processes and machines, resumable, complete or unfinished.

Every process draws its shard of one plan into one folder (or into folders that are merged later). Whoever finds all
pictures there writes the tables and the contact sheets; nobody waits for anybody, and all would write the same bytes.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from recognizer.whole_file import placing
from training.errors import DataError, RecipeError
from training.recipe_file import claim, differing
from training.synthesis.dataset_recipe import EXAMPLE, SynthesisRecipe, load_synthesis_recipe
from training.synthesis.generator import Generator, open_target, target_of
from training.synthesis.pictures import matches_request, picture_path, read_record
from training.synthesis.plan import Plan, Shard, make_plan
from training.synthesis.request import FaceRequest, Provenance
from training.synthesis.sheets import write_sheets
from training.synthesis.tables import write_tables
from training.synthesis.workers import Job, Task, generate_all, keeping_what_is_there

RECIPE = "recipe.yaml"
IMAGES = "images"

ABANDONED_SECONDS = 3600
"""An unfinished file that nobody has written to for so long was left by a process that was killed."""


@dataclass(frozen=True, slots=True)
class SynthesisResult:
    """What one call did: faces drawn now, found there already, and those of other shards that are still to be drawn."""

    drawn: int
    kept: int
    missing: int


def synthesize(
    recipe: SynthesisRecipe,
    folder: Path,
    shard: Shard | None = None,
    processes: int | None = None,
    merge: Sequence[Path] = (),
    show_progress: bool = True,
) -> SynthesisResult:
    """Draw a shard of the recipe's faces into `folder` (default: all), and finish the set once all are there.

    Pictures that are there already are kept if this generator would draw them again. `processes` None means one for
    each core, or one alone where the generator fills the machine. `merge` names folders of other shards whose pictures
    are taken over first.

    Raises:
        RecipeError: the generator or an option is unknown, the generator cannot draw the recipe's expressions, or
            `folder` holds faces of another recipe.
        DataError: something the generator needs is missing, or nothing more can be written.
    """
    plan = make_plan(recipe)
    target = target_of(recipe.generator)
    with (
        open_target(target, recipe.options) as generator,
        keeping_what_is_there(folder, "what is drawn"),
    ):
        _check_expressions(recipe, generator)
        _open_folder(folder, recipe, merge)
        indices = (shard or Shard()).indices(len(plan))
        left = _left(plan, folder, indices, generator.provenance)
        if left:
            generator.prepare()
        kept = len(indices) - len(left)
        processes = processes or (1 if generator.fills_machine else os.cpu_count() or 1)
        tasks = [Task(plan.request(index), picture_path(index)) for index in left]
        job = Job(target, recipe.options, recipe.size_px, folder)
        bar = tqdm(total=len(indices), initial=kept, unit=" faces", disable=not show_progress)
        _draw(job, tasks, processes, bar)
        others = sorted(set(range(len(plan))) - set(indices))
        # Those of an older generator, or broken ones, must not get into the tables: their shard draws them again.
        missing = len(_left(plan, folder, others, generator.provenance))
        if not missing:
            _finish(folder, plan)
    return SynthesisResult(len(left), kept, missing)


def _check_expressions(recipe: SynthesisRecipe, generator: Generator) -> None:
    """Raise RecipeError for what cannot be drawn, before the recipe claims a folder that a mended one could not use."""
    for emotion, expressions in recipe.expressions.items():
        for units in expressions:
            try:
                generator.check(FaceRequest(emotion, recipe.seed, units))
            except RecipeError as error:
                raise RecipeError(f"expressions.{emotion}: {error}") from error


def _open_folder(folder: Path, recipe: SynthesisRecipe, merge: Sequence[Path]) -> None:
    """Make the folder this recipe's, and take over what other shards have drawn."""
    (folder / IMAGES).mkdir(parents=True, exist_ok=True)
    claim(folder / RECIPE, recipe, EXAMPLE)
    for other in merge:
        _take_over(folder, other, recipe)


def _draw(job: Job, tasks: Sequence[Task], processes: int, bar: tqdm[NoReturn]) -> None:
    """Draw all of them, by no more processes than there are faces."""
    with bar:
        for _ in generate_all(job, tasks, min(processes, max(1, len(tasks)))):
            bar.update()


def _take_over(folder: Path, other: Path, recipe: SynthesisRecipe) -> None:
    """Copy the pictures of another shard; those that are there already stay."""
    if not (other / RECIPE).exists():
        raise DataError(f"{other}: no data set to merge; name a folder that synthesize --shard wrote")
    if names := differing(load_synthesis_recipe(other / RECIPE), recipe):
        raise RecipeError(f"{other}: was drawn by another recipe ({', '.join(names)} differ)")
    for source in sorted((other / IMAGES).glob("*.png")):
        place = folder / IMAGES / source.name
        if not place.exists():
            with placing(place) as temporary:
                shutil.copyfile(source, temporary)


def _left(plan: Plan, folder: Path, indices: Iterable[int], origin: Provenance) -> list[int]:
    """The faces that still have to be drawn."""
    return [
        index
        for index in indices
        if not matches_request(read_record(folder / picture_path(index)), plan.request(index), origin)
    ]


def _finish(folder: Path, plan: Plan) -> None:
    """Tables and sheets of a set whose pictures are all there; and away with what killed processes left."""
    write_tables(folder, [picture_path(index) for index in range(len(plan))])
    write_sheets(folder, plan)
    _clear_abandoned(folder)


def _clear_abandoned(folder: Path) -> None:
    """Delete unfinished files, but none that another process may still be writing: several finish at once."""
    for leftover in folder.rglob(".*.tmp"):
        # Its writer may place or delete it at any moment.
        with suppress(FileNotFoundError):
            if time.time() - leftover.stat().st_mtime > ABANDONED_SECONDS:
                leftover.unlink()
