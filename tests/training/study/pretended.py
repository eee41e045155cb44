"""Runs as fits leave them, made up in milliseconds: each arm reads so many faces rightly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from recognizer.affect import EMOTIONS
from training.study.job import run_folder
from training.study.predictions import PREDICTIONS, RESULT, Predictions, save_arrays
from training.study.study_recipe import StudyRecipe

EPOCHS = 6


def pretend_runs(
    study: StudyRecipe, out: Path, skill: Mapping[str, float], faces: int = 350, spread: float = 0.0
) -> None:
    """Every run of a study at a size; an arm reads about `skill` of its faces, seeds differ by about `spread`."""
    hard = np.random.default_rng(0).random(faces)
    for seed in study.seeds:
        for number, name in enumerate(study.arms):
            rng = np.random.default_rng([seed, number])
            known = hard < skill[name] + spread * rng.standard_normal()
            run = run_folder(out, name, seed)
            run.mkdir(parents=True)
            save_arrays(run / PREDICTIONS, predictions(known, rng).arrays)
            result = {
                "trained_on": {"real": dict.fromkeys(EMOTIONS, 50)},
                "epochs": EPOCHS,
                "steps_per_epoch": 10,
                "seconds": 90.0,
            }
            (run / RESULT).write_text(json.dumps(result))
            course = [
                json.dumps({"epoch": epoch, "valid_accuracy": skill[name] * (1 - 0.6 ** (epoch + 1))})
                for epoch in range(EPOCHS)
            ]
            (run / "history.jsonl").write_text("\n".join(course) + "\n")


def predictions(known: np.ndarray, rng: np.random.Generator) -> Predictions:
    """Answers that are right where `known`, wrong elsewhere, and never quite sure."""
    count = len(known)
    labels = np.arange(count) % len(EMOTIONS)
    answers = np.where(known, labels, (labels + rng.integers(1, len(EMOTIONS), count)) % len(EMOTIONS))
    doubt = rng.uniform(0.05, 0.12, (count, len(EMOTIONS)))
    shares = doubt + np.eye(len(EMOTIONS))[answers] * rng.uniform(0.3, 1.0, (count, 1))
    return Predictions(
        probabilities=(shares / shares.sum(1, keepdims=True)).astype(np.float32),
        labels=labels.astype(np.int64),
        names=np.array([f"real/row {i}" for i in range(count)]),
        subjects=np.array([""] * count),
        categories=np.array([""] * count),
        real=np.ones(count, bool),
        copy=np.arange(count) % 50 == 0,
    )
