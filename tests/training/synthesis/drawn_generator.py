"""A generator for the tests: drawn faces whose mouth tells the emotion, quick and without any files."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
from pydantic import Field

from recognizer.affect import EMOTIONS
from tests.training.drawn_faces import draw
from training.data.data_recipe import Strict
from training.errors import DataError
from training.synthesis.generator import Generator, Options, checked_options
from training.synthesis.request import FaceRequest, Provenance, SyntheticFace

TARGET = "tests.training.synthesis.drawn_generator:open_generator"
LICENCE = "Apache-2.0"
UNITS = {12: 0.5}
FACES_BEFORE_DEATH = 3


class DrawnOptions(Strict):
    """`ink` darkens; the process dies at its fourth face where a file `dies_if` is; the file `wants` must be there."""

    ink: Annotated[int, Field(ge=0, le=100)] = 0
    dies_if: Path | None = None
    wants: Path | None = None


class DrawnGenerator(Generator):
    name = "drawn"
    version = "1"

    def __init__(self, options: DrawnOptions) -> None:
        if options.wants and not options.wants.exists():
            raise DataError(f"{options.wants}: the pen is missing; buy one")
        self.options = options
        self.drawn = 0

    @property
    def provenance(self) -> Provenance:
        return Provenance(self.name, self.version, "", LICENCE)

    def generate(self, request: FaceRequest, size_px: int) -> SyntheticFace:
        if self.drawn == FACES_BEFORE_DEATH and self.options.dies_if and self.options.dies_if.exists():
            os.kill(os.getpid(), signal.SIGKILL)
        self.drawn += 1
        rng = np.random.default_rng(request.seed)
        label = EMOTIONS.index(request.emotion) if request.emotion else 0
        grey = np.clip(draw(label, rng).astype(int) - self.options.ink, 0, 255).astype(np.uint8)
        image = cv2.cvtColor(cv2.resize(grey, (size_px, size_px)), cv2.COLOR_GRAY2BGR)
        units = dict(request.action_units) or UNITS
        return SyntheticFace(
            request, np.asarray(image, np.uint8), units, self.record(request, ink=self.options.ink)
        )


def open_generator(options: Options) -> DrawnGenerator:
    return DrawnGenerator(checked_options(DrawnOptions, options))
