"""A teacher's answers: a run's or a card's, the mirror image with it, asked only once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.data import REPOSITORY
from tests.training.drawn_faces import drawn_faces
from tests.training.small_fit import small_recipe
from training.errors import DataError
from training.fit_recipe import dump_recipe, load_recipe
from training.fitting.checkpoint import save_checkpoint
from training.fitting.parallel import setup_fabric
from training.fitting.teacher import teacher_answers
from training.nets.backbones import build_net

FACES = drawn_faces(1)
ROWS = np.arange(2, 9)
SHIPPED = REPOSITORY / "models" / "emotion.yaml"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run as a fit leaves it, of a net that learned nothing."""
    recipe = load_recipe(small_recipe(tmp_path, 1))
    folder = tmp_path / "run"
    folder.mkdir()
    dump_recipe(recipe, folder / "recipe.yaml")
    save_checkpoint(folder / "weights.pt", build_net(recipe.net).state_dict())
    return folder


@pytest.mark.parametrize("kind", ["run", "card"])
def test_a_teacher_answers_for_the_rows_and_the_same_for_mirror_images(
    kind: str, run: Path, tmp_path: Path
) -> None:
    teacher = run if kind == "run" else SHIPPED
    mirrored = np.ascontiguousarray(FACES.images[:, :, ::-1])
    answers, turned = (
        teacher_answers(teacher, images, ROWS, setup_fabric(), tmp_path / f"{index}.npz")
        for index, images in enumerate((FACES.images, mirrored))
    )
    assert answers.shape == (len(ROWS), 7)
    assert answers.sum(1) == pytest.approx(1, abs=1e-5)
    assert answers == pytest.approx(turned, abs=1e-5)


def test_a_resumed_fit_does_not_ask_again_unless_the_teacher_or_the_faces_changed(
    run: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "answers.npz"
    first = teacher_answers(run, FACES.images, ROWS, setup_fabric(), cache)
    written_ns = cache.stat().st_mtime_ns
    assert np.array_equal(first, teacher_answers(run, FACES.images.copy(), ROWS, setup_fabric(), cache))
    assert cache.stat().st_mtime_ns == written_ns
    assert not np.array_equal(first, teacher_answers(run, 255 - FACES.images, ROWS, setup_fabric(), cache))
    torch.manual_seed(1)
    save_checkpoint(run / "weights.pt", build_net(load_recipe(run / "recipe.yaml").net).state_dict())
    assert not np.array_equal(first, teacher_answers(run, FACES.images, ROWS, setup_fabric(), cache))


def test_a_half_written_cache_is_asked_for_again(run: Path, tmp_path: Path) -> None:
    cache = tmp_path / "answers.npz"
    first = teacher_answers(run, FACES.images, ROWS, setup_fabric(), cache)
    cache.write_bytes(cache.read_bytes()[:100])
    assert np.array_equal(first, teacher_answers(run, FACES.images, ROWS, setup_fabric(), cache))


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_a_teacher_that_is_not_there_is_one_clear_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none.yaml|weights.pt"):
        teacher_answers(tmp_path / name, FACES.images, ROWS, setup_fabric(), tmp_path / "answers.npz")
