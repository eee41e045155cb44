"""A small set of drawn faces under review."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training.data.layouts import FACES, write_images
from training.data.data_recipe import DataRecipe
from training.data.gather import gather
from training.review.answers import answers_path
from training.review.doubt import Doubt
from training.review.queue import Queue
from training.review.session import Session

DOUBTFUL = 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_images(FACES, tmp_path / "my faces", with_splits=False)


@pytest.fixture
def session(folder: Path) -> Session:
    """Three doubtful faces of 21."""
    return session_about(folder)


def session_about(folder: Path) -> Session:
    gathered = gather(DataRecipe(faces=folder), reviewed=False)
    order = np.random.default_rng(0).permutation(len(gathered.faces)).tolist()
    doubts = [
        Doubt(row, ("looks sad (0.80) rather than happy (0.10)",) if place < DOUBTFUL else (), None, 0.5, 0)
        for place, row in enumerate(order)
    ]
    return Session(Queue(gathered, tuple(doubts)), answers_path(folder, None), "anna")
