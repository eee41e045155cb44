"""What a fit minimises, and what it is shown."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS
from training.fit_recipe import FitRecipe
from training.fitting.losses import learned_targets, two_headed_loss, weights_of_classes
from training.fitting.mixing import MicroBatch, kept_shares, mix

LABELS = np.eye(7, dtype=np.float32)
COUNTS = np.array([3995, 436, 4097, 7215, 4830, 3171, 4965.0])
EVEN = torch.ones(7)


def random_part(count: int = 6, size_px: int = 16) -> MicroBatch:
    rng = torch.Generator().manual_seed(0)
    images = torch.rand(count, 1, size_px, size_px, generator=rng)
    return MicroBatch(images, torch.from_numpy(LABELS[:count].copy()), torch.eye(8)[:count])


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_with_hard_labels_and_even_weights_it_is_the_usual_cross_entropy() -> None:
    logits, votes = torch.randn(7, 7), torch.zeros(7, 8)
    smoothed = learned_targets(LABELS, FitRecipe(label_smoothing=0.1), None)
    loss = two_headed_loss(logits, torch.randn(7, 8), torch.from_numpy(smoothed), votes, EVEN, 0.7)
    expected = F.cross_entropy(logits, torch.arange(7), label_smoothing=0.1)
    torch.testing.assert_close(loss, expected)


def test_faces_without_votes_cost_nothing_on_the_votes_head() -> None:
    votes_logits = torch.randn(7, 8, requires_grad=True)
    targets = torch.from_numpy(LABELS)
    two_headed_loss(torch.randn(7, 7), votes_logits, targets, torch.zeros(7, 8), EVEN, 0.7).backward()
    assert votes_logits.grad is not None
    assert float(votes_logits.grad.abs().max()) == 0


@given(st.floats(0, 1), st.floats(0, 1))
def test_learned_targets_stay_probabilities(smoothing: float, teacher_weight: float) -> None:
    recipe = FitRecipe(label_smoothing=smoothing, teacher_weight=teacher_weight)
    teacher = np.full((7, 7), 1 / 7, np.float32)
    learned = learned_targets(LABELS, recipe, teacher)
    assert learned.sum(1) == pytest.approx(1, abs=1e-5)
    assert learned.min() >= 0


def test_a_teacher_is_mixed_in_by_its_weight() -> None:
    recipe = FitRecipe(label_smoothing=0, teacher_weight=0.25)
    teacher = np.roll(LABELS, 1, axis=1)
    assert learned_targets(LABELS, recipe, teacher) == pytest.approx(0.75 * LABELS + 0.25 * teacher)


@pytest.mark.parametrize("wanted", ["none", "balanced", "effective", dict.fromkeys(map(str, EMOTIONS), 2.0)])
def test_class_weights_leave_the_mean_loss_alone(wanted: object) -> None:
    weights = weights_of_classes(wanted, COUNTS).numpy()  # type: ignore[arg-type]
    assert (weights * COUNTS).sum() / COUNTS.sum() == pytest.approx(1)


def test_rare_emotions_weigh_more_and_the_effective_number_is_gentler() -> None:
    balanced, effective = (weights_of_classes(wanted, COUNTS) for wanted in ("balanced", "effective"))
    assert balanced[1] == balanced.max()
    assert balanced[1] / balanced[3] == pytest.approx(7215 / 436)
    assert 1 < effective[1] / effective[3] < balanced[1] / balanced[3]


@given(st.integers(2, 40), st.floats(0.1, 5), st.integers(0, 100))
def test_every_image_keeps_at_least_half_of_itself(count: int, alpha: float, seed: int) -> None:
    kept = kept_shares(count, alpha, generator(seed))
    assert kept.shape == (count,)
    assert ((kept >= 0.5) & (kept <= 1)).all()


@pytest.mark.parametrize("kind", ["mixup", "cutmix"])
def test_targets_are_mixed_as_the_images_are(kind: str) -> None:
    part = random_part()
    mixed = mix(part, FitRecipe.model_validate({kind: 1.0}), generator(3))
    assert mixed.targets.sum(1) == pytest.approx(torch.ones(6))
    assert mixed.votes.sum(1) == pytest.approx(torch.ones(6))
    for row in range(6):
        partner = int(mixed.targets[row].masked_fill(torch.arange(7) == row, 0).argmax())
        kept = float(mixed.targets[row, row])
        if kept == 1:
            continue
        own, other = part.images[row], part.images[partner]
        if kind == "mixup":
            torch.testing.assert_close(mixed.images[row], own * kept + other * (1 - kept))
        else:
            assert torch.equal(
                (mixed.images[row] == own) | (mixed.images[row] == other), torch.ones_like(own) > 0
            )
            assert float((mixed.images[row] == own).float().mean()) == pytest.approx(kept, abs=1e-5)


def test_without_mixing_a_part_stays_as_it_is() -> None:
    part = random_part()
    assert mix(part, FitRecipe(), generator()) is part
