"""Stage one: a network that draws a person's face from noise."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.synthesis.gan.nets import Critic
from training.synthesis.gan.recipe import GanRecipe
from training.synthesis.gan.run_folder import new_drawer
from training.synthesis.gan.sheet import sheet_of
from training.synthesis.gan.stage import Stage, critics_loss, makers_loss, to_grey, to_signed

SHEET_ROWS, SHEET_COLUMNS = 8, 12
SAMPLES_AT_ONCE = 250


class IdentityStage(Stage):
    """Learns from faces uint8 [n, side, side] that all have the identity stage's emotion."""

    name = "identity"
    number = 0

    def __init__(self, recipe: GanRecipe, faces: NDArray[np.uint8]) -> None:
        torch.manual_seed(recipe.seed)
        settings, side = recipe.identity, recipe.data.size_px
        super().__init__(recipe, settings, new_drawer(recipe), Critic(settings.critic_widths, side))
        self.faces = faces

    def _train(self, generator: torch.Generator) -> dict[str, float]:
        settings = self.recipe.identity
        rows = torch.randint(len(self.faces), (settings.batch,), generator=generator)
        real = to_signed(self.faces[rows.numpy()]).to(self.device)
        noise = torch.randn(settings.batch, settings.noise, generator=generator).to(self.device)
        with self._autocast():
            drawn = self.maker(noise)
        drawn = drawn.float()
        shown = self._changed(real, generator)
        critic_loss = critics_loss(self._score(shown), self._score(self._changed(drawn.detach(), generator)))
        critic_value = self._teach_critic(critic_loss + self._steepness_loss(shown))
        self.critic.requires_grad_(False)
        maker_value = self._teach_maker(makers_loss(self._score(self._changed(drawn, generator))))
        self.critic.requires_grad_(True)
        return {"critic": critic_value, "maker": maker_value}

    def samples(self, labels: NDArray[np.int64], seed: int) -> NDArray[np.uint8]:
        """One face for each label; all have the stage's own emotion."""
        generator = torch.Generator().manual_seed(seed)
        noise = torch.randn(len(labels), self.recipe.identity.noise, generator=generator)
        parts = [draw(self.averaged, part.to(self.device)) for part in noise.split(SAMPLES_AT_ONCE)]
        return to_grey(torch.cat(parts))

    def sheet(self) -> NDArray[np.uint8]:
        """Rows of people."""
        faces = self.samples(np.zeros(SHEET_ROWS * SHEET_COLUMNS, np.int64), self.recipe.seed)
        return sheet_of(faces, SHEET_COLUMNS)


@torch.no_grad()
def draw(drawer: torch.nn.Module, noise: Tensor) -> Tensor:
    """Faces float32 [n, 1, h, w] in [-1, 1], in full precision: the same on every machine, as far as floats are."""
    faces: Tensor = drawer(noise)
    return faces.float()
