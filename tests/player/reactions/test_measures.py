"""Measures of one viewer along scripted faces whose answers are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.reactions.actions import ACTIONS
from player.reactions.baseline import baseline_of, corrected_probabilities
from player.reactions.eyes import blinks, blinks_per_minute, closures
from player.reactions.measures import BIN_SECONDS, TRACES, bin_count, bin_times, measure
from recognizer.affect import Emotion
from recognizer.faces import BLENDSHAPES
from tests.player.reactions.people import NEUTRAL, SMILING, Look, readings, smiles

SHUT_HALF = (("eyeBlinkLeft", 0.7), ("eyeBlinkRight", 0.7))
OPEN_HALF = Look(shapes=(("eyeBlinkLeft", 0.28), ("eyeBlinkRight", 0.28)))
SHUT = (("eyeBlinkLeft", 0.9), ("eyeBlinkRight", 0.9))


def test_a_smile_is_seen_when_it_is_there() -> None:
    measured = measure(readings(smiles(4, 8)), 12)
    times = bin_times(60)
    during = (times > 4) & (times < 8)
    assert measured.traces.shape == (60, len(TRACES))
    assert measured.trace("smile")[during] == pytest.approx(0.8)
    assert measured.trace("smile")[~during] == pytest.approx(0)
    assert measured.trace("expressiveness")[during] == pytest.approx(0.8)
    assert (measured.trace("happy")[during] > 0.8).all()
    assert (measured.trace("valence")[during] > 0.5).all()
    assert np.abs(measured.trace("valence")[~during]).max() < 0.1
    assert measured.trace("attention") == pytest.approx(1)
    assert measured.baseline.origin == "before"
    assert measured.baseline.seconds == pytest.approx(3)


def test_a_resting_face_that_smiles_is_no_smile() -> None:
    rest = Look(shapes=(("mouthSmileLeft", 0.4), ("mouthSmileRight", 0.4)))
    more = replace(rest, shapes=(("mouthSmileLeft", 0.7), ("mouthSmileRight", 0.7)))
    measured = measure(readings(lambda t: more if t >= 6 else rest), 12)
    assert measured.trace("smile")[:30] == pytest.approx(0)
    assert measured.trace("smile")[30:] == pytest.approx(0.5)


def test_a_stern_resting_face_is_not_angry() -> None:
    stern = Look(Emotion.ANGRY, share=0.55)
    before = readings(lambda t: stern).probabilities
    measured = measure(readings(lambda t: stern), 12)
    assert before[0, 0] == pytest.approx(0.55)
    assert measured.trace("angry").max() < 0.35
    assert measured.traces[:, :7].sum(axis=1) == pytest.approx(1)


def test_what_a_film_opens_with_is_taken_away_more_carefully() -> None:
    stern = Look(Emotion.ANGRY, share=0.55)
    asked, opening = (measure(readings(lambda t: stern, rest=rest), 12) for rest in (3, 0))
    assert asked.trace("angry").max() < opening.trace("angry").max() < 0.55


def test_without_a_neutral_stretch_the_opening_stands_in() -> None:
    rest = Look(shapes=(("browDownLeft", 0.3), ("browDownRight", 0.3)))
    measured = measure(readings(lambda t: rest, rest=0), 12)
    assert measured.baseline.origin == "opening"
    assert measured.trace("brow_furrow") == pytest.approx(0)


def test_where_nobody_is_seen_nothing_is_claimed() -> None:
    measured = measure(readings(lambda t: SMILING if t < 6 else None), 12)
    assert np.isnan(measured.trace("smile")[30:]).all()
    assert measured.trace("attention")[30:] == pytest.approx(0)
    nobody = measure(readings(lambda t: None), 12)
    assert nobody.baseline.origin == "none"
    assert nobody.blinks_per_minute is None
    assert np.isnan(nobody.traces[:, :-1]).all()


def test_a_bad_picture_is_not_read_but_the_viewer_is_there() -> None:
    dim = replace(SMILING, quality=0.05)
    measured = measure(readings(lambda t: dim if t >= 6 else NEUTRAL), 12)
    assert np.isnan(measured.trace("smile")[30:]).all()
    assert measured.trace("attention")[30:] == pytest.approx(1)


def test_a_camera_that_stood_still_leaves_a_gap() -> None:
    seen = readings(smiles())
    measured = measure(seen.where((seen.film_seconds < 5) | (seen.film_seconds >= 7)), 12)
    assert np.isnan(measured.trace("attention")[25:35]).all()
    assert not np.isnan(measured.trace("attention")[:25]).any()


@pytest.mark.parametrize(("yaw", "expected"), [(0, 1), (15, 1), (30, 0.5), (-30, 0.5), (45, 0), (-80, 0)])
def test_attention_falls_as_the_head_turns(yaw: float, expected: float) -> None:
    measured = measure(readings(lambda t: Look(yaw_degrees=yaw if t >= 0 else 0)), 12)
    assert measured.trace("attention") == pytest.approx(expected)


def test_a_camera_beside_the_screen_does_not_look_like_inattention() -> None:
    assert measure(readings(lambda t: Look(yaw_degrees=25)), 12).trace("attention") == pytest.approx(1)


def test_eyes_that_follow_the_screen_make_up_for_a_turned_head() -> None:
    """A head turned to the image's right with eyes turned back to the image's left still looks at the screen."""
    back = (("eyeLookInLeft", 0.8), ("eyeLookOutRight", 0.8))
    turned = measure(readings(lambda t: Look(yaw_degrees=30, shapes=back) if t >= 0 else NEUTRAL), 12)
    assert turned.trace("attention") == pytest.approx(1)
    aside = tuple((name, 1.0) for name in ("eyeLookOutLeft", "eyeLookInRight"))
    away = measure(readings(lambda t: Look(yaw_degrees=12, shapes=aside) if t >= 0 else NEUTRAL), 12)
    assert away.trace("attention") == pytest.approx(0)


def test_blinks_are_counted_and_closed_eyes_are_no_blink() -> None:
    def script(seconds: float) -> Look:
        blinks = seconds >= 0 and seconds % 2 < 0.2
        return Look(shapes=SHUT) if blinks or 7 <= seconds < 10 else NEUTRAL

    seen = readings(script)
    baseline = baseline_of(seen)
    found = closures(seen, baseline)
    assert [(each.start_seconds, round(each.end_seconds, 2)) for each in found if each.is_long] == [
        (7, 10.24)
    ]
    assert blinks(seen, baseline) == pytest.approx([0.08, 2.08, 4.08, 6.08], abs=0.05)
    assert blinks_per_minute(seen, baseline) == pytest.approx(60 * 4 / 12)
    attention = measure(seen, 12).trace("attention")
    assert attention[36:50] == pytest.approx(0)
    assert attention[:35] == pytest.approx(1)


def test_no_blink_rate_is_given_where_it_cannot_be_told() -> None:
    for how in ({"rate": 10.0}, {"seconds": 4.0}):
        seen = readings(smiles(), **how)
        assert blinks_per_minute(seen, baseline_of(seen)) is None


def test_lids_that_hang_and_flicker_are_no_blinks() -> None:
    """Blendshapes of a compressed video: half-closed lids that jump about, and never open clearly."""
    jumps = np.random.default_rng(1).uniform(0.35, 0.62, 1000)

    def script(seconds: float) -> Look:
        lid = 0.0 if seconds < 0 else float(jumps[round(seconds * 25) % 1000])
        return Look(shapes=(("eyeBlinkLeft", lid), ("eyeBlinkRight", lid)))

    seen = readings(script)
    assert blinks_per_minute(seen, baseline_of(seen)) in (0, None)
    doubtful = readings(lambda t: NEUTRAL if t < 0 else Look(shapes=SHUT_HALF) if t % 1 < 0.15 else OPEN_HALF)
    assert blinks_per_minute(doubtful, baseline_of(doubtful)) is None


def test_expressiveness_is_a_difference_from_rest() -> None:
    """The strongest of many noisy actions is above 0 in a face at rest; that is not called expressive."""
    random = np.random.default_rng(1)

    def noisy(seconds: float) -> Look:
        shapes = tuple((name, float(abs(random.normal(0.2, 0.1)))) for name in BLENDSHAPES)
        return Look(shapes=shapes)

    measured = measure(readings(noisy), 12)
    assert measured.baseline.rest_expressiveness > 0.1
    assert np.median(measured.trace("expressiveness")) < 0.05


def test_every_action_names_shapes_that_exist() -> None:
    shapes = [shape for action in ACTIONS.values() for shape in action.shapes]
    assert set(shapes) <= set(BLENDSHAPES)
    assert len(shapes) == len(set(shapes))


@given(st.floats(0.1, 500))
def test_bins_cover_a_film(duration: float) -> None:
    count = bin_count(duration)
    assert (count - 1) * BIN_SECONDS <= duration <= count * BIN_SECONDS + 1e-6
    assert bin_times(count)[-1] < duration + BIN_SECONDS


@given(
    st.lists(st.floats(0.001, 1), min_size=7, max_size=7),
    st.sampled_from(list(Emotion)),
    st.floats(0.2, 0.95),
)
def test_correction_keeps_probabilities_and_never_helps_what_rests_high(
    weights: list[float], emotion: Emotion, share: float
) -> None:
    probabilities = np.array([weights]) / sum(weights)
    baseline = baseline_of(readings(lambda t: Look(emotion, share), seconds=1))
    corrected = corrected_probabilities(probabilities, baseline)
    assert corrected.sum() == pytest.approx(1)
    assert (corrected >= 0).all()
    assert corrected[0, 6] >= probabilities[0, 6] - 1e-9
