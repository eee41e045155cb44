"""Stage one: a network that draws a person's face from noise."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.synthesis.gan.gan_recipe import GanRecipe
from training.synthesis.gan.nets import Discriminator
from training.synthesis.gan.run_folder import new_generator
from training.synthesis.gan.sheet import sheet_of
from training.synthesis.gan.stage import Stage, discriminator_loss, generator_loss, to_grey, to_signed

SHEET_ROWS, SHEET_COLUMNS = 8, 12
SAMPLES_AT_ONCE = 250


class IdentityStage(Stage):
    """Learns from faces uint8 [n, side, side] that all have the identity stage's emotion."""

    name = "identity"
    number = 0

    def __init__(self, recipe: GanRecipe, faces: NDArray[np.uint8]) -> None:
        torch.manual_seed(recipe.seed)
        settings, side = recipe.identity, recipe.data.size_px
        super().__init__(
            recipe, settings, new_generator(recipe), Discriminator(settings.discriminator_widths, side)
        )
        self.faces = faces

    def _train(self, rng: torch.Generator) -> dict[str, float]:
        settings = self.recipe.identity
        rows = torch.randint(len(self.faces), (settings.batch,), generator=rng)
        real = to_signed(self.faces[rows.numpy()]).to(self.device)
        noise = torch.randn(settings.batch, settings.noise, generator=rng).to(self.device)
        with self._autocast():
            drawn = self.generator(noise)
        drawn = drawn.float()
        shown = self._changed(real, rng)
        discriminator_loss_ = discriminator_loss(
            self._score(shown), self._score(self._changed(drawn.detach(), rng))
        )
        discriminator_value = self._update_discriminator(discriminator_loss_ + self._r1_loss(shown))
        self.discriminator.requires_grad_(False)
        generator_value = self._update_generator(generator_loss(self._score(self._changed(drawn, rng))))
        self.discriminator.requires_grad_(True)
        return {"discriminator": discriminator_value, "generator": generator_value}

    def samples(self, labels: NDArray[np.int64], seed: int) -> NDArray[np.uint8]:
        """One face for each label; all have the stage's own emotion."""
        rng = torch.Generator().manual_seed(seed)
        noise = torch.randn(len(labels), self.recipe.identity.noise, generator=rng)
        parts = [generate(self.averaged, part.to(self.device)) for part in noise.split(SAMPLES_AT_ONCE)]
        return to_grey(torch.cat(parts))

    def sheet(self) -> NDArray[np.uint8]:
        """Rows of people."""
        faces = self.samples(np.zeros(SHEET_ROWS * SHEET_COLUMNS, np.int64), self.recipe.seed)
        return sheet_of(faces, SHEET_COLUMNS)


@torch.no_grad()
def generate(generator: torch.nn.Module, noise: Tensor) -> Tensor:
    """Faces float32 [n, 1, h, w] in [-1, 1], in full precision: the same on every machine, as far as floats are."""
    faces: Tensor = generator(noise)
    return faces.float()
