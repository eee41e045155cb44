"""What the networks and their parts promise before anything is trained."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.gan.diffaugment import diffaugment
from training.synthesis.gan.gan_recipe import AugmentationRecipe
from training.synthesis.gan.nets import Discriminator, Generator, WarpGenerator
from training.synthesis.gan.stage import discriminator_loss, generator_loss, r1_penalty
from training.synthesis.gan.warp import WarpField, apply, roughness

WIDTHS = (8, 8, 8, 8)
NOTHING = AugmentationRecipe(mirror=False, brightness=0, contrast=0, shift=0, cutout=0)


def some_faces(count: int = 4, size_px: int = 16, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 1, size_px, size_px, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def some_deformation(seed: int = 0) -> WarpField:
    rng = torch.Generator().manual_seed(seed)
    flow = torch.randn(4, 2, 16, 16, generator=rng)
    paint = torch.rand(4, 1, 16, 16, generator=rng) * 2 - 1
    return WarpField(flow, paint, torch.rand(4, 1, 16, 16, generator=rng))


def test_the_drawer_fills_the_picture_with_any_side_that_eight_divides() -> None:
    for side in (16, 48, 64):
        faces = Generator(6, WIDTHS, side)(torch.randn(3, 6))
        assert faces.shape == (3, 1, side, side)
        assert faces.abs().max() <= 1


def test_the_critic_scores_each_face_by_what_it_is_said_to_show() -> None:
    discriminator = Discriminator(WIDTHS, 16, conditions=7)
    happy, sad = torch.eye(7)[[3] * 4], torch.eye(7)[[4] * 4]
    assert discriminator(some_faces(), happy).shape == (4,)
    assert not torch.isclose(discriminator(some_faces(), happy), discriminator(some_faces(), sad)).any()
    assert Discriminator(WIDTHS, 16)(some_faces()).shape == (4,)


def test_the_critic_sees_when_all_faces_are_the_same() -> None:
    """The same face scores differently among its copies and among others."""
    discriminator = Discriminator(WIDTHS, 16).eval()
    faces = some_faces()
    among_others = discriminator(faces)[0]
    among_copies = discriminator(faces[:1].expand(4, 1, 16, 16))[0]
    assert not torch.isclose(among_others, among_copies)


class Ramp(Discriminator):
    """Scores by three times the sum of a face's pixels."""

    def forward(self, faces: torch.Tensor, condition: torch.Tensor | None = None) -> torch.Tensor:
        return 3 * faces.sum(dim=(1, 2, 3))


def test_steepness_is_the_squared_slope_of_the_score() -> None:
    faces = some_faces()
    assert r1_penalty(Ramp(WIDTHS, 16), faces).item() == 9 * 16 * 16
    assert not faces.requires_grad


def test_a_critic_learns_to_be_flat_at_real_faces() -> None:
    discriminator = Discriminator(WIDTHS, 16)
    optimizer = torch.optim.SGD(discriminator.parameters(), 0.01)
    before = r1_penalty(discriminator, some_faces()).item()
    for _ in range(5):
        optimizer.zero_grad()
        r1_penalty(discriminator, some_faces()).backward()
        optimizer.step()
    assert r1_penalty(discriminator, some_faces()).item() < before


def test_critic_and_maker_want_the_opposite_of_drawn_faces() -> None:
    real, low, high = torch.full((4,), 2.0), torch.full((4,), -2.0), torch.full((4,), 2.0)
    assert discriminator_loss(real, low) < discriminator_loss(real, high)
    assert generator_loss(high) < generator_loss(low)


def test_an_untrained_deformer_leaves_the_face_as_it_is() -> None:
    faces = some_faces()
    warp = WarpGenerator(7, (8, 8), 1, 0.2)(faces, torch.eye(7)[:4])
    torch.testing.assert_close(apply(faces, warp, torch.ones(4)), faces, atol=1e-5, rtol=0)


def test_a_deformer_paints_nothing_thinner_than_four_pixels() -> None:
    torch.manual_seed(0)
    warp_generator = WarpGenerator(7, (8, 8), 1, 0.2)
    torch.nn.init.normal_(warp_generator.out.weight)
    for part in warp_generator(some_faces(), torch.eye(7)[:4]):
        bends = part.diff(n=2, dim=3).abs() > 1e-5
        # Between the pixels for which it answers nothing bends: two of four second differences are 0.
        assert part.std() > 0
        assert bends.float().mean() < 0.6


def test_no_intensity_gives_the_face_back_whatever_the_deformation() -> None:
    faces = some_faces()
    torch.testing.assert_close(apply(faces, some_deformation(), torch.zeros(4)), faces, atol=1e-5, rtol=0)


@given(st.floats(0, 1))
def test_a_face_stays_within_the_grey_range_at_any_intensity(intensity: float) -> None:
    warped = apply(some_faces(), some_deformation(), torch.full((4,), intensity))
    assert warped.abs().max() <= 1


def test_a_flow_of_one_pixel_moves_the_face_by_one_pixel() -> None:
    faces = some_faces()
    flow = torch.zeros(4, 2, 16, 16)
    flow[:, 0] = 2 / 16
    still = torch.zeros(4, 1, 16, 16)
    moved = apply(faces, WarpField(flow, still, still), torch.ones(4))
    torch.testing.assert_close(moved[..., :-1], faces[..., 1:], atol=1e-5, rtol=0)
    assert roughness(flow) == 0


def test_roughness_is_in_pixels() -> None:
    """A flow that grows by one pixel from column to column, and not from row to row."""
    columns = torch.arange(16.0) * 2 / 16
    flow = columns.expand(1, 2, 16, 16)
    torch.testing.assert_close(roughness(flow), torch.tensor(1.0))


def test_augmentation_can_be_switched_off_and_repeats_itself() -> None:
    faces = some_faces()
    assert torch.equal(diffaugment(faces, NOTHING, torch.Generator()), faces)
    once, again = (
        diffaugment(faces, AugmentationRecipe(), torch.Generator().manual_seed(3)) for _ in range(2)
    )
    assert torch.equal(once, again)
    assert not torch.equal(once, faces)


def test_each_change_does_what_it_says() -> None:
    faces = some_faces(200)
    shifted = diffaugment(faces, NOTHING.model_copy(update={"shift": 0.25}), torch.Generator().manual_seed(0))
    assert (shifted[:, 0, 8, 8] != faces[:, 0, 8, 8]).float().mean() > 0.8
    mirrored = diffaugment(
        faces, NOTHING.model_copy(update={"mirror": True}), torch.Generator().manual_seed(0)
    )
    same = torch.tensor([torch.equal(a, b) for a, b in zip(mirrored, faces, strict=True)])
    turned = torch.tensor([torch.equal(a, b.flip(2)) for a, b in zip(mirrored, faces, strict=True)])
    assert bool((same ^ turned).all())
    assert 0.3 < turned.float().mean() < 0.7
    cut = diffaugment(faces, NOTHING.model_copy(update={"cutout": 0.5}), torch.Generator().manual_seed(0))
    assert 0.05 < (cut == 0).float().mean() < 0.3


def test_gradients_pass_through_the_augmentation() -> None:
    faces = some_faces().requires_grad_(True)
    diffaugment(faces, AugmentationRecipe(), torch.Generator().manual_seed(0)).sum().backward()
    assert faces.grad is not None
    assert faces.grad.abs().sum() > 0
