"""Grades and exclusion: what a bad recording costs, and that it is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.reactions.baseline import baseline_of
from player.reactions.measures import measure
from player.reactions.quality import ASPECTS, Grade, covered_seconds, grade
from recognizer.affect import Emotion
from tests.player.reactions.people import NEUTRAL, SMILING, Look, Script, readings, smiles, viewing

SMILING_ONCE = smiles()


def graded(script: Script = SMILING_ONCE, facts: dict[str, Any] | None = None, **how: float) -> Grade:
    seen = readings(script, **how)
    return grade(viewing(**(facts or {})), seen, baseline_of(seen), 12, film_frames_per_second=25)


def test_a_good_viewing_is_a_one() -> None:
    good = graded()
    assert set(good.grades.values()) == {1}
    assert good.overall == 1
    assert good.excluded_because == ""


@pytest.mark.parametrize(
    ("aspect", "expected", "bad"),
    [
        ("watched", 5, graded(seconds=7)),
        ("watched", 6, graded(seconds=2)),
        ("shown", 5, graded(facts={"shown_pictures": 200})),
        ("visible", 6, graded(lambda t: NEUTRAL if t % 0.5 < 0.2 else None)),
        ("visible", 6, graded(lambda t: Look(height_px=25))),
        ("visible", 6, graded(lambda t: NEUTRAL if t > 5 else None)),
        ("alone", 5, graded(lambda t: Look(faces=2) if t > 6 else NEUTRAL)),
        ("trust", 6, graded(lambda t: Look(quality=0.05))),
        ("light", 4, graded(lambda t: Look(light=0.5))),
        ("pose", 5, graded(lambda t: Look(yaw_degrees=35))),
        ("frames", 3, graded(rate=15)),
        ("frames", 5, graded(rate=6)),
        ("sync", 4, graded(facts={"offset_known": "assumed", "jitter_seconds": None})),
        ("sync", 1, graded(facts={"offset_known": "stated", "jitter_seconds": None})),
        ("sync", 6, graded(facts={"jitter_seconds": 0.7})),
        ("rest", 2, graded(rest=2)),
        ("rest", 4, graded(rest=0)),
        ("rest_still", 4, graded(lambda t: Look(yaw_degrees=25 if -1.45 < t < 0 else 0))),
        ("rest_neutral", 5, graded(lambda t: SMILING)),
        ("rest_neutral", 1, graded(lambda t: Look(Emotion.ANGRY, share=0.5))),
    ],
)
def test_each_fault_costs_a_grade(aspect: str, expected: int, bad: Grade) -> None:
    assert bad.grades[aspect] == expected
    assert bad.overall >= expected
    assert bool(bad.excluded_because) == (bad.overall > 4)
    if expected > 4:
        assert ASPECTS[aspect].says in bad.excluded_because


@pytest.mark.parametrize(
    "script",
    [
        lambda t: None if 6 <= t < 12 else NEUTRAL,  # leaves, or covers the face
        lambda t: Look(yaw_degrees=70 if 3 <= t < 9 else 0, quality=0.05 if 3 <= t < 9 else 1),  # looks away
    ],
)
def test_behaviour_is_no_failure(script: Script) -> None:
    found = graded(script)
    assert found.excluded_because == ""
    assert found.overall == 1


def test_what_a_reader_must_know_is_remarked() -> None:
    found = graded(lambda t: None if t > 9 else Look(faces=2) if 0 <= t < 1 else NEUTRAL)
    assert found.remarks == ("another face in view for 1.0 s", "out of sight for 3.0 s")


def test_a_dark_picture_is_no_behaviour() -> None:
    seen = readings(lambda t: NEUTRAL if t < 4 else None)
    light = np.where(seen.film_seconds < 4, 0.5, 0.01)
    dark = grade(viewing(), replace(seen, picture_light=light), baseline_of(seen), 12)
    assert dark.grades["visible"] == 6
    attention = measure(replace(seen, picture_light=light), 12).trace("attention")
    assert np.isnan(attention[21:]).all()
    assert measure(seen, 12).trace("attention")[21:] == pytest.approx(0)


def test_what_was_watched_is_the_time_that_is_covered() -> None:
    """A recording without the film's first 8 of 12 s ends with the film all the same."""
    seen = readings(smiles())
    late = seen.where((seen.film_seconds < 0) | (seen.film_seconds >= 8))
    assert grade(viewing(), late, baseline_of(late), 12).values["watched"] == pytest.approx(1 / 3, abs=0.02)
    assert covered_seconds(np.array([0, 0.1, 0.2, 5.0, 5.1]), 12) == pytest.approx(0.5)
    assert covered_seconds(np.array([3.0]), 12) == 0


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
