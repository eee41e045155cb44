"""Grades and exclusion: what a bad recording costs, and that it is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.reactions.baseline import baseline_of
from player.reactions.quality import ASPECTS, Grade, grade
from tests.player.reactions.people import NEUTRAL, Look, Script, readings, smiles, viewing

SMILING_ONCE = smiles()


def graded(script: Script = SMILING_ONCE, facts: dict[str, Any] | None = None, **how: float) -> Grade:
    seen = readings(script, **how)
    return grade(viewing(**(facts or {})), seen, baseline_of(seen), 12)


def test_a_good_viewing_is_a_one() -> None:
    good = graded()
    assert set(good.grades.values()) == {1}
    assert good.overall == 1
    assert good.excluded_because == ""


@pytest.mark.parametrize(
    ("aspect", "expected", "bad"),
    [
        ("face", 5, graded(lambda t: NEUTRAL if t < 8 else None)),
        ("face", 6, graded(lambda t: NEUTRAL if t < 4 else None)),
        ("watched", 5, graded(seconds=7)),
        ("watched", 6, graded(seconds=2)),
        ("trust", 6, graded(lambda t: Look(quality=0.05))),
        ("light", 4, graded(lambda t: Look(light=0.5))),
        ("pose", 6, graded(lambda t: Look(yaw_degrees=35))),
        ("frames", 3, graded(rate=15)),
        ("frames", 5, graded(rate=6)),
        ("sync", 4, graded(facts={"offset_known": "assumed", "jitter_seconds": None})),
        ("sync", 1, graded(facts={"offset_known": "stated", "jitter_seconds": None})),
        ("sync", 6, graded(facts={"jitter_seconds": 0.7})),
        ("rest", 2, graded(rest=2)),
        ("rest", 4, graded(rest=0)),
    ],
)
def test_each_fault_costs_a_grade(aspect: str, expected: int, bad: Grade) -> None:
    assert bad.grades[aspect] == expected
    assert bad.overall >= expected
    assert bool(bad.excluded_because) == (bad.overall > 4)
    if expected > 4:
        assert ASPECTS[aspect].says in bad.excluded_because


def test_a_viewing_without_anything_is_a_six() -> None:
    seen = readings(smiles())
    nothing = seen.where(np.zeros(len(seen), bool))
    bad = grade(viewing(), nothing, baseline_of(nothing), 12)
    assert bad.overall == 6
    assert bad.excluded_because


@given(st.sampled_from(sorted(ASPECTS)), st.floats(-1, 100), st.floats(-1, 100))
def test_a_better_value_never_gets_a_worse_grade(name: str, first: float, second: float) -> None:
    aspect = ASPECTS[name]
    worse, better = sorted((first, second), reverse=not aspect.more_is_better)
    assert 1 <= aspect.grade(better) <= aspect.grade(worse) <= 6
