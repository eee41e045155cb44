"""What a fit minimises, and what it is shown."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS
from training.fit_recipe import ClassWeights, FitRecipe, Head
from training.fitting.losses import MOST_TIMES, cross_entropy, training_targets, weights_of_classes
from training.fitting.mixing import MicroBatch, kept_shares, mix

LABELS = np.eye(7, dtype=np.float32)
COUNTS = np.array([3995, 436, 4097, 7215, 4830, 3171, 4965.0])
NO_VOTES = np.zeros((7, 8), np.float32)
HEADS: tuple[Head, ...] = ("label", "votes")


def random_part(count: int = 6, size_px: int = 16) -> MicroBatch:
    rng = torch.Generator().manual_seed(0)
    images = torch.rand(count, 1, size_px, size_px, generator=rng)
    return MicroBatch(images, torch.from_numpy(LABELS[:count].copy()), torch.eye(8)[:count])


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_with_hard_labels_and_even_weights_it_is_the_usual_cross_entropy() -> None:
    logits = torch.randn(7, 7)
    learned = training_targets(LABELS, NO_VOTES, FitRecipe(label_smoothing=0.1), "label")
    loss = cross_entropy(logits, torch.from_numpy(learned.targets), learned.target_weights)
    expected = F.cross_entropy(logits, torch.arange(7), label_smoothing=0.1)
    torch.testing.assert_close(loss, expected)


def test_faces_without_votes_cost_nothing_on_the_votes_head_where_the_labels_answer() -> None:
    votes_logits = torch.randn(7, 8, requires_grad=True)
    learned = training_targets(LABELS, NO_VOTES, FitRecipe(), "label")
    cross_entropy(votes_logits, torch.from_numpy(learned.votes), learned.vote_weights).backward()
    assert votes_logits.grad is not None
    assert float(votes_logits.grad.abs().max()) == 0


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["label", "votes"]), st.booleans())
def test_what_is_learned_stays_probabilities(
    smoothing: float, teacher_weight: float, answers: Head, voted: bool
) -> None:
    recipe = FitRecipe(label_smoothing=smoothing, teacher_weight=teacher_weight)
    votes = np.eye(8, dtype=np.float32)[1:] if voted else NO_VOTES
    learned = training_targets(LABELS, votes, recipe, answers, np.full((7, 7), 1 / 7, np.float32))
    rows = [learned.targets, learned.votes] if voted or answers == "votes" else [learned.targets]
    for each in rows:
        assert each.sum(1) == pytest.approx(1, abs=1e-5)
        assert each.min() >= 0


def test_a_teacher_is_mixed_in_by_its_weight_into_the_head_that_answers() -> None:
    recipe = FitRecipe(label_smoothing=0, teacher_weight=0.25)
    teacher = np.roll(LABELS, 1, axis=1)
    mixed = 0.75 * LABELS + 0.25 * teacher
    by_label, by_votes = (training_targets(LABELS, NO_VOTES, recipe, head, teacher) for head in HEADS)
    assert by_label.targets == pytest.approx(mixed)
    assert by_votes.votes[:, :7] == pytest.approx(mixed)
    assert by_votes.targets == pytest.approx(LABELS)


def test_a_teacher_has_no_say_in_contempt() -> None:
    votes = np.array([[0.3, 0, 0, 0.1, 0, 0, 0.2, 0.4]], np.float32)
    teacher = np.eye(7, dtype=np.float32)[[3]]
    learned = training_targets(LABELS[:1], votes, FitRecipe(teacher_weight=1.0), "votes", teacher)
    assert learned.votes == pytest.approx(np.array([[0, 0, 0, 0.6, 0, 0, 0, 0.4]]))


def test_a_face_without_votes_teaches_the_head_that_answers_its_label() -> None:
    votes = NO_VOTES.copy()
    votes[0, 6] = 1
    learned = training_targets(
        LABELS, votes, FitRecipe(label_smoothing=0.07, class_weights="balanced"), "votes"
    )
    assert learned.votes[0] == pytest.approx(votes[0])
    assert learned.votes[1, 1] == pytest.approx(0.94)
    assert learned.votes[1:, 7] == pytest.approx(0)
    weights = learned.vote_weights.numpy()
    assert weights[6] == pytest.approx(weights[1] / 2), "two faces are neutral now, one is disgusted"
    assert weights[7] == 1


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


@pytest.mark.parametrize("answers", HEADS)
@pytest.mark.parametrize("weights", ["none", "balanced", "effective"])
def test_emotions_without_faces_weigh_nothing_and_get_nothing(weights: ClassWeights, answers: Head) -> None:
    """Four folders, as people have them."""
    rows = np.array([3] * 40 + [4] * 20 + [0] * 10 + [6] * 30)
    there = np.isin(np.arange(7), rows)
    teacher = np.full((len(rows), 7), 1 / 7, np.float32)
    recipe = FitRecipe(label_smoothing=0.1, teacher_weight=0.3, class_weights=weights)
    learned = training_targets(LABELS[rows], np.zeros((len(rows), 8), np.float32), recipe, answers, teacher)
    head, counted = (
        (learned.targets, learned.target_weights)
        if answers == "label"
        else (learned.votes[:, :7], learned.vote_weights[:7])
    )
    assert head[:, ~there].max() == 0
    assert head.sum(1) == pytest.approx(1, abs=1e-5)
    assert counted.numpy()[~there].max() == 0
    assert (counted.numpy()[there] * np.bincount(rows, minlength=7)[there]).sum() == pytest.approx(len(rows))
    assert counted.max() < 4


def test_a_teacher_that_sees_only_what_is_not_there_is_not_heard() -> None:
    teacher = np.repeat(LABELS[2:3], 2, 0)
    learned = training_targets(LABELS[[3, 4]], NO_VOTES[:2], FitRecipe(teacher_weight=0.5), "label", teacher)
    assert learned.targets.sum(1) == pytest.approx(1, abs=1e-5)
    assert learned.targets[:, 2].max() == 0


def test_a_handful_of_faces_does_not_steer_the_fit() -> None:
    weights = weights_of_classes("balanced", np.array([1, 500, 500, 500, 500, 500, 500.0])).numpy()
    assert weights[0] == pytest.approx(MOST_TIMES * weights[1])
