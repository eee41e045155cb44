"""What tests of synthetic faces share: the drawn generator, a diffusion pipeline of random weights, a head model and
a renderer (skipped where a machine lacks them)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.training.synthesis.diffusion.tiny_sdxl import write_tiny_sdxl
from tests.training.synthesis.drawn_generator import TARGET
from training.synthesis.generator import GENERATORS
from training.synthesis.rendered.assets.hairstyles import ScalpHair
from training.synthesis.rendered.assets.head_template import QUICK, HeadTemplate
from training.synthesis.rendered.engine.renderer import Renderer, RendererError
from training.synthesis.rendered.geometry.anatomy import HeadModel
from training.synthesis.rendered.geometry.bake import AnatomyError

SMALL_PX = (320, 240)


@pytest.fixture(scope="module")
def drawn() -> Iterator[str]:
    """The name under which recipes find the drawn faces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(GENERATORS, "drawn", TARGET)
        yield "drawn"


@pytest.fixture(scope="session")
def tiny_sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole SDXL pipeline of random weights."""
    return write_tiny_sdxl(tmp_path_factory.mktemp("sdxl") / "tiny")


@pytest.fixture(scope="session")
def head() -> HeadModel:
    """The parametric head."""
    try:
        return HeadModel.load(subdivision_levels=1)
    except AnatomyError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def head_template() -> HeadTemplate:
    """What all people share, at the least detail."""
    try:
        return HeadTemplate.load(QUICK)
    except AnatomyError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def scalp_hair(head_template: HeadTemplate) -> ScalpHair:
    """What hair of all people shares."""
    return ScalpHair(head_template.model)


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """A small headless renderer."""
    try:
        opened = Renderer(*SMALL_PX)
    except RendererError as error:
        pytest.skip(str(error))
    with opened:
        yield opened
