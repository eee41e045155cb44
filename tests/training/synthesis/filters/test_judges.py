"""Each filter judges by what it is given, and says why."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS, Emotion
from tests.training.drawn_faces import drawn_faces
from training.synthesis.facs import UNITS
from training.synthesis.filters.balance import judge_balance
from training.synthesis.filters.copies import judge_copies
from training.synthesis.filters.faces import MeantFace
from training.synthesis.filters.filter_recipe import (
    BalanceRecipe,
    CopiesRecipe,
    LabelsRecipe,
    RealismRecipe,
    UnitsRecipe,
)
from training.synthesis.filters.labels import judge_label
from training.synthesis.filters.realism import (
    judge_realism,
    neighbour_distances,
    realism_scores,
    usual_distance,
)
from training.synthesis.filters.units import agreement_by_unit, judge_units
from training.synthesis.filters.verdict import Reject, Relabel

HAPPY, SAD = EMOTIONS.index(Emotion.HAPPY), EMOTIONS.index(Emotion.SAD)


def read_as(*readings: tuple[int, float]) -> NDArray[np.float32]:
    """One model a reading: this emotion with this probability, the rest shared by the others."""
    rows = np.array([np.full(7, (1 - probability) / 6) for _, probability in readings], np.float32)
    for row, (label, probability) in enumerate(readings):
        rows[row, label] = probability
    return rows


def meant(
    emotion: Emotion | None = Emotion.HAPPY, units: dict[int, float] | None = None, **attributes: str
) -> MeantFace:
    return MeantFace("images/000000.png", emotion, units or {}, attributes, {"path": "", "label": ""})


def measured(**units: float) -> NDArray[np.float32]:
    """Measured units by name, such as au12=0.6; the others are 0."""
    row = np.zeros(len(UNITS), np.float32)
    for name, value in units.items():
        row[UNITS.index(int(name.removeprefix("au")))] = value
    return row


NO_FACE = np.full(len(UNITS), np.nan, np.float32)


def test_a_face_that_is_read_as_meant_keeps_its_label() -> None:
    assert judge_label(Emotion.HAPPY, read_as((HAPPY, 0.9)), LabelsRecipe()) is None


def test_a_face_that_all_models_surely_read_otherwise_gets_that_label() -> None:
    verdict = judge_label(Emotion.SAD, read_as((HAPPY, 0.95), (HAPPY, 0.9)), LabelsRecipe())
    assert isinstance(verdict, Relabel)
    assert verdict.emotion == Emotion.HAPPY
    assert "meant as sad" in verdict.reason


def test_where_relabelling_is_off_it_is_rejected_instead() -> None:
    verdict = judge_label(Emotion.SAD, read_as((HAPPY, 0.95)), LabelsRecipe(relabel=False))
    assert isinstance(verdict, Reject)
    assert verdict.kind == "read otherwise"


def test_models_that_disagree_make_the_label_unsure() -> None:
    readings = read_as((HAPPY, 0.99), (HAPPY, 0.99), (HAPPY, 0.99), (EMOTIONS.index(Emotion.FEAR), 0.6))
    verdict = judge_label(Emotion.SAD, readings, LabelsRecipe(relabel_at=0.7))
    assert isinstance(verdict, Reject)
    assert "75% of the models" in verdict.reason
    enough = judge_label(Emotion.SAD, readings, LabelsRecipe(relabel_at=0.7, agreement=0.75))
    assert isinstance(enough, Relabel)


def test_a_face_meant_as_no_emotion_gets_one_or_goes() -> None:
    assert isinstance(judge_label(None, read_as((SAD, 0.9)), LabelsRecipe()), Relabel)
    assert isinstance(judge_label(None, read_as((SAD, 0.4)), LabelsRecipe()), Reject)


@given(st.floats(0.15, 1), st.sampled_from(EMOTIONS))
def test_a_label_changes_only_for_something_surer(probability: float, emotion: Emotion) -> None:
    verdict = judge_label(emotion, read_as((HAPPY, probability)), LabelsRecipe())
    if isinstance(verdict, Relabel):
        assert probability >= LabelsRecipe().relabel_at - 1e-6
        assert verdict.emotion != emotion


def test_units_that_show_pass_and_units_that_do_not_are_named() -> None:
    face = meant(units={12: 0.9, 1: 0.7, 4: 0.2})
    assert judge_units(face, measured(au12=0.6, au01=0.3), UnitsRecipe()) is None
    verdict = judge_units(face, measured(au04=0.9), UnitsRecipe())
    assert isinstance(verdict, Reject)
    assert "12 (meant 0.90, measured 0.00)" in verdict.reason
    assert "4 (" not in verdict.reason


def test_half_of_the_meant_units_is_enough_where_the_recipe_says_so() -> None:
    face = meant(units={12: 0.9, 1: 0.9})
    seen = measured(au12=0.6)
    assert judge_units(face, seen, UnitsRecipe(least_share=0.5)) is None
    assert isinstance(judge_units(face, seen, UnitsRecipe(least_share=0.6)), Reject)


def test_units_that_are_not_judged_are_left_alone() -> None:
    face = meant(units={15: 0.9})
    assert judge_units(face, measured(), UnitsRecipe()) is None
    assert isinstance(judge_units(face, measured(), UnitsRecipe(judged=frozenset({15}))), Reject)


def test_units_that_nobody_can_measure_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="unit 6 cannot be measured"):
        UnitsRecipe(judged=frozenset({6, 12}))


def test_a_mask_excuses_the_mouth_and_not_the_brows() -> None:
    smile = meant(units={12: 0.9}, obstruction="mask")
    assert judge_units(smile, measured(), UnitsRecipe()) is None
    frown = meant(units={4: 0.9}, obstruction="mask")
    assert isinstance(judge_units(frown, measured(), UnitsRecipe()), Reject)


def test_a_smile_that_nobody_meant_is_unwanted() -> None:
    verdict = judge_units(meant(Emotion.SAD, {15: 0.8}), measured(au15=0.8, au12=0.7), UnitsRecipe())
    assert isinstance(verdict, Reject)
    assert verdict.kind == "unwanted unit"


def test_a_generator_that_knows_no_units_is_not_held_to_them() -> None:
    assert judge_units(meant(Emotion.HAPPY), measured(au12=0.9), UnitsRecipe()) is None


@pytest.mark.parametrize(
    ("must_find", "angle", "rejected"),
    [("clear", "frontal", True), ("clear", "side", False), ("all", "side", True), ("none", "frontal", False)],
)
def test_where_no_face_is_found_the_view_decides(must_find: str, angle: str, rejected: bool) -> None:
    recipe = UnitsRecipe.model_validate({"must_find": must_find})
    assert isinstance(judge_units(meant(angle=angle), NO_FACE, recipe), Reject) is rejected


def test_agreement_tells_which_units_show() -> None:
    faces = [meant(units={12: level, 4: level}) for level in (0.1, 0.5, 0.9, 0.3)]
    rows = np.stack([measured(au12=level, au04=0.2) for level in (0.1, 0.5, 0.9, 0.3)])
    agreement = agreement_by_unit([*faces, meant()], np.concatenate([rows, NO_FACE[None]]))
    assert agreement == {12: pytest.approx(1.0)}


def clouds(apart: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """200 real and 100 synthetic points in five dimensions whose means lie `apart`."""
    rng = np.random.default_rng(0)
    real, synthetic = rng.normal(size=(200, 5)), rng.normal(size=(100, 5))
    synthetic[:, 0] += apart
    return real.astype(np.float32), synthetic.astype(np.float32)


def test_nobody_tells_equal_sets_apart_and_everybody_different_ones() -> None:
    scores, told = realism_scores(*clouds(0), folds=5)
    assert scores.shape == (100,)
    assert 0.35 < told < 0.65
    far, told = realism_scores(*clouds(8), folds=5)
    assert told > 0.99
    assert far.mean() < scores.mean()


def test_the_likeliest_face_scores_highest() -> None:
    real, synthetic = clouds(3)
    scores, _ = realism_scores(real, synthetic, folds=5)
    assert np.corrcoef(scores, synthetic[:, 0])[0, 1] < -0.8


def test_too_few_faces_to_fold_are_refused() -> None:
    real, synthetic = clouds(0)
    with pytest.raises(ValueError, match="at least 5"):
        realism_scores(real, synthetic[:4], folds=5)


def test_distances_are_to_the_nearest_real_faces() -> None:
    real = np.array([[0.0], [1.0], [2.0], [10.0]], np.float32)
    np.testing.assert_allclose(neighbour_distances(np.array([[5.0]], np.float32), real, 2), [4.0])
    assert usual_distance(real, 1) == pytest.approx(8, abs=0.3)


def test_a_face_is_rejected_by_score_or_by_distance() -> None:
    recipe = RealismRecipe(beyond=1.5)
    assert judge_realism(0.4, 0.2, 1.0, 1.0, recipe) is None
    low = judge_realism(0.1, 0.2, 1.0, 1.0, recipe)
    assert isinstance(low, Reject)
    assert low.kind == "looks synthetic"
    far = judge_realism(0.4, 0.2, 1.6, 1.0, recipe)
    assert isinstance(far, Reject)
    assert "1.60 times as far" in far.reason
    assert judge_realism(0.4, 0.2, 9.0, 1.0, RealismRecipe(beyond=None)) is None


def test_faces_that_are_alike_but_no_near_copies_go_where_the_recipe_asks_for_it() -> None:
    rng = np.random.default_rng(0)
    first = rng.integers(60, 200, (48, 48))
    alike = first + rng.normal(0, 30, (48, 48))
    pictures = np.stack([first, np.clip(alike, 0, 255)]).astype(np.uint8)
    likeness = float(np.corrcoef(pictures[0].ravel(), pictures[1].ravel())[0, 1])
    assert 0.75 < likeness < 0.85
    low, high = (judge_copies(pictures, ["a", "b"], None, CopiesRecipe(correlation=c)) for c in (0.75, 0.85))
    assert low == [None, Reject("near copy", f"correlates by {likeness:.3f} with a")]
    assert high == [None, None]


def test_the_first_of_several_copies_stays() -> None:
    pictures = drawn_faces(1).images[:4].copy()
    pictures[2] = np.clip(pictures[0].astype(int) + 3, 0, 255)
    verdicts = judge_copies(pictures, list("abcd"), None, CopiesRecipe(correlation=0.999))
    assert [verdict is None for verdict in verdicts] == [True, True, False, True]
    assert isinstance(verdicts[2], Reject)
    assert verdicts[2].reason.endswith("with a")


def test_a_copy_of_a_real_face_goes_whatever_the_others_are() -> None:
    pictures = drawn_faces(1).images[:3]
    verdicts = judge_copies(pictures, list("abc"), pictures[1:2], CopiesRecipe(correlation=0.999))
    assert [verdict is None for verdict in verdicts] == [True, False, True]
    assert isinstance(verdicts[1], Reject)
    assert verdicts[1].kind == "copy of a real face"


def test_the_commonest_emotion_is_cut_down_to_the_ratio() -> None:
    emotions = [Emotion.HAPPY] * 30 + [Emotion.SAD] * 10 + [Emotion.FEAR] * 10
    faces = [meant(emotion) for emotion in emotions]
    verdicts = judge_balance(faces, emotions, BalanceRecipe(ratio=1.5), seed=0)
    left = [emotion for emotion, verdict in zip(emotions, verdicts, strict=True) if verdict is None]
    assert {emotion: left.count(emotion) for emotion in left} == {
        Emotion.HAPPY: 15,
        Emotion.SAD: 10,
        Emotion.FEAR: 10,
    }
    assert verdicts == judge_balance(faces, emotions, BalanceRecipe(ratio=1.5), seed=0)


def test_within_an_emotion_the_attributes_are_balanced_too() -> None:
    kinds = ["glasses"] * 30 + ["none"] * 10 + ["hair"] * 10
    faces = [meant(obstruction=kind) for kind in kinds]
    recipe = BalanceRecipe(ratio=1.0, attributes=("obstruction",))
    verdicts = judge_balance(faces, [Emotion.HAPPY] * 50, recipe, seed=0)
    left = [kind for kind, verdict in zip(kinds, verdicts, strict=True) if verdict is None]
    assert sorted(left) == ["glasses"] * 10 + ["hair"] * 10 + ["none"] * 10
    lost = next(verdict for verdict in verdicts if isinstance(verdict, Reject))
    assert lost.reason == "glasses: 30 faces where 10 are wanted"


@given(st.lists(st.sampled_from(EMOTIONS), max_size=40), st.floats(1, 3))
def test_balance_never_takes_from_what_is_not_too_many(emotions: list[Emotion], ratio: float) -> None:
    faces = [meant(emotion) for emotion in emotions]
    verdicts = judge_balance(faces, emotions, BalanceRecipe(ratio=ratio), seed=1)
    counts = {emotion: emotions.count(emotion) for emotion in set(emotions)}
    for emotion, verdict in zip(emotions, verdicts, strict=True):
        if verdict is not None:
            assert counts[emotion] > ratio * np.median(list(counts.values())) - 1
