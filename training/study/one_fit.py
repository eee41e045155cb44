"""`python -m training.study.one_fit JOB`: fit one arm with one seed, and let the net read its test faces.

A process of its own for each fit: memory is given back, and torchrun can start several for one.
"""

from __future__ import annotations

import json
import math
import os
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from recognizer.crop import to_input
from recognizer.errors import SonrisaError
from training.data.copies import NEAR_COPY_CORRELATION, correlation_to_nearest
from training.data.faces import Split
from training.fit_recipe import Recipe
from training.fitting.fit import fit, load_net
from training.fitting.schedule import steps_per_epoch
from training.nets.face_net import input_of
from training.study.dataset_cache import CachedDataset, faces_of
from training.study.job import ERROR, Job, load_job
from training.study.mixture import REAL, Mixture, mix
from training.study.predictions import PREDICTIONS, RESULT, Predictions, save_arrays

BATCH = 256
STANDARD_INPUT = 0
VALID_READINGS = 6
"""How often the validation split is read in a fit of so many steps: enough for a curve."""


def run_job(job: Job) -> None:
    """Fit, or go on with a fit, and leave predictions.npz and result.json in the run's folder.

    Raises:
        DataError: faces are missing or too few.
        RecipeError: the run's folder holds a fit of another recipe.
    """
    real, synthetic = faces_of(job)
    faces = {source: one.faces for source, one in synthetic.items()}
    mixture = mix(job.arm, real.faces, faces, job.seed)
    train_faces = int((mixture.faces.splits == Split.TRAIN.value).sum())
    recipe = fitted_recipe(job, train_faces)
    history = fit(recipe, mixture.faces, job.run, resume=True)
    if os.environ.get("RANK", "0") != "0":
        return
    predictions = _predictions(job, recipe, mixture, real)
    save_arrays(job.run / PREDICTIONS, predictions.arrays)
    result = {
        "trained_on": mixture.counts(Split.TRAIN),
        "epochs": len(history),
        "steps_per_epoch": steps_per_epoch(recipe.fit, train_faces),
        "seconds": round(sum(epoch.seconds for epoch in history), 1),
    }
    (job.run / RESULT).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def fitted_recipe(job: Job, train_faces: int) -> Recipe:
    """The job's recipe with its start, and with as many epochs as the study's steps make.

    Epochs are cut short so that arms with many faces, who take few epochs, learn for as many steps as the others.
    """
    recipe = job.recipe
    changes: dict[str, Any] = {"start_from": job.start or recipe.fit.start_from}
    if job.steps is not None:
        epochs = math.ceil(job.steps / steps_per_epoch(recipe.fit, train_faces))
        changes["epochs"] = epochs
        changes["epoch_steps"] = round(job.steps / epochs)
        changes["valid_every"] = max(1, epochs // VALID_READINGS)
        changes["sizes"] = tuple(
            phase.model_copy(update={"from_epoch": phase.from_epoch * epochs // recipe.fit.epochs})
            for phase in recipe.fit.sizes
        )
    return recipe.model_copy(update={"fit": recipe.fit.model_copy(update=changes)})


def _predictions(job: Job, recipe: Recipe, mixture: Mixture, real: CachedDataset) -> Predictions:
    faces = mixture.faces
    rows = np.flatnonzero(faces.splits == Split.TEST.value)
    return Predictions(
        probabilities=_read(job.run, recipe, faces.images, rows),
        labels=faces.labels[rows],
        names=faces.names[rows],
        subjects=faces.subjects[rows],
        categories=faces.categories[rows],
        real=mixture.origins[rows] == REAL,
        copy=_copies(job, mixture, real, rows),
    )


@torch.no_grad()
def _read(
    run: Path, recipe: Recipe, images: NDArray[np.uint8], rows: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Probabilities float32 [len(rows), 7]."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    net = load_net(run).to(device)
    spec = input_of(net, recipe)
    answers = np.empty((len(rows), len(EMOTIONS)), np.float32)
    for start in range(0, len(rows), BATCH):
        batch = torch.from_numpy(to_input(images[rows[start : start + BATCH]], spec)).to(device)
        answers[start : start + BATCH] = net(batch).float().softmax(1).cpu().numpy()
    return answers


def _copies(job: Job, mixture: Mixture, real: CachedDataset, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which test faces are near copies of real training faces.

    All real training faces count, whichever of them this arm has, so that all arms are tested on the same faces; that
    answer is kept for the other fits. A pooled arm has a test of its own and so an answer of its own. None is one where
    the study does not keep them apart.
    """
    if not job.copies_apart:
        return np.zeros(len(rows), np.bool_)
    images = mixture.faces.images
    if job.arm.pooled:
        train = np.flatnonzero((mixture.faces.splits == Split.TRAIN.value) & (mixture.origins == REAL))
        return correlation_to_nearest(images[rows], images[train]) > NEAR_COPY_CORRELATION
    kept = job.cache / f"near_copies-{real.digest[:16]}.npz"
    if kept.exists():
        return np.asarray(np.load(kept)["copy"], np.bool_)
    nearest = correlation_to_nearest(images[rows], real.faces.split(Split.TRAIN).images)
    copy = nearest > NEAR_COPY_CORRELATION
    save_arrays(kept, {"copy": copy})
    return copy


def _end_with_parent() -> None:
    """Nobody must go on fitting when the study was killed: its end of our standard input closes with it."""

    def wait() -> None:
        # Not through sys.stdin, whose lock a waiting thread would keep when the interpreter ends.
        while os.read(STANDARD_INPUT, 1):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def main() -> int:
    """Run the job that is named on the command line; returns the exit code."""
    _end_with_parent()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", torch.get_num_threads())))
    file = Path(sys.argv[1])
    try:
        run_job(load_job(file))
    except SonrisaError as error:
        print(error, file=sys.stderr)
        file.with_name(ERROR).write_text(f"{error}\n", encoding="utf-8")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
