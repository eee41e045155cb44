"""One small run for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.synthesis.gan.small import small_recipe
from training.synthesis.gan.gan_recipe import GanRecipe
from training.synthesis.gan.train import train


@pytest.fixture(scope="session")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> GanRecipe:
    """The small recipe; its faces lie in a folder that lasts as long as the tests."""
    return small_recipe(tmp_path_factory.mktemp("faces"))


@pytest.fixture(scope="session")
def run(recipe: GanRecipe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the recipe's run, trained to its end."""
    folder = tmp_path_factory.mktemp("gan") / "run"
    train(recipe, folder)
    return folder
