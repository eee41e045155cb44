"""Fit a recipe: data to a checkpoint, one epoch at a time, resumable to the same result.

Every random draw of an epoch comes from a generator seeded with the recipe's seed and the epoch's number, so an
interrupted run that resumes at its last checkpoint goes on exactly as the uninterrupted one would have.
"""

from __future__ import annotations

import copy
import json
import logging
import platform
import subprocess
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from training.augment import augment
from training.backbones import FaceNet, build_net, standardise, to_pixels
from training.checkpoint import load_checkpoint, save_checkpoint
from training.data.faces import FaceSet, Split
from training.data.load import load_faces
from training.errors import DataError
from training.parallel import Team, join_team
from training.recipe import FitRecipe, Recipe, dump_recipe, load_recipe
from training.timm_shim import allow_timm_without_torchvision_extension

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Epoch:
    """One line of a run's history; accuracy is on the validation split, by the averaged weights."""

    epoch: int
    size_px: int
    loss: float
    valid_accuracy: float
    seconds: float


def load_net(run: Path) -> FaceNet:
    """The averaged weights of a run in its net, ready for inference.

    Raises:
        DataError: the run's recipe.yaml or weights are missing or unreadable, or do not fit each other.
    """
    if not (run / "recipe.yaml").is_file():
        raise DataError(f"{run}: not the folder of a run (recipe.yaml is missing); fit a recipe first")
    net = build_net(load_recipe(run / "recipe.yaml").net)
    final = run / "weights.pt"
    state = load_checkpoint(final) if final.exists() else load_checkpoint(run / "last.pt")["averaged"]
    load_weights(net, state, final)
    return net.eval()


def load_weights(net: FaceNet, state: dict[str, Any], path: Path) -> None:
    """Put a state into a net; raises DataError, naming `path`, where it belongs to another net."""
    try:
        net.load_state_dict(state)
    except RuntimeError as error:
        raise DataError(f"{path}: weights of another net than the recipe's; check the section net") from error


def fit(recipe: Recipe, run: Path, resume: bool = False) -> list[Epoch]:
    """Train and leave in `run`: recipe.yaml, origin.json, history.jsonl, last.pt (to resume) and weights.pt.

    weights.pt holds the averaged weights, which are the result.
    """
    run.mkdir(parents=True, exist_ok=True)
    faces = load_faces(recipe.data)
    team = join_team()
    fitter = Fitter(recipe, faces, team)
    if team.leads:
        dump_recipe(recipe, run / "recipe.yaml")
        (run / "origin.json").write_text(json.dumps(origin(team), indent=1))
    if resume and (run / "last.pt").exists():
        fitter.load_state(load_checkpoint(run / "last.pt"))
    while fitter.next_epoch < recipe.fit.epochs:
        epoch = fitter.run_epoch()
        if team.leads:
            save_checkpoint(run / "last.pt", fitter.state())
            _write_history(run / "history.jsonl", fitter.history)
            log.info("epoch %d: loss %.3f, valid %.4f", epoch.epoch, epoch.loss, epoch.valid_accuracy)
    if team.leads:
        save_checkpoint(run / "weights.pt", fitter.averaged.state_dict())
    return fitter.history


def _write_history(path: Path, history: list[Epoch]) -> None:
    path.write_text("".join(json.dumps(asdict(epoch)) + "\n" for epoch in history))


def origin(team: Team) -> dict[str, str]:
    """Where a run was made: git revision, versions and the kind of machine."""
    command = ["git", "rev-parse", "HEAD"]
    revision = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    return {
        "git": revision.stdout.strip() or "unknown",
        "python": platform.python_version(),
        **{package: version(package) for package in ("torch", "timm", "numpy")},
        "machine": f"{platform.machine()}, {team.size} processes x {torch.get_num_threads()} threads",
    }


def build_optimizer(net: nn.Module, recipe: FitRecipe) -> torch.optim.Optimizer:
    """timm's optimisers by name; Muon (Jordan et al. 2024) for matrices, AdamW for norms, biases and heads."""
    allow_timm_without_torchvision_extension()
    from timm.optim._optim_factory import create_optimizer_v2

    extra: dict[str, Any] = {}
    if recipe.optimizer == "muon":
        extra = {"nesterov": True, "fallback_lr_scale": recipe.norm_learning_rate_scale}
    optimizer: torch.optim.Optimizer = create_optimizer_v2(
        net,
        opt=recipe.optimizer,
        lr=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        momentum=0.95,
        **extra,
    )
    for group in optimizer.param_groups:
        group["peak_lr"] = group["lr"]
    return optimizer


def learning_rate_share(progress: float, warmup_share: float) -> float:
    """Linear rise, then linear fall to zero; `progress` in [0, 1] to a share of the peak rate in [0, 1]."""
    if progress < warmup_share:
        return progress / warmup_share
    return (1 - progress) / (1 - warmup_share)


def size_of_epoch(recipe: FitRecipe, epoch: int) -> int:
    """The image size in pixels at which this epoch is shown."""
    return [phase.size_px for phase in recipe.sizes if phase.from_epoch <= epoch][-1]


class Fitter:
    """The state of a fit between epochs."""

    def __init__(self, recipe: Recipe, faces: FaceSet, team: Team) -> None:
        torch.manual_seed(recipe.fit.seed)
        self.recipe = recipe
        self.team = team
        self.train = faces.split(Split.TRAIN)
        self.valid = faces.split(Split.VALID)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.net = build_net(recipe.net).to(self.device)
        # Convolutions in bfloat16 run two to three times as fast with the channels last.
        self.net = self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged = copy.deepcopy(self.net).requires_grad_(False)
        self.optimizer = build_optimizer(self.net, recipe.fit)
        self.history: list[Epoch] = []
        self.step = 0

    @property
    def next_epoch(self) -> int:
        """The epoch that comes next, counted from 0."""
        return len(self.history)

    @property
    def steps_per_epoch(self) -> int:
        """Whole batches in one pass over the training split."""
        return max(1, len(self.train) // self.recipe.fit.batch)

    def state(self) -> dict[str, Any]:
        """Everything that the next epoch depends on."""
        return {
            "net": self.net.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "history": [asdict(epoch) for epoch in self.history],
            "step": self.step,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from `state()`."""
        self.net.load_state_dict(state["net"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.history = [Epoch(**epoch) for epoch in state["history"]]
        self.step = state["step"]

    def run_epoch(self) -> Epoch:
        """One pass over the training split, then the accuracy on the validation split."""
        number = self.next_epoch
        size_px = size_of_epoch(self.recipe.fit, number)
        seed = self.recipe.fit.seed * 1_000_000 + number * 1_000
        order = torch.randperm(len(self.train), generator=torch.Generator().manual_seed(seed))
        generator = torch.Generator().manual_seed(seed + 1 + self.team.rank)
        torch.manual_seed(seed + 500 + self.team.rank)
        started = time.monotonic()
        self.net.train()
        total = 0.0
        batches = list(order.split(self.recipe.fit.batch))[: self.steps_per_epoch]
        for rows in tqdm(batches, desc=f"epoch {number + 1}", leave=False, disable=not self.team.leads):
            total += self._train_batch(self.team.share(rows), size_px, generator)
        accuracy = self._valid_accuracy()
        seconds = time.monotonic() - started
        self.history.append(Epoch(number, size_px, total / self.steps_per_epoch, accuracy, round(seconds, 1)))
        return self.history[-1]

    def _train_batch(self, rows: Tensor, size_px: int, generator: torch.Generator) -> float:
        self._set_learning_rate()
        images = to_pixels(torch.from_numpy(self.train.images[rows.numpy()]))
        images = augment(standardise(images), size_px, self.recipe.augment, generator)
        loss = self._loss(images, rows)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.team.average_gradients(self.net)
        self.optimizer.step()
        self.step += 1
        self._average()
        return float(loss.detach())

    def _set_learning_rate(self) -> None:
        progress = self.step / (self.recipe.fit.epochs * self.steps_per_epoch)
        share = learning_rate_share(progress, self.recipe.fit.warmup_share)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak_lr"] * share

    def _loss(self, images: Tensor, rows: Tensor) -> Tensor:
        """Cross-entropy with the label, plus that with the crowd's votes where there are any."""
        recipe = self.recipe.fit
        images = images.to(self.device, memory_format=torch.channels_last)
        labels = torch.from_numpy(self.train.labels[rows.numpy()]).to(self.device)
        votes = torch.from_numpy(self.train.votes[rows.numpy()]).to(self.device)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            label_logits, votes_logits = self.net.heads(images)
        loss = F.cross_entropy(label_logits.float(), labels, label_smoothing=recipe.label_smoothing)
        # A row of zeros has no votes and so no loss.
        votes_loss = -(votes * votes_logits.float().log_softmax(1)).sum(1).mean()
        total: Tensor = loss + recipe.votes_weight * votes_loss
        return total

    def _average(self) -> None:
        """Exponential moving average of the weights; it warms up, or the first evaluations would be noise."""
        decay = min(self.recipe.fit.average_decay, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            new_values = self.net.state_dict().values()
            for mean, new in zip(self.averaged.state_dict().values(), new_values, strict=True):
                if mean.dtype.is_floating_point:
                    mean.lerp_(new, 1 - decay)
                else:
                    mean.copy_(new)

    def _valid_accuracy(self) -> float:
        if not len(self.valid):
            return float("nan")
        self.averaged.eval()
        parts = torch.from_numpy(self.valid.images).split(512)
        logits = torch.cat([_eval_batch(self.averaged, part, self.device) for part in parts])
        return float((logits.argmax(1) == torch.from_numpy(self.valid.labels)).float().mean())


@torch.no_grad()
def _eval_batch(net: FaceNet, images: Tensor, device: torch.device) -> Tensor:
    """Logits [n, 7] on the CPU for uint8 images [n, h, w]."""
    scaled = to_pixels(images).to(device, memory_format=torch.channels_last)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        result: Tensor = net(scaled).float().cpu()
    return result
