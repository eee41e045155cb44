"""Augmentation changes what it should, and nothing when told to keep still."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.training.drawn_faces import drawn_faces
from training.fit_recipe import AugmentRecipe
from training.fitting.augment import augment
from training.nets.face_net import standardise

STILL = AugmentRecipe(rotation_degrees=0, scale=0, shift=0, flip=False, erase_share=0)
FACES = standardise(torch.from_numpy(drawn_faces(2).images).float()[:, None] / 255)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_with_every_limit_at_zero_the_image_stays() -> None:
    assert torch.allclose(augment(FACES, 48, STILL, generator()), FACES, atol=1e-4)


@given(st.integers(16, 64), st.integers(0, 1000))
def test_any_size_comes_out_finite_and_the_same_for_the_same_seed(size_px: int, seed: int) -> None:
    first, second = (
        augment(FACES, size_px, AugmentRecipe(blur_share=0.5), generator(seed)) for _ in range(2)
    )
    assert first.shape == (len(FACES), 1, size_px, size_px)
    assert torch.isfinite(first).all()
    assert torch.equal(first, second)


def test_mirroring_only_mirrors() -> None:
    moved = augment(FACES, 48, STILL.model_copy(update={"flip": True}), generator())
    same = [torch.allclose(a, b, atol=1e-4) for a, b in zip(moved, FACES, strict=True)]
    mirrored = [torch.allclose(a, b.flip(2), atol=1e-4) for a, b in zip(moved, FACES, strict=True)]
    assert all(a or b for a, b in zip(same, mirrored, strict=True))
    assert any(same)
    assert any(mirrored)


def test_erasing_blanks_one_rectangle() -> None:
    recipe = STILL.model_copy(update={"erase_share": 1.0})
    blank = augment(torch.ones(50, 1, 48, 48), 48, recipe, generator()) == 0
    for mask in blank[:, 0]:
        rows, columns = mask.any(1), mask.any(0)
        assert mask.sum() == rows.sum() * columns.sum()
    assert blank.float().mean() > 0.02


def test_a_nearly_flat_image_is_not_blown_up_to_noise() -> None:
    flat = torch.full((1, 1, 48, 48), 0.5) + torch.rand(1, 1, 48, 48) * 1e-3
    assert standardise(flat).abs().max() < 0.05
