"""Stage two: a network that warps a face into an expression and leaves the person.

The discriminator scores a face together with its condition: a real face with a mismatched condition counts as fake too
(Reed et al. 2016), so that nothing but the look of an expression convinces it. As in
StarGAN (Choi et al. 2018), a face that is warped and then warped back must be the face it was; as in GANimation
(Pumarola et al. 2018), little is painted. That pixels mostly move is what keeps the person.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from recognizer.affect import EMOTIONS
from training.synthesis.gan.classifiers import classification_loss, load_classifiers
from training.synthesis.gan.conditions import Conditions, balanced_weights, mismatched
from training.synthesis.gan.gan_recipe import GanRecipe
from training.synthesis.gan.identity import generate
from training.synthesis.gan.nets import Discriminator
from training.synthesis.gan.run_folder import new_warp_generator
from training.synthesis.gan.sheet import sheet_of
from training.synthesis.gan.stage import Stage, discriminator_loss, generator_loss, to_grey, to_signed
from training.synthesis.gan.warp import WarpField, apply, roughness

SHEET_ROWS = 10
SAMPLES_AT_ONCE = 250
FULL_SHARE = 0.75
"""Share of the training pictures at full intensity; the others get any intensity, so that those look real as well."""


class _Sources(NamedTuple):
    """Faces to be warped, with what they show."""

    faces: Tensor
    conditions: Tensor


class ExpressionStage(Stage):
    """Learns from faces uint8 [n, side, side] with labels int64 [n], and from faces of `identity_generator`."""

    name = "expression"
    number = 1

    def __init__(
        self,
        recipe: GanRecipe,
        faces: NDArray[np.uint8],
        labels: NDArray[np.int64],
        conditions: Conditions,
        identity_generator: nn.Module,
    ) -> None:
        torch.manual_seed(recipe.seed + 1)
        discriminator = Discriminator(
            recipe.expression.discriminator_widths, recipe.data.size_px, len(conditions.names)
        )
        super().__init__(
            recipe, recipe.expression, new_warp_generator(recipe, len(conditions.names)), discriminator
        )
        self.faces, self.conditions = faces, conditions
        self.identity_generator = identity_generator
        self.classifiers = load_classifiers(recipe.expression.classifiers, self.device)
        self._weights = balanced_weights(labels)
        self._values = torch.from_numpy(conditions.values)
        self._by_emotion = torch.from_numpy(conditions.by_emotion)

    def _train(self, rng: torch.Generator) -> dict[str, float]:
        real, sources = self._real(rng), self._sources(rng)
        wanted = self._values[self._rows(rng)].to(self.device)
        intensity = self._intensity(rng)
        warp, warped = self._warped(sources.faces, wanted, intensity)

        # Between the source and the full expression a face shows some of both.
        share = intensity[:, None]
        said = (1 - share) * sources.conditions + share * wanted
        shown = self._changed(real.faces, rng)
        generated_score = self._score(self._changed(warped.detach(), rng), said)
        discriminator_value = self._update_discriminator(
            self._conditional_loss(shown, real.conditions, generated_score)
            + self._r1_loss(shown, real.conditions)
        )

        self.discriminator.requires_grad_(False)
        terms = self._generator_terms(sources, warp, warped, said, rng)
        self._update_generator(torch.stack(list(terms.values())).sum())
        self.discriminator.requires_grad_(True)
        return {"discriminator": discriminator_value} | {
            name: float(term.detach()) for name, term in terms.items()
        }

    def _conditional_loss(self, shown: Tensor, conditions: Tensor, generated_score: Tensor) -> Tensor:
        """How badly the discriminator tells real faces that show what is said from drawn ones, and from false words."""
        with self._autocast():
            features = self.discriminator.features(shown)
        score = self.discriminator.judged(features, conditions)
        others, falsehood = mismatched(conditions)
        belief = F.softplus(self.discriminator.judged(features, others))
        return discriminator_loss(score, generated_score) + (falsehood * belief).mean()

    def _generator_terms(
        self,
        sources: _Sources,
        warp: WarpField,
        warped: Tensor,
        said: Tensor,
        rng: torch.Generator,
    ) -> dict[str, Tensor]:
        """The warp generator's losses, weighed."""
        settings = self.recipe.expression
        shown = self._changed(warped, rng)
        score = self._score(shown, said)
        full = torch.ones(len(warped), device=self.device)
        _, back = self._warped(warped, sources.conditions, full)
        read = {}
        if self.classifiers:
            loss = classification_loss(self.classifiers, shown, said)
            read = {"classification": settings.classifier_weight * loss}
        return {
            "generator": generator_loss(score),
            **read,
            "cycle": settings.cycle_weight * (back - sources.faces).abs().mean(),
            "smooth": settings.smooth_weight * roughness(warp.flow),
            "paint": settings.paint_weight * (warp.paint * warp.cover).abs().mean(),
        }

    def _real(self, rng: torch.Generator) -> _Sources:
        rows = self._rows(rng)
        faces = to_signed(self.faces[rows.numpy()]).to(self.device)
        return _Sources(faces, self._values[rows].to(self.device))

    def _rows(self, rng: torch.Generator) -> Tensor:
        """Training faces, each emotion as often as any other."""
        return torch.multinomial(self._weights, self.recipe.expression.batch, replacement=True, generator=rng)

    def _sources(self, rng: torch.Generator) -> _Sources:
        """Real faces, and a share of drawn ones, which show what stage one's emotion shows in the mean."""
        faces, conditions = self._real(rng)
        count = round(self.recipe.expression.generated_share * len(faces))
        noise = torch.randn(count, self.recipe.identity.noise, generator=rng).to(self.device)
        shown = self._by_emotion[EMOTIONS.index(self.recipe.identity.emotion)].to(self.device)
        if count:
            faces[:count] = generate(self.identity_generator, noise)
            conditions[:count] = shown
        return _Sources(faces, conditions)

    def _intensity(self, rng: torch.Generator) -> Tensor:
        count = self.recipe.expression.batch
        any_intensity = torch.rand(count, generator=rng)
        full = torch.rand(count, generator=rng) < FULL_SHARE
        return torch.where(full, 1.0, any_intensity).to(self.device)

    def _warped(self, faces: Tensor, wanted: Tensor, intensity: Tensor) -> tuple[WarpField, Tensor]:
        with self._autocast():
            warp = self.generator(faces, wanted)
        return warp, apply(faces, warp, intensity)

    def samples(self, labels: NDArray[np.int64], seed: int) -> NDArray[np.uint8]:
        """A new person for each label, at full intensity."""
        rng = torch.Generator().manual_seed(seed)
        noise = torch.randn(len(labels), self.recipe.identity.noise, generator=rng)
        wanted = self._by_emotion[torch.from_numpy(labels)]
        parts = zip(noise.split(SAMPLES_AT_ONCE), wanted.split(SAMPLES_AT_ONCE), strict=True)
        made = [self._made(people.to(self.device), wants.to(self.device)) for people, wants in parts]
        return to_grey(torch.cat(made))

    def _made(self, noise: Tensor, wanted: Tensor) -> Tensor:
        return warp_faces(
            self.averaged,
            generate(self.identity_generator, noise),
            wanted,
            torch.ones(len(noise), device=self.device),
        )

    def sheet(self) -> NDArray[np.uint8]:
        """A row for each person: as drawn, then with each emotion in the order of EMOTIONS."""
        rng = torch.Generator().manual_seed(self.recipe.seed)
        noise = torch.randn(SHEET_ROWS, self.recipe.identity.noise, generator=rng).to(self.device)
        people = generate(self.identity_generator, noise)
        full = torch.ones(SHEET_ROWS, device=self.device)
        wants = [row.to(self.device).expand(SHEET_ROWS, -1) for row in self._by_emotion]
        columns = [people, *(warp_faces(self.averaged, people, wanted, full) for wanted in wants)]
        faces = to_grey(torch.stack(columns, dim=1).flatten(0, 1))
        return sheet_of(faces, len(columns))


@torch.no_grad()
def warp_faces(warp_generator: nn.Module, faces: Tensor, wanted: Tensor, intensity: Tensor) -> Tensor:
    """The faces float32 [n, 1, h, w] with what is wanted [n, conditions] at an intensity [n], in full precision."""
    return apply(faces, warp_generator(faces, wanted), intensity)
