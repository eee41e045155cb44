from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.music.analysis.mood_curve import LATEST_SHARE, LEAST_LEFT_SECONDS, MoodCurve, entry_seconds
from recognizer.affect import Affect

BRIGHT, DARK = Affect(0.8, 0.5), Affect(-0.8, -0.5)
UNIT = st.floats(-1, 1)


def curve_of(*moods: Affect, step_seconds: float = 10.0, silent: frozenset[int] = frozenset()) -> MoodCurve:
    return MoodCurve(
        step_seconds, tuple(mood.valence for mood in moods), tuple(mood.arousal for mood in moods), silent
    )


@st.composite
def curves(draw: st.DrawFn) -> MoodCurve:
    points = draw(st.lists(st.tuples(UNIT, UNIT), min_size=1, max_size=40))
    silent = draw(st.frozensets(st.integers(0, len(points) - 1)))
    return curve_of(*(Affect(*point) for point in points), step_seconds=draw(st.floats(1, 20)), silent=silent)


def test_a_track_that_turns_bright_is_entered_where_it_does() -> None:
    curve = curve_of(*[DARK] * 6, *[BRIGHT] * 12)

    assert entry_seconds(curve, BRIGHT, 0.0, 180.0) == 60.0
    assert entry_seconds(curve, DARK, 0.4, 180.0) == 0.4


def test_a_place_that_is_hardly_nearer_is_no_reason_to_leave_the_beginning_out() -> None:
    curve = curve_of(*[Affect(0.5, 0.5)] * 6, *[Affect(0.6, 0.5)] * 12)

    assert entry_seconds(curve, BRIGHT, 0.0, 180.0) == 0.0


def test_a_finale_that_fits_is_not_begun_with() -> None:
    curve = curve_of(*[DARK] * 13, *[BRIGHT] * 5)

    assert entry_seconds(curve, BRIGHT, 0.0, 180.0) <= 120.0


def test_a_pause_is_not_begun_with() -> None:
    curve = curve_of(*[DARK] * 3, *[BRIGHT] * 15, silent=frozenset({3, 4}))

    assert entry_seconds(curve, BRIGHT, 0.0, 180.0) == 50.0


def test_a_short_track_is_begun_with_its_beginning() -> None:
    assert entry_seconds(curve_of(DARK, BRIGHT, BRIGHT), BRIGHT, 0.1, 25.0) == 0.1


@given(curves(), UNIT, UNIT, st.floats(0, 30), st.none() | st.floats(1, 900))
def test_the_entry_is_the_first_sound_or_an_allowed_place(
    curve: MoodCurve, valence: float, arousal: float, start: float, duration: float | None
) -> None:
    entry = entry_seconds(curve, Affect(valence, arousal), start, duration)

    length = len(curve) * curve.step_seconds if duration is None else duration
    assert entry == start or (
        start < entry <= min(LATEST_SHARE * length, length - LEAST_LEFT_SECONDS)
        and round(entry / curve.step_seconds) not in curve.silent
    )


@given(curves(), st.floats(-5, 10_000))
def test_every_moment_has_a_mood(curve: MoodCurve, seconds: float) -> None:
    mood = curve.at(seconds)

    assert (mood.valence, mood.arousal) in zip(curve.valence, curve.arousal, strict=True)


@given(curves(), UNIT, UNIT)
def test_a_moved_curve_stays_on_the_plane(curve: MoodCurve, valence: float, arousal: float) -> None:
    moved = curve.moved(valence, arousal)

    assert all(-1 <= value <= 1 for value in (*moved.valence, *moved.arousal))
    assert moved.moved(0.0, 0.0) == moved
    assert (moved.step_seconds, moved.silent) == (curve.step_seconds, curve.silent)


def test_a_curve_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        MoodCurve(5.0, (), ())
