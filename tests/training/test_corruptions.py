"""What a camera and a room do to faces: the face stays a face of the same kind, and the same seed gives the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from tests.training.drawn_faces import drawn_faces
from training.corruptions import CORRUPTIONS, Corruption
from training.fit_recipe import AugmentRecipe, CorruptionRecipe
from training.fitting.augment import corrupt

FACE = drawn_faces(1).images[3]
COLOUR = np.stack([FACE, FACE // 2 + 60, 255 - FACE], axis=2)
KINDS = pytest.mark.parametrize("kind", CORRUPTIONS, ids=lambda kind: kind.name)


def spoilt(kind: Corruption, image: NDArray[np.uint8], strength: float, seed: int = 0) -> NDArray[np.uint8]:
    return kind.apply(image, strength, np.random.default_rng(seed))


def distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Mean difference in grey levels."""
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


@KINDS
@given(st.sampled_from([FACE, COLOUR, FACE[:30, :41], np.full((64, 64), 255, np.uint8)]), st.integers(0, 99))
def test_shape_kind_and_the_original_are_left_alone(
    kind: Corruption, image: NDArray[np.uint8], seed: int
) -> None:
    before = image.copy()
    for strength in kind.strengths:
        shown = spoilt(kind, image, strength, seed)
        assert shown.shape == image.shape
        assert shown.dtype == np.uint8
    assert np.array_equal(image, before)


@KINDS
def test_the_same_seed_gives_the_same_image(kind: Corruption) -> None:
    one, again = (spoilt(kind, COLOUR, kind.strengths[1], seed=5) for _ in range(2))
    assert np.array_equal(one, again)


@KINDS
def test_at_its_least_it_changes_next_to_nothing(kind: Corruption) -> None:
    # A sensor has noise in full light too, and a video call half the pixels at any quality.
    most = {"dim room": 6.0, "video": 12.0}.get(kind.name, 1.5)
    assert distance(spoilt(kind, FACE, kind.limits[0]), FACE) < most


@KINDS
def test_at_its_most_it_still_gives_an_image(kind: Corruption) -> None:
    for image in (FACE, COLOUR):
        assert spoilt(kind, image, kind.limits[1]).shape == image.shape


@KINDS
@pytest.mark.parametrize("image", [FACE, COLOUR], ids=["grey", "colour"])
def test_the_strongest_spoils_more_than_the_mildest(kind: Corruption, image: NDArray[np.uint8]) -> None:
    mild, strong = (
        np.mean([distance(spoilt(kind, image, s, seed), image) for seed in range(12)])
        for s in (kind.strengths[0], kind.strengths[-1])
    )
    assert strong > mild > 0.1


def test_strengths_rise_and_names_are_unique() -> None:
    assert len({kind.name for kind in CORRUPTIONS}) == len(CORRUPTIONS)
    for kind in CORRUPTIONS:
        assert list(kind.strengths) == sorted(set(kind.strengths))
        assert kind.limits[0] <= kind.strengths[0] <= kind.strengths[-1] <= kind.limits[1]


def test_a_dim_room_is_noisier_in_the_dark_but_no_darker() -> None:
    kind = next(one for one in CORRUPTIONS if one.name == "dim room")
    image = np.repeat(np.repeat(np.array([[20, 200]], np.uint8), 200, 0), 100, 1)
    shown = spoilt(kind, image, 90).astype(float)
    dark, bright = shown[:, :100], shown[:, 100:]
    assert dark.mean() == pytest.approx(20, abs=2)
    assert bright.mean() == pytest.approx(200, abs=3)
    assert dark.std() / dark.mean() > 2 * bright.std() / bright.mean()


def test_some_of_the_training_faces_are_spoilt_and_the_set_is_not() -> None:
    import torch

    faces = np.stack([FACE] * 200)
    wanted = {"noise": CorruptionRecipe(share=0.3, between=(8, 16))}
    first, again = (corrupt(faces, wanted, torch.Generator().manual_seed(1)) for _ in range(2))
    changed = (first != faces).any(axis=(1, 2)).mean()
    assert 0.15 < changed < 0.45
    assert np.array_equal(first, again)
    assert np.array_equal(faces[0], FACE)
    assert corrupt(faces, {}, torch.Generator()) is faces


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"fog": {"share": 0.1, "between": [1, 2]}}, "no corruption is called fog; there are blur"),
        ({"noise": {"share": 0.1, "between": [3, 2]}}, "weakest, strongest"),
        ({"dim room": {"share": 0.1, "between": [50, 100]}}, "dim room: between must lie within 0 and 99"),
        ({"low resolution": {"share": 0.1, "between": [0, 2]}}, "must lie within 1 and 24"),
        ({"noise": {"share": 1.1, "between": [1, 2]}}, "less than or equal to 1"),
    ],
)
def test_a_recipe_that_asks_for_nonsense_is_told(wanted: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        AugmentRecipe.model_validate({"corruptions": wanted})
