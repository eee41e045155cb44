"""Small nets gain nothing from several threads, and lose much where other programs share the cores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from training.data import crop_cache

torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def crops_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Crops are kept for the tests alone, not among the user's own."""
    path = tmp_path_factory.mktemp("crops") / "crops.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crop_cache, "cache_path", lambda: path)
        yield path
