"""Who is drawn: what was asked for, and nobody twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.synthesis.rendered.people.appearance import BeardCut
from training.synthesis.rendered.people.sampling import (
    ANCESTRIES,
    EYE_COLOURS,
    HAIR_COLOURS,
    sample_appearance,
    sample_identity,
)
from training.synthesis.rendered.people.traits import AGES, sample_traits
from training.synthesis.rendered.people.wardrobe import CUTS, cut_named
from training.synthesis.request import AgeGroup, Ethnicity, Gender

LABELS = ("l-eye-scale-incr", "r-eye-scale-incr", "nose-hump-incr", "head-age-incr", "neck-double-incr")
PEOPLE = st.tuples(st.sampled_from(AgeGroup), st.sampled_from(Gender), st.sampled_from(Ethnicity))


@given(PEOPLE, st.integers(0, 5000))
def test_people_are_as_old_and_as_dark_as_was_asked(
    who: tuple[AgeGroup, Gender, Ethnicity], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    traits = sample_traits(*who, rng)
    look = sample_appearance(traits, rng)
    assert AGES[who[0]][0] <= traits.age <= AGES[who[0]][1]
    assert ANCESTRIES[who[2]].melanin[0] <= look.skin.melanin <= ANCESTRIES[who[2]].melanin[1]
    assert all(0.0 <= value <= 1.0 for value in (*look.skin.base, *look.hair.colour, *look.eyes.iris))


@given(st.sampled_from(Ethnicity), st.integers(0, 2000))
def test_children_and_women_have_no_beards_and_children_no_lines(ethnicity: Ethnicity, seed: int) -> None:
    for age, gender in ((AgeGroup.CHILD, Gender.MALE), (AgeGroup.ELDERLY, Gender.FEMALE)):
        rng = np.random.default_rng(seed)
        look = sample_appearance(sample_traits(age, gender, ethnicity, rng), rng)
        assert look.beard.cut is BeardCut.NONE
        assert look.skin.shaven == 0.0
        assert (look.skin.lines > 0) == (age is AgeGroup.ELDERLY)


def test_heads_are_nearly_alike_on_both_sides_and_differ_between_people() -> None:
    traits = sample_traits(AgeGroup.CHILD, Gender.MALE, Ethnicity.ASIAN, np.random.default_rng(0))
    first, second = (sample_identity(traits, LABELS, np.random.default_rng(seed)) for seed in (1, 2))
    assert first.local["l-eye-scale-incr"] == pytest.approx(first.local["r-eye-scale-incr"], abs=0.3)
    assert "head-age-incr" not in first.local
    assert first != second
    assert first == sample_identity(traits, LABELS, np.random.default_rng(1))


def test_the_tables_name_colours_that_there_are() -> None:
    for ancestry in ANCESTRIES.values():
        assert set(ancestry.hair) <= set(HAIR_COLOURS)
        assert set(ancestry.eyes) <= set(EYE_COLOURS)
    assert set(ANCESTRIES) == set(Ethnicity)
    assert set(AGES) == set(AgeGroup)


@pytest.mark.parametrize("name", CUTS)
def test_every_cut_can_be_drawn(name: str) -> None:
    cut = cut_named(name, np.random.default_rng(0))
    assert cut == cut_named(name, np.random.default_rng(0))
    assert min(cut.top, cut.side, cut.back) > 0
    assert 0.0 <= cut.cover <= 1.0
