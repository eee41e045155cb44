"""Train both stages of a GAN: faces to weights, resumable to the same result at any moment.

What a run leaves is listed in run_folder.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from recognizer.affect import EMOTIONS
from training.data.faces import FaceSet, Split
from training.data.load import load_faces
from training.errors import DataError
from training.fitting.checkpoint import load_checkpoint, save_checkpoint
from training.fitting.parallel import fabric_precision
from training.fitting.provenance import PROVENANCE, provenance
from training.recipe_file import write_model
from training.synthesis.facs import UNITS
from training.synthesis.features import FeatureNet
from training.synthesis.gan.conditions import Conditions, balanced_rows, emotion_conditions, unit_conditions
from training.synthesis.gan.expression import ExpressionStage
from training.synthesis.gan.gan_recipe import GanRecipe
from training.synthesis.gan.identity import IdentityStage
from training.synthesis.gan.metrics import FrechetKernelMetric, rounded, said
from training.synthesis.gan.run_folder import (
    LAST,
    UNITS_FILE,
    WEIGHTS,
    demand_fresh_or_same,
    demand_same_first_stage,
    write_picture,
    write_text,
)
from training.synthesis.gan.shown_units import units_on
from training.synthesis.gan.stage import Stage

log = logging.getLogger(__name__)

FEWEST_MEASURED = 40
"""Real faces under which distances would say nothing."""
SAMPLE_SEED = 1_000
"""Added to the recipe's seed for the faces that are measured."""


@dataclass(frozen=True)
class Row:
    """One line of a run's history: the mean losses since the last one, and the measures after `step` steps."""

    stage: str
    step: int
    losses: dict[str, float]
    measures: dict[str, float]
    seconds: float


class Training:
    """The state of a run between steps."""

    def __init__(self, recipe: GanRecipe, run: Path, faces: FaceSet) -> None:
        self.recipe, self.run = recipe, run
        self.train, self.valid = _checked(faces, recipe)
        self.net = FeatureNet(recipe.watch.card)
        self.identity = IdentityStage(recipe, self.train.images[_shows(self.train, recipe)])
        shown, self.conditions = _conditions(recipe, self.train, run)
        self.expression = ExpressionStage(
            recipe, shown.images, shown.labels, self.conditions, self.identity.averaged
        )
        self.history: list[Row] = []
        self._losses: dict[str, float] = {}
        self._counted = 0
        self._seconds = 0.0

    @property
    def stages(self) -> tuple[Stage, Stage]:
        """In the order in which they are trained."""
        return self.identity, self.expression

    @property
    def steps_done(self) -> int:
        """Of both stages together."""
        return sum(stage.step for stage in self.stages)

    @property
    def steps(self) -> int:
        """Of both stages together, when all is done."""
        return sum(stage.steps for stage in self.stages)

    def state(self) -> dict[str, Any]:
        """Everything that the next step and the next row of the history depend on."""
        return {
            "stages": [stage.state() for stage in self.stages],
            "history": [asdict(row) for row in self.history],
            "losses": self._losses,
            "counted": self._counted,
            "seconds": self._seconds,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from `state()`."""
        for stage, kept in zip(self.stages, state["stages"], strict=True):
            stage.load_state(kept)
        self.history = [Row(**row) for row in state["history"]]
        self._losses, self._counted, self._seconds = state["losses"], state["counted"], state["seconds"]

    def take_first_stage(self, other: Path) -> None:
        """Begin where another run's first stage stands; raises DataError where that is not done."""
        state = load_checkpoint(other / LAST)
        first = state["stages"][0]
        if first["step"] < self.identity.steps:
            raise DataError(
                f"{other}: its first stage is at step {first['step']} of {self.identity.steps}; train that run on, or"
                " set identity.steps"
            )
        self.identity.load_state(first)
        self.history = [Row(**row) for row in state["history"] if row["stage"] == self.identity.name]

    def go_on(self) -> Iterator[Stage]:
        """Train step by step to the end; yields the stage after each step, with everything due kept on disk."""
        for stage in self.stages:
            metric = None
            if stage.step >= stage.steps and not self._measured(stage):
                self._measure(stage, self._metric(stage))
                self.keep()
            while stage.step < stage.steps:
                started = time.monotonic()
                self._add(stage.run_step())
                self._seconds += time.monotonic() - started
                last = stage.step == stage.steps
                if last or stage.step % self.recipe.watch.measure_steps == 0:
                    metric = metric or self._metric(stage)
                    self._measure(stage, metric)
                if last or stage.step % self.recipe.watch.checkpoint_steps == 0:
                    self.keep()
                yield stage

    def keep(self) -> None:
        """Write the checkpoint, the history and the weights that draw faces."""
        save_checkpoint(self.run / LAST, self.state())
        write_text(
            self.run / "history.jsonl", "".join(json.dumps(asdict(row)) + "\n" for row in self.history)
        )
        save_checkpoint(
            self.run / WEIGHTS,
            {
                "generator": self.identity.averaged.state_dict(),
                "warp_generator": self.expression.averaged.state_dict(),
                "conditions": list(self.conditions.names),
                "by_emotion": self.conditions.by_emotion.tolist(),
                "steps": [stage.step for stage in self.stages],
            },
        )

    def _add(self, losses: dict[str, float]) -> None:
        self._losses = {name: self._losses.get(name, 0.0) + value for name, value in losses.items()}
        self._counted += 1

    def _measured(self, stage: Stage) -> bool:
        """False of a stage that came to its end by fewer `steps`, or in another run, before a measurement was due."""
        return any((row.stage, row.step) == (stage.name, stage.step) for row in self.history)

    def _measure(self, stage: Stage, metric: FrechetKernelMetric) -> None:
        drawn = stage.samples(metric.labels, self.recipe.seed + SAMPLE_SEED)
        measures = metric.measure(drawn, metric.labels)
        losses = {name: value / self._counted for name, value in self._losses.items()}
        row = Row(stage.name, stage.step, rounded(losses), rounded(asdict(measures)), round(self._seconds, 1))
        self.history.append(row)
        self._losses, self._counted, self._seconds = {}, 0, 0.0
        write_picture(self.run / "samples" / f"{stage.name}_{stage.step:06d}.png", stage.sheet())
        log.info("%s step %d: %s", stage.name, stage.step, said(row.measures))

    def _metric(self, stage: Stage) -> FrechetKernelMetric:
        """Real faces of the training split to hold the stage's against; what held-out real faces measure is kept."""
        metric = FrechetKernelMetric(self.net, *self._reference(stage, self.train))
        path = self.run / "floor.json"
        known: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        known["features"] = self.net.identity
        others = self._reference(stage, self.valid)
        if len(others[1]) >= FEWEST_MEASURED:
            known[stage.name] = rounded(asdict(metric.measure(*others)))
        write_text(path, json.dumps(known, indent=1))
        return metric

    def _reference(self, stage: Stage, faces: FaceSet) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Faces of the kind that a stage draws, and their labels, in random order."""
        kind = np.flatnonzero(_shows(faces, self.recipe)) if stage is self.identity else np.arange(len(faces))
        chosen = kind[balanced_rows(faces.labels[kind], self.recipe.watch.faces, self.recipe.seed)]
        return faces.images[chosen], faces.labels[chosen]


def train(
    recipe: GanRecipe, run: Path, resume: bool = False, first_stage_of: Path | None = None
) -> list[Row]:
    """Train both stages, or go on with an interrupted run; returns the run's history.

    `first_stage_of` is another run whose first stage a new run begins with, instead of training its own.

    Raises:
        DataError: there are too few faces, or the checkpoint to resume from is broken.
        RecipeError: the folder holds another run, or one that `resume` was not asked to go on with.
    """
    demand_fresh_or_same(run, recipe, resume)
    if first_stage_of is not None:
        demand_same_first_stage(first_stage_of, recipe)
    run.mkdir(parents=True, exist_ok=True)
    training = Training(recipe, run, load_faces(recipe.data))
    write_model(recipe, run / "recipe.yaml")
    write_text(run / PROVENANCE, json.dumps(provenance(recipe.seed, 1, fabric_precision("auto")), indent=1))
    if resume and (run / LAST).exists():
        training.load_state(load_checkpoint(run / LAST))
    else:
        if resume:
            log.info("%s: nothing to go on from; begins afresh", run)
        if first_stage_of is not None:
            training.take_first_stage(first_stage_of)
            # A stop before the first checkpoint would forget whose people they are.
            training.keep()
    with tqdm(total=training.steps, initial=training.steps_done, unit="step") as bar:
        for stage in training.go_on():
            bar.set_description(stage.name)
            bar.update()
    return training.history


def _conditions(recipe: GanRecipe, faces: FaceSet, run: Path) -> tuple[FaceSet, Conditions]:
    """The faces that stage two learns from, and what they show."""
    if recipe.expression.condition == "emotion":
        return faces, emotion_conditions(faces.labels)
    units = units_on(faces, run / UNITS_FILE)
    found = np.asarray(~np.isnan(units).any(axis=1))
    if found.sum() < FEWEST_MEASURED:
        raise DataError(
            f"{recipe.data.faces}: a face was found in {found.sum()} images, too few to learn action units from; "
            "set expression.condition to emotion"
        )
    return faces.where(found), unit_conditions(UNITS, units[found], faces.labels[found])


def _checked(faces: FaceSet, recipe: GanRecipe) -> tuple[FaceSet, FaceSet]:
    """The training and the validation split, once there is enough to learn from."""
    train, valid = faces.split(Split.TRAIN), faces.split(Split.VALID)
    emotion, fewest = recipe.identity.emotion, FEWEST_MEASURED
    people = int(_shows(train, recipe).sum())
    if people < fewest:
        raise DataError(
            f"{recipe.data.faces}: {people} training faces are {emotion}, stage one needs {fewest}; "
            "name another emotion in identity.emotion"
        )
    return train, valid


def _shows(faces: FaceSet, recipe: GanRecipe) -> NDArray[np.bool_]:
    """Which faces stage one learns from."""
    return np.asarray(faces.labels == EMOTIONS.index(recipe.identity.emotion))
