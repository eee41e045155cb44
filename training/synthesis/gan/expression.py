"""Stage two: a network that deforms a face into an expression and leaves the person.

The critic judges a face together with what it is said to show: a real one that is said to show something else is as
wrong to it as a drawn one (Reed et al. 2016), so that nothing but the look of an expression convinces it. As in
StarGAN (Choi et al. 2018), a face that is deformed and then deformed back must be the face it was; as in GANimation
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
from training.synthesis.gan.conditions import Conditions, balanced_weights, mismatched
from training.synthesis.gan.identity import draw
from training.synthesis.gan.nets import Critic
from training.synthesis.gan.readers import load_readers, misread
from training.synthesis.gan.recipe import GanRecipe
from training.synthesis.gan.run_folder import new_deformer
from training.synthesis.gan.sheet import sheet_of
from training.synthesis.gan.stage import Stage, critics_loss, makers_loss, to_grey, to_signed
from training.synthesis.gan.warp import Deformation, apply, roughness

SHEET_ROWS = 10
SAMPLES_AT_ONCE = 250
FULL_SHARE = 0.75
"""Share of the training pictures at full intensity; the others get any intensity, so that those look real as well."""


class _Sources(NamedTuple):
    """Faces to be deformed, with what they show."""

    faces: Tensor
    conditions: Tensor


class ExpressionStage(Stage):
    """Learns from faces uint8 [n, side, side] with labels int64 [n], and from people that `drawer` draws."""

    name = "expression"
    number = 1

    def __init__(
        self,
        recipe: GanRecipe,
        faces: NDArray[np.uint8],
        labels: NDArray[np.int64],
        conditions: Conditions,
        drawer: nn.Module,
    ) -> None:
        torch.manual_seed(recipe.seed + 1)
        critic = Critic(recipe.expression.critic_widths, recipe.data.size_px, len(conditions.names))
        super().__init__(recipe, recipe.expression, new_deformer(recipe, len(conditions.names)), critic)
        self.faces, self.conditions = faces, conditions
        self.drawer = drawer
        self.readers = load_readers(recipe.expression.readers, self.device)
        self._weights = balanced_weights(labels)
        self._values = torch.from_numpy(conditions.values)
        self._by_emotion = torch.from_numpy(conditions.by_emotion)

    def _train(self, generator: torch.Generator) -> dict[str, float]:
        real, sources = self._real(generator), self._sources(generator)
        wanted = self._values[self._rows(generator)].to(self.device)
        intensity = self._intensity(generator)
        deformation, deformed = self._deformed(sources.faces, wanted, intensity)

        # Between the source and the full expression a face shows some of both.
        share = intensity[:, None]
        said = (1 - share) * sources.conditions + share * wanted
        shown = self._changed(real.faces, generator)
        drawn_score = self._score(self._changed(deformed.detach(), generator), said)
        critic_value = self._teach_critic(
            self._telling_loss(shown, real.conditions, drawn_score)
            + self._steepness_loss(shown, real.conditions)
        )

        self.critic.requires_grad_(False)
        terms = self._maker_terms(sources, deformation, deformed, said, generator)
        self._teach_maker(torch.stack(list(terms.values())).sum())
        self.critic.requires_grad_(True)
        return {"critic": critic_value} | {name: float(term.detach()) for name, term in terms.items()}

    def _telling_loss(self, shown: Tensor, conditions: Tensor, drawn_score: Tensor) -> Tensor:
        """How badly the critic tells real faces that show what is said from drawn ones, and from false words."""
        with self._autocast():
            features = self.critic.features(shown)
        score = self.critic.judged(features, conditions)
        others, falsehood = mismatched(conditions)
        belief = F.softplus(self.critic.judged(features, others))
        return critics_loss(score, drawn_score) + (falsehood * belief).mean()

    def _maker_terms(
        self,
        sources: _Sources,
        deformation: Deformation,
        deformed: Tensor,
        said: Tensor,
        generator: torch.Generator,
    ) -> dict[str, Tensor]:
        """The deformer's losses, weighed."""
        settings = self.recipe.expression
        shown = self._changed(deformed, generator)
        score = self._score(shown, said)
        full = torch.ones(len(deformed), device=self.device)
        _, back = self._deformed(deformed, sources.conditions, full)
        read = (
            {"reading": settings.reading_weight * misread(self.readers, shown, said)} if self.readers else {}
        )
        return {
            "maker": makers_loss(score),
            **read,
            "cycle": settings.cycle_weight * (back - sources.faces).abs().mean(),
            "smooth": settings.smooth_weight * roughness(deformation.flow),
            "paint": settings.paint_weight * (deformation.paint * deformation.cover).abs().mean(),
        }

    def _real(self, generator: torch.Generator) -> _Sources:
        rows = self._rows(generator)
        faces = to_signed(self.faces[rows.numpy()]).to(self.device)
        return _Sources(faces, self._values[rows].to(self.device))

    def _rows(self, generator: torch.Generator) -> Tensor:
        """Training faces, each emotion as often as any other."""
        return torch.multinomial(
            self._weights, self.recipe.expression.batch, replacement=True, generator=generator
        )

    def _sources(self, generator: torch.Generator) -> _Sources:
        """Real faces, and a share of drawn ones, which show what stage one's emotion shows in the mean."""
        faces, conditions = self._real(generator)
        count = round(self.recipe.expression.drawn_share * len(faces))
        noise = torch.randn(count, self.recipe.identity.noise, generator=generator).to(self.device)
        shown = self._by_emotion[EMOTIONS.index(self.recipe.identity.emotion)].to(self.device)
        if count:
            faces[:count] = draw(self.drawer, noise)
            conditions[:count] = shown
        return _Sources(faces, conditions)

    def _intensity(self, generator: torch.Generator) -> Tensor:
        count = self.recipe.expression.batch
        any_intensity = torch.rand(count, generator=generator)
        full = torch.rand(count, generator=generator) < FULL_SHARE
        return torch.where(full, 1.0, any_intensity).to(self.device)

    def _deformed(self, faces: Tensor, wanted: Tensor, intensity: Tensor) -> tuple[Deformation, Tensor]:
        with self._autocast():
            deformation = self.maker(faces, wanted)
        return deformation, apply(faces, deformation, intensity)

    def samples(self, labels: NDArray[np.int64], seed: int) -> NDArray[np.uint8]:
        """A new person for each label, at full intensity."""
        generator = torch.Generator().manual_seed(seed)
        noise = torch.randn(len(labels), self.recipe.identity.noise, generator=generator)
        wanted = self._by_emotion[torch.from_numpy(labels)]
        parts = zip(noise.split(SAMPLES_AT_ONCE), wanted.split(SAMPLES_AT_ONCE), strict=True)
        made = [self._made(people.to(self.device), wants.to(self.device)) for people, wants in parts]
        return to_grey(torch.cat(made))

    def _made(self, noise: Tensor, wanted: Tensor) -> Tensor:
        return deform(
            self.averaged, draw(self.drawer, noise), wanted, torch.ones(len(noise), device=self.device)
        )

    def sheet(self) -> NDArray[np.uint8]:
        """A row for each person: as drawn, then with each emotion in the order of EMOTIONS."""
        generator = torch.Generator().manual_seed(self.recipe.seed)
        noise = torch.randn(SHEET_ROWS, self.recipe.identity.noise, generator=generator).to(self.device)
        people = draw(self.drawer, noise)
        full = torch.ones(SHEET_ROWS, device=self.device)
        wants = [row.to(self.device).expand(SHEET_ROWS, -1) for row in self._by_emotion]
        columns = [people, *(deform(self.averaged, people, wanted, full) for wanted in wants)]
        faces = to_grey(torch.stack(columns, dim=1).flatten(0, 1))
        return sheet_of(faces, len(columns))


@torch.no_grad()
def deform(deformer: nn.Module, faces: Tensor, wanted: Tensor, intensity: Tensor) -> Tensor:
    """The faces float32 [n, 1, h, w] with what is wanted [n, conditions] at an intensity [n], in full precision."""
    return apply(faces, deformer(faces, wanted), intensity)
