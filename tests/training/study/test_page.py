"""The report of a study: what it says of arms that differ, and of arms that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.study.pretended import pretend_runs
from training.errors import DataError
from training.report.document import Origin
from training.study.document import document
from training.study.findings import Findings, find
from training.study.page import aims, render, verdicts
from training.study.study_recipe import load_study
from training.study.words import best_sentence, limits, points

ORIGIN = Origin(
    "2026-01-01",
    "a command",
    "faces",
    0,
    {"numpy": "2"},
    {"python": "3"} | dict.fromkeys(("processor", "cores", "system"), "one"),
)


def found(name: str, folder: Path, **skill: float) -> Findings:
    """A shipped study whose arms read as told, the others half of the faces."""
    study = load_study(name).at("laptop")
    pretend_runs(study, folder, {arm: skill.get(arm.replace("-", "_"), 0.5) for arm in study.arms}, 700)
    return find(study, folder)


def test_a_gain_is_told_in_points_with_its_interval_and_its_aim(tmp_path: Path) -> None:
    findings = found("few-plus", tmp_path, real=0.3, plus_5x=0.45)
    sentence = verdicts(findings)[0]
    assert sentence.startswith("50 real and 250 rendered ones against 50 real faces of each emotion: +1")
    assert "points, 95\N{NO-BREAK SPACE}% +" in sentence
    assert "aim was +30 % relative".replace(" %", "\N{NO-BREAK SPACE}%") in aims(findings)[0]
    assert aims(findings)[0].endswith("reached.")


def test_no_gain_is_no_difference_that_these_faces_can_show(tmp_path: Path) -> None:
    findings = found("full-plus", tmp_path)
    assert "no difference these faces and seeds can show (" in verdicts(findings)[0]
    assert all(aim.endswith("missed.") for aim in aims(findings))
    assert verdicts(findings)[0].startswith("Rendered faces first, then all real ones against all real faces")


def test_a_comparison_on_other_faces_says_so(tmp_path: Path) -> None:
    findings = found("paper-a", tmp_path)
    drawn, unseen, _ = verdicts(findings)
    where = "pooled and drawn anew, on all test faces, synthetic ones among them: "
    assert where in drawn
    assert "synthetic ones among them" not in unseen
    assert where.removesuffix(": ") in render(findings, ORIGIN)


def test_the_best_ratio_is_told_with_its_interval_and_drawn(tmp_path: Path) -> None:
    findings = found("paper-b", tmp_path, r50_5x=0.7, r200_1x=0.6)
    sentences = [best_sentence(one) for one in findings.series]
    assert "best at 5 synthetic faces for each real one, of those tried: 0, 0.5, 1, 2, 5, 10." in sentences[0]
    assert "best at 1 synthetic faces for each real one" in sentences[1]
    page = render(findings, ORIGIN)
    assert "The best value" in page
    assert all(sentence in page for sentence in sentences)


def test_curves_are_drawn_where_a_study_asks_for_them(tmp_path: Path) -> None:
    page = render(found("paper-d", tmp_path, plus_1x=0.6), ORIGIN)
    assert page.count("Precision-recall curves of") >= 3
    assert page.count("ROC curves of") >= 3
    assert "PR-AUC" in page


def test_where_people_recur_the_page_says_that_likenesses_are_counted(tmp_path: Path) -> None:
    page = render(found("paper-d", tmp_path), ORIGIN)
    assert "the same people are in both" in page
    assert "without near copies" not in page
    assert "all test faces</th>" not in page, "they are those of the other columns"
    others = render(found("few-plus", tmp_path / "few"), ORIGIN)
    assert "without near copies" in others
    assert "all test faces</th>" in others


def test_the_numbers_are_all_in_the_json(tmp_path: Path) -> None:
    findings = found("paper-b", tmp_path, r50_5x=0.7)
    plain = document(findings, ORIGIN)
    assert plain["series"][0]["best"] == 5
    assert plain["arms"]["r50-5x"]["figures"]["accuracy"]["value"] == pytest.approx(0.7, abs=0.05)
    assert len(plain["arms"]["r50-5x"]["courses"]) == 3
    assert plain["study"]["name"] == "paper-b"


def test_what_it_cannot_tell_follows_from_how_it_was_made(tmp_path: Path) -> None:
    findings = found("few-plus", tmp_path)
    told = " ".join(limits(findings))
    assert findings.study.limits[0] in told
    assert f"All arms learn for {load_study('few-plus').sizes['laptop'].steps} steps" in told
    assert f"{len(findings.study.comparisons)} comparisons at 95 % each" in told


def test_arms_with_other_steps_are_named_with_them(tmp_path: Path) -> None:
    findings = found("few-plus", tmp_path)
    (size,) = findings.study.sizes.values()
    assert size.steps
    share = findings.study.arms["alone"].steps_share
    assert share != 1
    assert f"alone for {round(share * size.steps):,}" in " ".join(limits(findings))


def test_what_an_arm_changes_in_the_fit_is_on_the_page(tmp_path: Path) -> None:
    page = render(found("few-plus", tmp_path), ORIGIN)
    assert "2,000 rendered ones first, then the 50 real ones is fitted with fit.learning_rate 0.005." in page
    assert "augment.rotation_degrees 18, augment.scale 0.18, augment.erase_share 0.5" in page


@pytest.mark.parametrize("kept", [0.0, 0.5])
def test_a_run_that_is_missing_or_broken_is_named(tmp_path: Path, kept: float) -> None:
    findings = found("few-plus", tmp_path)
    broken = tmp_path / "runs" / "plus-1x" / "seed-1" / "predictions.npz"
    whole = broken.read_bytes()
    broken.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(DataError, match="delete it and run the study again"):
        find(findings.study, tmp_path)


def test_points_have_a_sign_and_no_negative_zero() -> None:
    assert [points(v) for v in (0.012, -0.0301, 0.0, -0.0001)] == ["+1.2", "\N{MINUS SIGN}3.0", "0.0", "0.0"]
