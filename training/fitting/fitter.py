"""The state of a fit and its steps. A step depends on the state before it and on nothing else.

One step learns one batch in `micro_batches` parts. Each part has its own random draws, its own forward pass and its own
batch-norm statistics from the step's beginning; gradients, running statistics and losses are then averaged over the
parts. Who computes which part makes no difference, so that any number of processes comes to one result.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from recognizer.resources import given_or_shipped
from training.data.faces import FaceSet, Split
from training.errors import DataError
from training.fit_recipe import Recipe
from training.fitting.batches import TrainingBatches
from training.fitting.checkpoint import load_checkpoint
from training.fitting.history import Epoch, best_epoch, has_stalled
from training.fitting.losses import learned_targets, two_headed_loss, weights_of_classes
from training.fitting.optimise import build_optimizer, learning_rate_share, set_learning_rate
from training.fitting.parallel import average_over_processes, own_micro_batches
from training.fitting.run_folder import load_weights
from training.fitting.schedule import size_of_epoch, steps_per_epoch
from training.fitting.seeds import epoch_order, micro_batch_streams
from training.fitting.validate import validate
from training.nets.backbones import build_net
from training.nets.face_net import FaceNet, input_of
from training.nets.norm_statistics import NormStatistics

if TYPE_CHECKING:
    from lightning_fabric import Fabric

AfterStep = Callable[[int, int], None]
"""Called after each step with how many of the epoch's steps are done, and how many it has."""


class Fitter:
    """A fit between two steps."""

    def __init__(
        self, recipe: Recipe, faces: FaceSet, fabric: Fabric, teacher: NDArray[np.float32] | None = None
    ) -> None:
        """`teacher` holds another model's answers for the training faces, float32 [training faces, 7]."""
        torch.manual_seed(recipe.fit.seed)
        self.recipe = recipe
        self.faces = faces
        self.fabric = fabric
        self.train_rows = np.flatnonzero(faces.splits == Split.TRAIN.value)
        self.valid_rows = np.flatnonzero(faces.splits == Split.VALID.value)
        self.own_micro_batches = own_micro_batches(
            recipe.fit.micro_batches, fabric.global_rank, fabric.world_size
        )
        self._demand_enough_faces()
        targets = faces.targets[self.train_rows]
        self.batches = TrainingBatches(
            recipe, faces, self.train_rows, learned_targets(targets, recipe.fit, teacher), fabric.device
        )
        self.class_weights = weights_of_classes(recipe.fit.class_weights, targets.sum(0)).to(fabric.device)
        self.net = self._starting_net()
        self.spec = input_of(self.net, recipe)
        self.averaged = copy.deepcopy(self.net).requires_grad_(False)
        self.optimizer = build_optimizer(self.net, recipe.fit)
        self.engine = fabric.setup_module(self.net)
        self.engine.mark_forward_method("heads")
        self.statistics = NormStatistics(self.net)
        self.history: list[Epoch] = []
        self.best: dict[str, Tensor] | None = None
        self.step = 0
        self.epoch_loss = 0.0
        self.epoch_seconds = 0.0

    def _demand_enough_faces(self) -> None:
        parts = self.recipe.fit.micro_batches
        if len(self.train_rows) < 2 * parts:
            raise DataError(
                f"{self.recipe.data.faces}: {len(self.train_rows)} training faces; a fit in {parts} parts needs "
                f"{2 * parts} or more"
            )
        if self.recipe.fit.patience and not len(self.valid_rows):
            raise DataError(
                f"{self.recipe.data.faces}: no validation split to watch; set fit.patience=0, or "
                "data.protocol.kind=random to draw one"
            )

    def _starting_net(self) -> FaceNet:
        net = build_net(self.recipe.net)
        start = self.recipe.fit.start_from
        if start is not None:
            load_weights(net, load_checkpoint(given_or_shipped(start)), start)
        # Convolutions in bfloat16 run two to three times as fast with the channels last.
        moved: FaceNet = net.to(self.fabric.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return moved

    @property
    def next_epoch(self) -> int:
        """The epoch that comes next or is under way, counted from 0."""
        return len(self.history)

    @property
    def ended(self) -> bool:
        """True after the last epoch, or when the fit has stalled for as long as the recipe waits."""
        fit = self.recipe.fit
        return self.next_epoch >= fit.epochs or has_stalled(self.history, fit.watch, fit.patience)

    @property
    def steps_per_epoch(self) -> int:
        """Whole batches in one pass over the training split, or fewer where the recipe says so."""
        return steps_per_epoch(self.recipe.fit, len(self.train_rows))

    @property
    def result(self) -> dict[str, Tensor]:
        """The averaged weights: of the best epoch where the recipe stops early, else the latest."""
        return self.best or self.averaged.state_dict()

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "net": self.net.state_dict(),
            "averaged": self.averaged.state_dict(),
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
            "history": [asdict(epoch) for epoch in self.history],
            "step": self.step,
            "epoch_loss": self.epoch_loss,
            "epoch_seconds": self.epoch_seconds,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from `state()`."""
        self.net.load_state_dict(state["net"])
        self.averaged.load_state_dict(state["averaged"])
        self.best = state["best"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.history = [Epoch(**epoch) for epoch in state["history"]]
        self.step = state["step"]
        self.epoch_loss = state["epoch_loss"]
        self.epoch_seconds = state["epoch_seconds"]

    def run_epoch(self, after_step: AfterStep | None = None) -> Epoch:
        """One pass over the training split (or the rest of one that was interrupted), then validation where due."""
        number = self.next_epoch
        size_px = size_of_epoch(self.recipe.fit, number, self.net.size_px)
        order = epoch_order(len(self.train_rows), self.recipe.fit.seed, number)
        batches = order.split(self.recipe.fit.batch)[: self.steps_per_epoch]
        self.net.train()
        for index in range(self.step - number * self.steps_per_epoch, self.steps_per_epoch):
            with self._timed():
                self.epoch_loss += self._learn(batches[index], size_px)
            if after_step is not None:
                after_step(index + 1, self.steps_per_epoch)
        scores = None
        if self.reads_validation_after(number):
            with self._timed():
                scores = validate(self.averaged, self.spec, self.faces, self.valid_rows, self.fabric)
        epoch = Epoch(
            epoch=number,
            size_px=size_px,
            learning_rate=self.optimizer.param_groups[0]["lr"],
            loss=self.epoch_loss / self.steps_per_epoch,
            valid_accuracy=scores.accuracy if scores else None,
            valid_loss=scores.log_loss if scores else None,
            valid_macro_f1=scores.macro_f1 if scores else None,
            seconds=round(self.epoch_seconds, 1),
            images_per_second=round(self.steps_per_epoch * len(batches[0]) / self.epoch_seconds, 1),
        )
        self._close_epoch(epoch)
        return epoch

    def reads_validation_after(self, number: int) -> bool:
        """Whether the validation split is read after this epoch."""
        fit = self.recipe.fit
        return (number + 1) % fit.valid_every == 0 or number + 1 == fit.epochs

    def _close_epoch(self, epoch: Epoch) -> None:
        self.history.append(epoch)
        self.epoch_loss = self.epoch_seconds = 0.0
        fit = self.recipe.fit
        if fit.patience and best_epoch(self.history, fit.watch) == epoch.epoch:
            self.best = copy.deepcopy(self.averaged.state_dict())

    @contextmanager
    def _timed(self) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.epoch_seconds += time.monotonic() - started

    def _learn(self, rows: Tensor, size_px: int) -> float:
        """One step; `rows` are positions in the training split. Returns the loss, averaged over the parts."""
        fit = self.recipe.fit
        progress = self.step / (fit.epochs * self.steps_per_epoch)
        set_learning_rate(self.optimizer, learning_rate_share(progress, fit))
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._gradients(rows, size_px)
        self.optimizer.step()
        self.step += 1
        self._average()
        return loss

    def _gradients(self, rows: Tensor, size_px: int) -> float:
        """Leave the gradients of the parts' mean loss in the net, and the parts' mean statistics."""
        per_part = len(rows) // self.recipe.fit.micro_batches
        share = 1 / len(self.own_micro_batches)
        loss_mean = torch.zeros(1, device=self.fabric.device)
        self.statistics.begin()
        for part in self.own_micro_batches:
            self.statistics.before_part()
            more_to_come = part != self.own_micro_batches[-1]
            with self.fabric.no_backward_sync(self.engine, enabled=more_to_come):
                loss = self._loss(rows[part * per_part : (part + 1) * per_part], part, size_px) * share
                self.fabric.backward(loss)
            loss_mean += loss.detach()
            self.statistics.after_part(share)
        average_over_processes(self.fabric, [*self.statistics.means, loss_mean])
        self.statistics.end()
        return float(loss_mean)

    def _loss(self, rows: Tensor, part: int, size_px: int) -> Tensor:
        draws = micro_batch_streams(self.recipe.fit.seed, self.step, part)
        learned = self.batches.micro_batch(self.net, rows, size_px, draws.images)
        torch.manual_seed(draws.net_seed)
        label_logits, votes_logits = self.engine.heads(learned.images)
        return two_headed_loss(
            label_logits,
            votes_logits,
            learned.targets,
            learned.votes,
            self.class_weights,
            self.recipe.fit.votes_weight,
        )

    @torch.no_grad()
    def _average(self) -> None:
        """Exponential moving average of the weights; it warms up, or the first evaluations would be noise."""
        decay = min(self.recipe.fit.average_decay, (1 + self.step) / (10 + self.step))
        new_values = self.net.state_dict().values()
        for mean, new in zip(self.averaged.state_dict().values(), new_values, strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(new, 1 - decay)
            else:
                mean.copy_(new)
