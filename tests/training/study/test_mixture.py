"""Mixtures of real and synthetic faces: how many, which, and never a synthetic one in an honest test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from training.data.faces import FaceSet, Split, make_faces
from training.errors import DataError
from training.study.mixture import REAL, Mixture, Source, mix, sources_of, take_nested, wanted
from training.study.study_recipe import AddedFaces, ArmRecipe

PER_CLASS = 12
SOURCE = Source("drawn", filtered=False)


def numbered(per_class: int, splits: tuple[str, ...] = ("train",), first: int = 0) -> FaceSet:
    """Faces whose pixels are their number."""
    rows = [(label, split) for split in splits for label in range(len(EMOTIONS)) for _ in range(per_class)]
    images = np.zeros((len(rows), 4, 4), np.uint8) + (np.arange(len(rows)) + first)[:, None, None].astype(
        np.uint8
    )
    return make_faces(images, [label for label, _ in rows], [split for _, split in rows])


REALS = numbered(PER_CLASS, ("train", "valid", "test"))
DRAWN = numbered(5 * PER_CLASS)


def arm(**keys: Any) -> ArmRecipe:
    return ArmRecipe(title="an arm", **keys)


def mixed(one: ArmRecipe, seed: int = 0) -> Mixture:
    return mix(one, REALS, dict.fromkeys(sources_of(one), DRAWN), seed)


def names(one: Mixture, split: Split, origin: str = REAL) -> set[str]:
    return set(one.faces.names[(one.faces.splits == split.value) & (one.origins == origin)].tolist())


@given(
    real=st.integers(1, PER_CLASS),
    times=st.sampled_from([0.5, 1.0, 2.0, 5.0]),
    seed=st.integers(0, 10_000),
)
def test_an_arm_has_as_many_faces_as_it_says_each_once_and_its_test_is_real(
    real: int, times: float, seed: int
) -> None:
    one = mixed(arm(real=real, synthetic=[{"set": "drawn", "times": times}]), seed)
    counts = one.counts(Split.TRAIN)
    assert set(counts[REAL].values()) == {real}
    drawn = counts.get("drawn", dict.fromkeys(EMOTIONS, 0))
    assert set(drawn.values()) == {round(times * real)}
    assert len(set(one.faces.names.tolist())) == len(one.faces)
    for split in (Split.VALID, Split.TEST):
        rows = one.faces.splits == split.value
        assert set(one.origins[rows].tolist()) == {REAL}
        assert rows.sum() == PER_CLASS * len(EMOTIONS)


@given(few=st.integers(1, PER_CLASS), more=st.integers(1, PER_CLASS), seed=st.integers(0, 10_000))
def test_draws_are_nested(few: int, more: int, seed: int) -> None:
    few, more = sorted((few, more))
    small, large = (mixed(arm(real=n, synthetic=[{"set": "drawn", "times": 2}]), seed) for n in (few, more))
    assert names(small, Split.TRAIN) <= names(large, Split.TRAIN)
    assert names(small, Split.TRAIN, "drawn") <= names(large, Split.TRAIN, "drawn")


@given(seed=st.integers(0, 10_000))
def test_a_mixture_depends_on_its_seed_and_on_nothing_else(seed: int) -> None:
    one = arm(real=6, synthetic=[{"set": "drawn", "times": 1}])
    first, again, other = mixed(one, seed), mixed(one, seed), mixed(one, seed + 1)
    assert np.array_equal(first.faces.names, again.faces.names)
    assert np.array_equal(first.faces.images, again.faces.images)
    assert names(first, Split.TRAIN) != names(other, Split.TRAIN)


def test_images_and_labels_stay_together() -> None:
    one = mixed(arm(real=3, synthetic=[{"set": "drawn", "per_class": 4}]))
    sets = {REAL: REALS, "drawn": DRAWN}
    for image, label, name, origin in zip(
        one.faces.images, one.faces.labels, one.faces.names, one.origins, strict=True
    ):
        source = sets[str(origin)]
        row = source.names.tolist().index(str(name).removeprefix(f"{origin}/"))
        assert (image == source.images[row]).all()
        assert label == source.labels[row]


def test_without_real_faces_these_only_say_how_many_synthetic_ones_there_are() -> None:
    one = mixed(arm(real=4, trained_on_real=False, synthetic=[{"set": "drawn", "times": 3}]))
    assert set(one.counts(Split.TRAIN)["drawn"].values()) == {12}
    assert names(one, Split.TRAIN) == set()
    assert len(names(one, Split.TEST)) == PER_CLASS * len(EMOTIONS)


def test_an_emotion_is_filled_up_and_never_cut() -> None:
    counts: NDArray[np.int64] = np.array([3, 9, 0, 5, 5, 5, 5])
    assert wanted(AddedFaces(set="drawn", fill_to=5), counts).tolist() == [2, 0, 5, 0, 0, 0, 0]
    only = AddedFaces.model_validate({"set": "drawn", "per_class": {"fear": 7}})
    assert wanted(only, counts)[EMOTIONS.index("fear")] == 7
    assert wanted(only, counts).sum() == 7


def test_pooled_faces_are_drawn_anew_and_the_real_ones_whatever_is_added() -> None:
    alone = mixed(arm(pooled=True))
    plus = mixed(arm(pooled=True, synthetic=[{"set": "drawn", "per_class": 20}]))
    assert names(alone, Split.TEST) == names(plus, Split.TEST)
    assert set(plus.origins[plus.faces.splits == Split.TEST.value].tolist()) == {REAL, "drawn"}
    shares = [(plus.faces.splits == split.value).mean() for split in Split]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.01)
    assert names(alone, Split.TEST) != names(mixed(arm(pooled=True), seed=1), Split.TEST)


def test_an_emotion_with_too_few_synthetic_faces_is_named() -> None:
    with pytest.raises(DataError, match="the set drawn has 60 faces of angry, and 61 are wanted"):
        mixed(arm(real=4, synthetic=[{"set": "drawn", "per_class": 61}]))


def test_people_of_two_sets_with_one_name_are_two() -> None:
    people = make_faces(REALS.images, REALS.labels, REALS.splits, subjects=["anna"] * len(REALS))
    drawn = make_faces(DRAWN.images, DRAWN.labels, subjects=["anna"] * len(DRAWN))
    one = mix(arm(synthetic=[{"set": "drawn", "times": 1}]), people, {SOURCE: drawn}, 0)
    assert set(one.faces.subjects.tolist()) == {"real/anna", "drawn/anna"}


@given(st.lists(st.integers(0, PER_CLASS), min_size=7, max_size=7), st.integers(0, 1000))
def test_rows_are_taken_as_counted_and_in_order(counts: list[int], seed: int) -> None:
    labels = np.arange(7 * PER_CLASS) % 7
    rows = take_nested(labels, np.array(counts), seed, "any")
    assert np.bincount(labels[rows], minlength=7).tolist() == counts
    assert (np.diff(rows) > 0).all()
