"""What tests of synthetic faces share: the drawn generator, and a diffusion pipeline of random weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.training.synthesis.diffusion.tiny_sdxl import write_tiny_sdxl
from tests.training.synthesis.drawn_generator import TARGET
from training.synthesis.generator import GENERATORS


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
