"""Copies are found, however they were brightened, within and between splits, and whatever the blocks."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data import outside
from tests.training.drawn_faces import drawn_faces, write_fer2013
from training.data import copies
from training.data.copies import NEAR_COPY_CORRELATION, correlation_to_nearest, first_identical, near_copies
from training.data.data_recipe import DataRecipe
from training.data.faces import make_faces
from training.data.load import load_faces
from training.evaluation.evaluate import parts_of


@pytest.fixture(params=[3, 2048])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(copies, "BLOCK", request.param)
    return int(request.param)


def test_a_brightened_copy_is_a_copy_and_noise_is_not(block: int) -> None:
    faces = drawn_faces(1).images
    brightened = np.asarray(faces[:3] // 2 + 60, np.uint8)
    noise = np.random.default_rng(0).integers(0, 255, (3, 48, 48)).astype(np.uint8)
    assert (correlation_to_nearest(brightened, faces) > 0.99).all()
    assert (correlation_to_nearest(noise, faces) < 0.2).all()


def test_flat_images_and_empty_sets_do_no_harm() -> None:
    flat = np.full((2, 48, 48), 7, np.uint8)
    assert (correlation_to_nearest(flat, flat) == 0).all()
    assert correlation_to_nearest(flat[:0], flat).shape == (0,)
    assert (correlation_to_nearest(flat, flat[:0]) == 0).all()
    assert (near_copies(flat, np.array(["train", "test"]), ["train", "test"]).row == -1).all()
    assert near_copies(flat[:0], np.array([], np.str_), ["train"]).row.shape == (0, 1)


def test_the_first_of_several_copies_is_the_original() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (3, 48, 48)).astype(np.uint8)
    images = noise[[0, 1, 0, 2, 1, 0]]
    assert first_identical(images).tolist() == [0, 1, 0, 3, 1, 0]
    near = near_copies(images, np.array(["train"] * 6), ["train"])
    assert (near.row[:, 0] >= 0).tolist() == [False, False, True, False, True, True]


def test_a_copy_in_another_split_is_found_from_both_sides(block: int) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (8, 60, 60, 3)).astype(np.uint8)
    images = np.concatenate([noise, noise[2:3] // 2 + 50])
    splits = np.array(["test", "train"] * 4 + ["valid"])
    near = near_copies(images, splits, ["train", "valid", "test"])
    assert near.row[8].tolist() == [-1, -1, 2]
    assert near.row[2].tolist() == [-1, 8, -1]
    assert near.correlation[8, 2] > 0.99
    assert (near.row[[0, 1, 3, 4, 5, 6, 7]] == -1).all()


@given(st.integers(0, 10_000), st.integers(2, 14), st.floats(0, 60), st.sampled_from([(48, 48), (20, 31)]))
def test_the_quick_search_finds_what_comparing_every_pair_finds(
    seed: int, count: int, noise: float, shape: tuple[int, int]
) -> None:
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 256, (3, *shape))
    noisy = base[rng.integers(0, 3, count)] + rng.normal(0, noise, (count, *shape))
    images = np.asarray(np.clip(noisy, 0, 255), np.uint8)
    splits = rng.choice(["train", "test"], count)
    near = near_copies(images, splits, ["train", "test"])
    likeness = np.corrcoef(images.reshape(count, -1).astype(float))
    for row in range(count):
        for column, split in enumerate(["train", "test"]):
            others = [
                o for o in range(count) if splits[o] == split and (o < row if splits[row] == split else True)
            ]
            best = max((likeness[row, other] for other in others), default=-1.0)
            if abs(best - NEAR_COPY_CORRELATION) < 1e-4:
                continue
            assert (near.row[row, column] >= 0) == (best > NEAR_COPY_CORRELATION)
            if best > NEAR_COPY_CORRELATION:
                assert near.correlation[row, column] == pytest.approx(best, abs=1e-3)
                assert likeness[row, near.row[row, column]] == pytest.approx(best, abs=1e-3)


def test_it_agrees_with_the_marks_of_the_packed_data() -> None:
    packed = np.load(outside("fer2013.npz"))
    marked = packed["max_corr_to_train"][packed["split"] == "private"]
    assert (marked <= NEAR_COPY_CORRELATION).sum() == 3_075


@pytest.mark.parametrize("model", [{"size_px": 64}, {"size_px": 112, "channels": 3}, {"channels": 3}])
def test_copies_are_the_same_whatever_a_model_takes(tmp_path: Path, model: dict[str, int]) -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (30, 48, 48))
    images = np.concatenate([noise, 0.75 * noise[:12] + 0.25 * rng.integers(0, 255, (12, 48, 48))])
    splits = ["train"] * 30 + ["test"] * 12
    path, _ = write_fer2013(make_faces(images.astype(np.uint8), [3] * 42, splits), tmp_path)
    usual = load_faces(DataRecipe(faces=path))
    other = load_faces(DataRecipe.model_validate({"faces": path, **model}))
    assert other.images.shape[1] == model.get("size_px", 48)
    assert np.array_equal(usual.compared, other.compared)
    assert other.take(np.array([5, 3])).compared.shape == (2, 48, 48)
    parts = [{part.name: part.rows.tolist() for part in parts_of(faces, "test")} for faces in (usual, other)]
    assert parts[0] == parts[1]
    assert len(parts[0]["test_without_near_copies"]) + 12 - len(parts[0]["test"]) > 0


def test_looking_for_copies_takes_no_copy_of_the_set() -> None:
    faces = np.random.default_rng(0).integers(0, 255, (8300, 48, 48)).astype(np.uint8)
    rows = np.arange(8300)
    tracemalloc.start()
    correlation_to_nearest(faces, faces, rows[8200:], rows[:8192])
    short = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    correlation_to_nearest(faces, faces, rows[8200:], rows[:4096])
    fewer = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Blocks of 2,048: what is held does not grow with the faces that are compared.
    assert short < 1.1 * fewer
