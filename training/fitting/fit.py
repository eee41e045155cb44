"""Fit a recipe: from faces to a run's folder, resumable to the same result."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from training.data.faces import FaceSet, Split
from training.fit_recipe import Recipe, dump_recipe
from training.fitting.checkpoint import load_checkpoint, save_checkpoint
from training.fitting.curves import draw_curves
from training.fitting.fitter import Fitter
from training.fitting.history import Epoch, write_history
from training.fitting.parallel import fabric_precision, setup_fabric
from training.fitting.progress import FitProgress
from training.fitting.provenance import PROVENANCE, provenance
from training.fitting.run_folder import demand_fresh_or_same, load_net
from training.fitting.teacher import teacher_answers

if TYPE_CHECKING:
    from lightning_fabric import Fabric

__all__ = ["fit", "load_net"]

log = logging.getLogger(__name__)

SECONDS_PER_MINUTE = 60


def fit(recipe: Recipe, faces: FaceSet, run: Path, resume: bool = False) -> list[Epoch]:
    """Train on `faces` and leave in `run` what `training.fitting.run_folder` lists; returns one record for each epoch.

    With `resume` a fit that was stopped goes on at its last checkpoint, to what it would have become without the stop.

    Raises:
        RecipeError: `run` holds a run already and `resume` is not asked for, or one of another recipe.
        DataError: too few faces, or a file that the recipe names cannot be used.
    """
    demand_fresh_or_same(run, recipe, resume)
    fabric = setup_fabric(recipe.fit.precision)
    run.mkdir(parents=True, exist_ok=True)
    fitter = _fitter(recipe, faces, run, fabric)
    if (run / "last.pt").exists():
        fitter.load_state(load_checkpoint(run / "last.pt"))
    # Nobody writes before everybody has read.
    fabric.barrier()
    if fabric.is_global_zero:
        _lead(fitter, run)
    else:
        while not fitter.ended:
            fitter.run_epoch()
    return fitter.history


def _fitter(recipe: Recipe, faces: FaceSet, run: Path, fabric: Fabric) -> Fitter:
    teacher = None
    if recipe.fit.teacher:
        rows = (faces.splits == Split.TRAIN.value).nonzero()[0]
        teacher = teacher_answers(recipe.fit.teacher, faces.images, rows, fabric, run / "teacher.npz")
    return Fitter(recipe, faces, fabric, teacher)


def _lead(fitter: Fitter, run: Path) -> None:
    """The part of the one process that writes files and shows progress."""
    recipe = fitter.recipe
    dump_recipe(recipe, run / "recipe.yaml")
    about = provenance(recipe.fit.seed, fitter.fabric.world_size, fabric_precision(recipe.fit.precision))
    (run / PROVENANCE).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    saver = _Saver(fitter, run / "last.pt", recipe.fit.checkpoint_minutes * SECONDS_PER_MINUTE)
    with FitProgress(run / "tensorboard", recipe.fit, fitter.net.size_px, fitter.next_epoch + 1) as watch:

        def after_step(done: int, of: int) -> None:
            watch.after_step(fitter, done, of)
            saver.save_if_due()

        while not fitter.ended:
            epoch = fitter.run_epoch(after_step)
            if fitter.reads_validation_after(epoch.epoch):
                saver.save()
            write_history(run / "history.jsonl", fitter.history)
            watch.after_epoch(epoch)
    if fitter.next_epoch < recipe.fit.epochs:
        log.info("no better for %d epochs: stopped; the best epoch is the result", recipe.fit.patience)
    save_checkpoint(run / "weights.pt", fitter.result)
    draw_curves(fitter.history, recipe.name, run / "curves.png")


class _Saver:
    """Saves the fit's state whenever the validation split was due, and whenever `every_seconds` have passed."""

    def __init__(self, fitter: Fitter, path: Path, every_seconds: float) -> None:
        self._fitter = fitter
        self._path = path
        self._every_seconds = every_seconds
        self._saved_at = time.monotonic()

    def save_if_due(self) -> None:
        if time.monotonic() - self._saved_at >= self._every_seconds:
            self.save()

    def save(self) -> None:
        save_checkpoint(self._path, self._fitter.state())
        self._saved_at = time.monotonic()
