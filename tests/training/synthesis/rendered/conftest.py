"""The head model and a renderer, shared by the tests of rendered faces; skipped where a machine lacks them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from training.synthesis.rendered.anatomy import HeadModel
from training.synthesis.rendered.bake import AnatomyError
from training.synthesis.rendered.hairstyles import Wig
from training.synthesis.rendered.mannequin import QUICK, Mannequin
from training.synthesis.rendered.renderer import Renderer, RendererError

SMALL_PX = (320, 240)


@pytest.fixture(scope="session")
def head() -> HeadModel:
    """The parametric head."""
    try:
        return HeadModel.load(subdivision_levels=1)
    except AnatomyError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def mannequin() -> Mannequin:
    """What all people share, at the least detail."""
    try:
        return Mannequin.load(QUICK)
    except AnatomyError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def wig(mannequin: Mannequin) -> Wig:
    """What hair of all people shares."""
    return Wig(mannequin.model)


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """A small headless renderer."""
    try:
        opened = Renderer(*SMALL_PX)
    except RendererError as error:
        pytest.skip(str(error))
    with opened:
        yield opened
