from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.synthesis.diffusion.tiny_sdxl import write_tiny_sdxl


@pytest.fixture(scope="session")
def tiny_sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole SDXL pipeline of random weights."""
    return write_tiny_sdxl(tmp_path_factory.mktemp("sdxl") / "tiny")
