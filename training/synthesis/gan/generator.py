"""Faces from a run of the two-stage GAN: a person from the request's seed, warped into its expression.

One seed is one person: requests that differ only in emotion or intensity show the same face.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from recognizer.affect import EMOTIONS, Emotion
from training.data.data_recipe import Strict
from training.synthesis.facs import nearest_emotion
from training.synthesis.gan.expression import warp_faces
from training.synthesis.gan.identity import generate
from training.synthesis.gan.run_folder import TrainedGan, demand_trained, load_trained_gan, weights_identity
from training.synthesis.gan.stage import to_grey
from training.synthesis.generator import Generator, Options, checked_options
from training.synthesis.request import ATTRIBUTES, FaceRequest, Provenance, SyntheticFace

VERSION = "1"


class GanOptions(Strict):
    """`run` is the folder that `python -m training gan` wrote; `licence` the terms of the faces it learned from."""

    run: Path
    licence: str = "that of the faces it was trained on"


def open_generator(options: Options) -> GanGenerator:
    """The generator of a run; raises RecipeError for an option, DataError where the run cannot draw."""
    return GanGenerator(checked_options(GanOptions, options))


class GanGenerator(Generator):
    """Grey faces. It controls emotion and intensity, and action units where the run learned those; no attribute."""

    name = "gan"
    version = VERSION

    def __init__(self, options: GanOptions) -> None:
        self._options = options
        self._recipe = demand_trained(options.run)
        self._weights = weights_identity(options.run)

    @property
    def provenance(self) -> Provenance:
        """The run's weights, under the terms of the faces that it was trained on."""
        return Provenance(self.name, self.version, self._weights, self._options.licence)

    def generate(self, request: FaceRequest, size_px: int) -> SyntheticFace:
        """One person; drawn at the run's own size and resized."""
        noise = torch.randn(
            1, self._recipe.identity.noise, generator=torch.Generator().manual_seed(request.seed)
        )
        wanted, units, parameters = self._wanted(request)
        person = generate(self._networks.generator, noise)
        grey = to_grey(
            warp_faces(self._networks.warp_generator, person, wanted[None], torch.tensor([request.intensity]))
        )[0]
        image = cv2.cvtColor(_resized(grey, size_px), cv2.COLOR_GRAY2BGR)
        record = self.record(request, **parameters, not_controlled=list(ATTRIBUTES))
        return SyntheticFace(request, np.asarray(image, np.uint8), units, record)

    @cached_property
    def _networks(self) -> TrainedGan:
        return load_trained_gan(self._options.run, self._recipe)

    def _wanted(self, request: FaceRequest) -> tuple[Tensor, dict[int, float], dict[str, object]]:
        """The condition for the warp generator, the action units that it stands for, and both in words."""
        if self._recipe.expression.condition == "units":
            return self._wanted_units(request)
        emotion = request.emotion or nearest_emotion(request.action_units)
        parameters = {"emotion": str(emotion), "intensity": request.intensity, "units": "not controlled"}
        return self._shown(emotion), {}, parameters

    def _wanted_units(self, request: FaceRequest) -> tuple[Tensor, dict[int, float], dict[str, object]]:
        names = self._networks.conditions
        known = {int(name.removeprefix("au")): place for place, name in enumerate(names)}
        if request.action_units:
            wanted = torch.zeros(len(names))
            for unit in known.keys() & request.action_units.keys():
                wanted[known[unit]] = request.action_units[unit]
        else:
            assert request.emotion is not None
            wanted = self._shown(request.emotion)
        shown = {
            unit: float(wanted[place]) * request.intensity
            for unit, place in known.items()
            if wanted[place] > 0
        }
        unknown = sorted(request.action_units.keys() - known.keys())
        return wanted, shown, {"intensity": request.intensity, "units_not_known": unknown}

    def _shown(self, emotion: Emotion) -> Tensor:
        return self._networks.by_emotion[EMOTIONS.index(emotion)]


def _resized(grey: np.ndarray, size_px: int) -> np.ndarray:
    """uint8 [size_px, size_px]."""
    if grey.shape[0] == size_px:
        return grey
    how = cv2.INTER_AREA if size_px < grey.shape[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, (size_px, size_px), interpolation=how), np.uint8)
