"""What both stages share: a discriminator and a generator that learn from each other, averaged weights, and resuming.

Every random draw of a step comes from a generator seeded with the recipe's seed, the stage and the step's number, so
a run that resumes at its last checkpoint goes on exactly as the uninterrupted one would have.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from typing import Any, TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from training.fitting.parallel import computes_in_bfloat16
from training.synthesis.gan.diffaugment import diffaugment
from training.synthesis.gan.gan_recipe import GanRecipe, StageRecipe
from training.synthesis.gan.nets import Discriminator
from training.synthesis.gan.run_folder import with_present_keys

NetT = TypeVar("NetT", bound=nn.Module)

STEPS_PER_SEED = 100_000_000
BETAS = (0.5, 0.999)
"""Adam's, as in DCGAN (Radford et al. 2016)."""


def to_signed(faces: NDArray[np.uint8]) -> Tensor:
    """Grey faces uint8 [n, h, w] as the networks take them: float32 [n, 1, h, w] in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(faces)).float()[:, None] / 127.5 - 1


def to_grey(faces: Tensor) -> NDArray[np.uint8]:
    """The networks' faces back as uint8 [n, h, w]."""
    levels = ((faces.detach()[:, 0].float().cpu() + 1) * 127.5).round().clamp(0, 255)
    return np.asarray(levels.to(torch.uint8).numpy(), np.uint8)


def discriminator_loss(real: Tensor, drawn: Tensor) -> Tensor:
    """How badly scores [n] tell real faces from drawn ones: the logistic loss of Goodfellow et al. (2014)."""
    return F.softplus(-real).mean() + F.softplus(drawn).mean()


def generator_loss(drawn: Tensor) -> Tensor:
    """How badly the scores [n] of drawn faces pass for real: the non-saturating loss (the same paper)."""
    return F.softplus(-drawn).mean()


def r1_penalty(discriminator: Discriminator, real: Tensor, condition: Tensor | None = None) -> Tensor:
    """R1 (Mescheder et al. 2018): the mean squared slope of the score at real faces float32 [n, 1, h, w].

    It lets the generator converge once it makes such faces. In full precision: it is a second derivative.
    """
    faces = real.detach().requires_grad_(True)
    (slopes,) = torch.autograd.grad(discriminator(faces, condition).sum(), faces, create_graph=True)
    return slopes.square().sum(dim=(1, 2, 3)).mean()


def average_into(averaged: nn.Module, net: nn.Module, decay: float, step: int) -> None:
    """Move the averaged weights towards the net's; the average warms up, or the first ones would be noise."""
    warm = min(decay, (1 + step) / (10 + step))
    with torch.no_grad():
        for mean, new in zip(averaged.state_dict().values(), net.state_dict().values(), strict=True):
            if mean.dtype.is_floating_point:
                mean.lerp_(new, 1 - warm)
            else:
                mean.copy_(new)


def _placed(net: NetT, device: torch.device) -> NetT:
    """On its device, channels last: convolutions are faster so."""
    return net.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


class Stage(ABC):
    """One of the two networks that make faces (`generator`) with its discriminator, between steps.

    After each step `averaged`, which is what will be used, holds the mean of the generator's last weights.
    """

    name: str
    number: int
    """The stage's place in the run; it keeps the stages' random draws apart."""

    def __init__(
        self, recipe: GanRecipe, settings: StageRecipe, generator: nn.Module, discriminator: Discriminator
    ) -> None:
        self.recipe, self.settings = recipe, settings
        self.steps = settings.steps
        self.step = 0
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.generator = _placed(generator, self.device)
        self.discriminator = _placed(discriminator, self.device)
        self.averaged = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self._generator_optimizer = torch.optim.Adam(
            self.generator.parameters(), settings.learning_rate, BETAS
        )
        self._discriminator_optimizer = torch.optim.Adam(
            self.discriminator.parameters(), settings.discriminator_learning_rate, BETAS
        )

    @abstractmethod
    def _train(self, rng: torch.Generator) -> dict[str, float]:
        """One step of discriminator and generator; returns the losses by name."""

    @abstractmethod
    def samples(self, labels: NDArray[np.int64], seed: int) -> NDArray[np.uint8]:
        """Faces uint8 [n, h, w] by the averaged weights, one for each wanted label (positions in EMOTIONS)."""

    @abstractmethod
    def sheet(self) -> NDArray[np.uint8]:
        """The same faces at every point of the run as one grey picture: what a person watches improve."""

    def run_step(self) -> dict[str, float]:
        """Train for one step; returns the losses by name."""
        seed = (self.recipe.seed * 2 + self.number) * STEPS_PER_SEED + self.step
        self.generator.train()
        losses = self._train(torch.Generator().manual_seed(seed))
        self.step += 1
        average_into(self.averaged, self.generator, self.recipe.average_decay, self.step)
        return losses

    def state(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {
            "step": self.step,
            "generator": self.generator.state_dict(),
            "discriminator": self.discriminator.state_dict(),
            "averaged": self.averaged.state_dict(),
            "generator_optimizer": self._generator_optimizer.state_dict(),
            "discriminator_optimizer": self._discriminator_optimizer.state_dict(),
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from `state()`."""
        state = with_present_keys(state)
        self.step = state["step"]
        self.generator.load_state_dict(state["generator"])
        self.discriminator.load_state_dict(state["discriminator"])
        self.averaged.load_state_dict(state["averaged"])
        self._generator_optimizer.load_state_dict(state["generator_optimizer"])
        self._discriminator_optimizer.load_state_dict(state["discriminator_optimizer"])

    def _autocast(self) -> torch.autocast:
        """Lower precision where that is faster; a processor that has to emulate it is many times slower."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=computes_in_bfloat16())

    def _score(self, changed: Tensor, condition: Tensor | None = None) -> Tensor:
        """What the discriminator thinks of faces as it sees them, float32 [n]."""
        with self._autocast():
            scores: Tensor = self.discriminator(changed, condition)
        return scores.float()

    def _changed(self, faces: Tensor, rng: torch.Generator) -> Tensor:
        """As the discriminator sees them: real and drawn faces are changed alike."""
        return diffaugment(faces, self.settings.augmentation, rng)

    def _r1_loss(self, real: Tensor, condition: Tensor | None = None) -> Tensor:
        """The weighted R1 penalty, every few steps and then as much stronger (Karras et al. 2020); else 0."""
        every = self.settings.r1_every
        if self.step % every:
            return torch.zeros((), device=self.device)
        return self.settings.r1_weight / 2 * every * r1_penalty(self.discriminator, real, condition)

    def _descend(self, optimizer: torch.optim.Optimizer, loss: Tensor) -> float:
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    def _update_discriminator(self, loss: Tensor) -> float:
        return self._descend(self._discriminator_optimizer, loss)

    def _update_generator(self, loss: Tensor) -> float:
        return self._descend(self._generator_optimizer, loss)
