"""The course of a fit: learning rate, sizes, time left, when to stop."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from training.fit_recipe import FitRecipe, SizePhase
from training.fitting.history import Epoch, best_epoch, has_stalled, summary_line
from training.fitting.optimise import learning_rate_share
from training.fitting.schedule import seconds_left, size_of_epoch, steps_per_epoch
from training.nets.norm_statistics import NormStatistics

GROWING = FitRecipe(
    epochs=4, sizes=(SizePhase(from_epoch=0, size_px=32), SizePhase(from_epoch=2, size_px=64))
)


def epochs(*accuracies: float | None) -> list[Epoch]:
    return [
        Epoch(number, 48, 0.01, 1.0, value, None if value is None else 1 - value, value, 60.0, 100.0)
        for number, value in enumerate(accuracies)
    ]


@pytest.mark.parametrize(("schedule", "end"), [("linear", 0), ("cosine", 0), ("constant", 1)])
def test_the_learning_rate_rises_and_then_follows_its_schedule(schedule: str, end: float) -> None:
    recipe = FitRecipe.model_validate({"schedule": schedule, "warmup_share": 0.1})
    shares = [learning_rate_share(i / 100, recipe) for i in range(101)]
    assert max(shares) == shares[10] == 1
    assert shares[0] == 0
    assert shares[100] == pytest.approx(end)
    assert shares[10:] == sorted(shares[10:], reverse=True)


def test_without_a_warm_up_the_first_step_has_the_full_rate() -> None:
    assert learning_rate_share(0.0, FitRecipe(warmup_share=0)) == 1


def test_images_grow_when_the_recipe_says_so_and_else_have_the_nets_size() -> None:
    assert [size_of_epoch(GROWING, epoch, 48) for epoch in range(4)] == [32, 32, 64, 64]
    assert size_of_epoch(FitRecipe(), 3, 112) == 112


def test_the_time_left_knows_that_bigger_images_take_longer() -> None:
    # Two epochs of a minute, then two of four minutes.
    assert seconds_left(GROWING, 48, 0, 60, 32) == 2 * 60 + 2 * 240
    assert seconds_left(GROWING, 48, 0.5, 60, 32) == 1.5 * 60 + 2 * 240
    assert seconds_left(GROWING, 48, 3, 240, 64) == 240
    assert seconds_left(GROWING, 48, 4, 240, 64) == 0


def test_the_best_epoch_is_the_first_with_the_best_score() -> None:
    assert best_epoch(epochs(0.3, 0.6, 0.6, 0.5), "accuracy") == 1
    assert best_epoch(epochs(0.3, 0.6, 0.5), "loss") == 1
    assert best_epoch(epochs(None, None), "accuracy") is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.integers(1, 5))
def test_a_fit_has_stalled_when_its_best_epoch_is_too_long_ago(scores: list[float], patience: int) -> None:
    history = epochs(*scores)
    ago = len(scores) - 1 - scores.index(max(scores))
    assert has_stalled(history, "accuracy", patience) == (ago >= patience)
    assert not has_stalled(history, "accuracy", 0)


def test_an_epoch_is_one_pass_or_as_many_steps_as_the_recipe_says_where_those_are_fewer() -> None:
    assert [steps_per_epoch(FitRecipe(batch=8, epoch_steps=steps), 100) for steps in (None, 3, 50)] == [
        12,
        3,
        12,
    ]
    assert steps_per_epoch(FitRecipe(batch=8), 5) == 1


def test_an_epoch_is_one_line_for_people() -> None:
    line = summary_line(epochs(0.25, 0.7)[1], 30, 3700)
    assert line == (
        "epoch  2/30  48 px  loss 1.000  valid 70.00%  loss 0.300  F1 0.700  100 images/s  1:00, 1:01:40 left"
    )
    assert "not validated" in summary_line(epochs(None)[0], 1, 0)


def test_statistics_of_a_step_are_the_mean_of_what_its_parts_make_of_the_first() -> None:
    torch.manual_seed(0)
    parts = [torch.randn(8, 3) + 4, torch.randn(8, 3) * 2]
    net = nn.BatchNorm1d(3)
    singly = []
    for part in parts:
        alone = nn.BatchNorm1d(3)
        alone(part)
        singly.append(alone.state_dict())
    statistics = NormStatistics(net)
    statistics.begin()
    for part in parts:
        statistics.before_part()
        net(part)
        statistics.after_part(1 / len(parts))
    statistics.end()
    for name in ("running_mean", "running_var"):
        expected = (singly[0][name] + singly[1][name]) / 2
        torch.testing.assert_close(net.state_dict()[name], expected)
    assert net.num_batches_tracked == 1
