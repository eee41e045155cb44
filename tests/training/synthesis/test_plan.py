"""The plan keeps a recipe's promises to the last face, and the same face always stands at the same index."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS, Emotion
from training.data.data_recipe import LARGEST_SEED
from training.errors import RecipeError
from training.synthesis.dataset_recipe import SynthesisRecipe
from training.synthesis.plan import Shard, make_plan, quotas, spread, take_turns
from training.synthesis.request import ATTRIBUTES, Obstruction

weights = st.lists(st.floats(0, 10), min_size=1, max_size=6).filter(lambda values: sum(values) > 0.1)


def recipe_of(**changes: Any) -> SynthesisRecipe:
    return SynthesisRecipe.model_validate({"name": "test", "generator": "drawn", **changes})


@st.composite
def recipes(draw: st.DrawFn) -> SynthesisRecipe:
    counts = {emotion: draw(st.integers(0, 30)) for emotion in EMOTIONS} | {Emotion.SAD: 7}
    shares = {
        name: {value: draw(st.sampled_from([0, 1, 2.5])) for value in kind} | {next(iter(kind)): 1}
        for name, kind in ATTRIBUTES.items()
    }
    return recipe_of(faces_per_class=counts, attributes=shares, seed=draw(st.integers(0, LARGEST_SEED)))


@given(recipes())
def test_every_emotion_gets_its_faces_and_every_attribute_its_share(recipe: SynthesisRecipe) -> None:
    plan = make_plan(recipe)
    requests = [plan.request(index) for index in range(len(plan))]
    assert Counter(r.emotion for r in requests) == Counter({e: n for e, n in recipe.counts.items() if n})
    for emotion, count in recipe.counts.items():
        own = [r for r in requests if r.emotion == emotion]
        for name in ATTRIBUTES:
            asked = getattr(recipe.attributes, name)
            got = Counter(r.attributes[name] for r in own)
            for value, weight in asked.items():
                assert abs(got[str(value)] - count * weight / sum(asked.values())) <= 1


@given(recipes())
def test_equal_recipes_ask_for_equal_faces_and_seeds_never_repeat(recipe: SynthesisRecipe) -> None:
    one, other = make_plan(recipe), make_plan(recipe.model_copy())
    requests = [one.request(index) for index in range(len(one))]
    assert requests == [other.request(index) for index in range(len(other))]
    assert len({request.seed for request in requests}) == len(requests)


def test_another_seed_asks_for_other_people() -> None:
    one, other = make_plan(recipe_of(seed=1)), make_plan(recipe_of(seed=2))
    same = sum(one.request(i).attributes == other.request(i).attributes for i in range(len(one)))
    assert same < len(one) / 20


def test_attributes_do_not_hang_together() -> None:
    plan = make_plan(recipe_of(faces_per_class=400))
    for name in ATTRIBUTES:
        for other in ATTRIBUTES:
            if name < other:
                correlation = np.corrcoef(plan.attributes[name], plan.attributes[other])[0, 1]
                assert abs(correlation) < 0.1, (name, other)


def test_intensities_fill_their_range_evenly_within_each_emotion() -> None:
    plan = make_plan(recipe_of(faces_per_class=10, intensity=[0.5, 1.0]))
    happy = sorted(r.intensity for r in map(plan.request, range(len(plan))) if r.emotion == Emotion.HAPPY)
    assert happy == pytest.approx(np.arange(0.525, 1.0, 0.05))


def test_named_expressions_take_turns_and_the_others_are_left_to_the_generator() -> None:
    sets = [{6: 0.7, 12: 1.0}, {12: 0.6}]
    plan = make_plan(recipe_of(faces_per_class=10, expressions={"happy": sets}))
    requests = list(map(plan.request, range(len(plan))))
    happy = [dict(r.action_units) for r in requests if r.emotion == Emotion.HAPPY]
    assert [happy.count(units) for units in sets] == [5, 5]
    assert all(not r.action_units for r in requests if r.emotion != Emotion.HAPPY)


def test_times_multiplies_the_sizes_of_a_real_set() -> None:
    recipe = recipe_of(faces_per_class={"disgust": 436, "happy": 7215}, times=0.5)
    assert recipe.counts[Emotion.DISGUST] == 218
    assert sum(recipe.counts.values()) == 218 + 3608


@given(weights, st.integers(0, 500), st.floats(0, 0.999))
def test_quotas_are_whole_fair_and_complete(shares: list[float], total: int, offset: float) -> None:
    parts = quotas(shares, total, offset)
    assert parts.sum() == total
    assert parts.min() >= 0
    assert np.abs(parts - np.array(shares) / sum(shares) * total).max() < 1 + 1e-6
    assert all(part == 0 for part, share in zip(parts, shares, strict=True) if share == 0)


@given(weights, st.integers(0, 500), st.integers(0, 9))
def test_spreading_keeps_the_quotas(shares: list[float], total: int, seed: int) -> None:
    drawn = spread(shares, total, np.random.default_rng(seed))
    counts = np.bincount(drawn, minlength=len(shares))
    assert np.abs(counts - np.array(shares) / sum(shares) * total).max() < 1 + 1e-6


def test_what_is_left_over_favours_nobody() -> None:
    """One face for four equal shares: over many draws each gets a quarter of them."""
    rng = np.random.default_rng(0)
    counts = sum(quotas([1.0] * 4, 1, rng.random()) for _ in range(2000))
    assert np.abs(np.asarray(counts) / 2000 - 0.25).max() < 0.05


@given(st.lists(st.integers(0, 60), min_size=1, max_size=7))
def test_at_any_time_each_emotion_is_as_far_as_the_others(counts: list[int]) -> None:
    order = take_turns(counts)
    for done in range(0, len(order), 7):
        for label, count in enumerate(counts):
            expected = count * done / len(order)
            assert abs((order[:done] == label).sum() - expected) <= len(counts)


@given(st.integers(1, 9), st.integers(0, 100))
def test_shards_share_all_faces_and_none_twice(count: int, total: int) -> None:
    shards = [Shard(index, count).indices(total) for index in range(count)]
    assert sorted(index for shard in shards for index in shard) == list(range(total))


@pytest.mark.parametrize(("index", "count"), [(2, 2), (-1, 4), (0, 0)])
def test_a_shard_that_is_not_there_is_refused(index: int, count: int) -> None:
    with pytest.raises(RecipeError, match="such as 2/8"):
        Shard(index, count)


def test_what_a_recipe_leaves_out_is_not_drawn() -> None:
    plan = make_plan(recipe_of(faces_per_class=20, attributes={"obstruction": {"glasses": 1}}))
    assert {plan.request(i).obstruction for i in range(len(plan))} == {Obstruction.GLASSES}
