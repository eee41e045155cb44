"""Who is trained on and who is tested: shares are kept, people and categories stay together, seeds decide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.data.data_recipe import ProtocolRecipe
from training.data.faces import Split
from training.data.protocol import (
    assign_splits,
    category_splits,
    official_splits,
    random_splits,
    subject_splits,
)
from training.errors import DataError

LABELS = st.lists(st.integers(0, 6), min_size=1, max_size=200).map(lambda rows: np.array(rows, np.int64))
SHARES = st.tuples(st.floats(0, 0.45), st.floats(0, 0.45))
SEEDS = st.integers(0, 2**31)


def count(splits: NDArray[np.str_], split: Split) -> int:
    return int((splits == split.value).sum())


@given(LABELS, SHARES, SEEDS)
def test_a_draw_keeps_the_shares_of_the_whole_and_of_each_emotion(
    labels: NDArray[np.int64], shares: tuple[float, float], seed: int
) -> None:
    valid, test = shares
    splits = random_splits(labels, valid, test, seed)
    assert set(splits.tolist()) <= {split.value for split in Split}
    for part in (np.ones(len(labels), bool), *(labels == label for label in range(7))):
        for split, share in ((Split.VALID, valid), (Split.TEST, test)):
            # One row from rounding and one carried over from the emotion before.
            assert abs(count(splits[part], split) - share * part.sum()) <= 2
    assert np.array_equal(splits, random_splits(labels, valid, test, seed))


def test_another_seed_draws_others() -> None:
    labels = np.repeat(np.arange(7), 50)
    assert not np.array_equal(random_splits(labels, 0.1, 0.1, 0), random_splits(labels, 0.1, 0.1, 1))


@given(st.data(), SEEDS)
def test_no_subject_is_in_two_splits_and_no_split_is_empty(data: st.DataObject, seed: int) -> None:
    people = data.draw(st.integers(3, 12))
    persons = list(range(people)) + data.draw(st.lists(st.integers(0, people - 1), max_size=150))
    labels = np.array(data.draw(st.lists(st.integers(0, 6), min_size=len(persons), max_size=len(persons))))
    subjects = np.array([f"person {person}" for person in persons])
    splits = subject_splits(subjects, labels, 0.2, 0.2, seed)
    for person in set(subjects.tolist()):
        assert len(set(splits[subjects == person].tolist())) == 1
    assert set(splits.tolist()) == {split.value for split in Split}


def test_many_subjects_come_close_to_the_shares_of_each_emotion() -> None:
    subjects = np.repeat([f"person {i}" for i in range(100)], 14)
    labels = np.tile(np.arange(7), 200)
    splits = subject_splits(subjects, labels, 0.1, 0.1, 0)
    for label in range(7):
        part = splits[labels == label]
        assert count(part, Split.TEST) / len(part) == pytest.approx(0.1, abs=0.01)
        assert count(part, Split.VALID) / len(part) == pytest.approx(0.1, abs=0.01)


def test_rows_without_a_subject_are_placed_nowhere_and_too_few_subjects_are_refused() -> None:
    labels = np.zeros(4, np.int64)
    splits = subject_splits(np.array(["a", "b", "c", ""]), labels, 0.1, 0.1, 0)
    assert splits[3] == ""
    with pytest.raises(DataError, match=r"names 2 subjects, .* at least 3"):
        subject_splits(np.array(["a", "b", "a", ""]), labels, 0.1, 0.1, 0)
    assert "" not in subject_splits(np.array(["a", "b", "a", "b"]), labels, 0.0, 0.5, 0)


@given(st.lists(st.sampled_from(["cars", "food", "games", "news", ""]), max_size=100), SEEDS)
def test_the_test_holds_the_named_categories_and_nothing_else_does(names: list[str], seed: int) -> None:
    categories = np.array([*names, "cars", "food", "games", "news"])
    labels = np.arange(len(categories)) % 7
    splits = category_splits(categories, labels, ("games", "news"), 0.3, seed)
    assert set(categories[splits == Split.TEST.value].tolist()) == {"games", "news"}
    assert set(categories[splits == ""].tolist()) <= {""}
    assert not np.isin(categories[splits == Split.VALID.value], ["games", "news", ""]).any()


def test_training_and_validation_span_the_other_categories() -> None:
    categories = np.repeat(["cars", "food", "games"], 70)
    labels = np.tile(np.arange(7), 30)
    splits = category_splits(categories, labels, ("games",), 0.3, 0)
    for category in ("cars", "food"):
        for split in (Split.TRAIN, Split.VALID):
            assert set(labels[(categories == category) & (splits == split.value)].tolist()) == set(range(7))


@pytest.mark.parametrize(
    ("tested", "complaint"),
    [(("boats",), "names boats, but the set has cars, food"), (("cars", "food"), "every category")],
)
def test_categories_that_cannot_be_tested_are_refused(tested: tuple[str, ...], complaint: str) -> None:
    categories = np.array(["cars", "food", ""])
    with pytest.raises(DataError, match=complaint):
        category_splits(categories, np.zeros(3, np.int64), tested, 0.1, 0)


def test_official_splits_stay_and_a_missing_validation_split_is_taken_from_training() -> None:
    labels = np.zeros(40, np.int64)
    whole = np.array(["train", "valid", "test", ""] * 10)
    assert np.array_equal(official_splits(whole, labels, 0.1, 0), whole)
    made = official_splits(np.array(["train", "test"] * 20), labels, 0.1, 0)
    assert [count(made, split) for split in Split] == [18, 2, 20]
    assert (made[1::2] == Split.TEST.value).all()
    with pytest.raises(DataError, match="no splits of its own"):
        official_splits(np.array([""] * 40), labels, 0.1, 0)


@pytest.mark.parametrize("kind", ["official", "random", "subjects", "categories"])
def test_each_protocol_is_chosen_by_its_name(kind: str) -> None:
    labels = np.arange(28) % 7
    categories = np.array(["cars", "food"] * 14)
    recipe = ProtocolRecipe.model_validate({"kind": kind, "test_categories": ["food"]})
    subjects = np.array([f"person {i // 4}" for i in range(28)])
    splits = assign_splits(recipe, labels, np.array(["train", "test"] * 14), subjects, categories)
    food_is_the_test = np.array_equal(splits == Split.TEST.value, categories == "food")
    people_apart = all(len(set(splits[subjects == one].tolist())) == 1 for one in set(subjects.tolist()))
    assert food_is_the_test == (kind in {"official", "categories"})
    assert people_apart == (kind == "subjects")
