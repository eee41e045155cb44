"""Clips of viewers: every frame with what its face does."""

from __future__ import annotations

import csv
import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from recognizer.affect import EMOTIONS, Emotion
from training.synthesis.clips.clip import (
    GAZE_UNITS,
    ClipMotion,
    ClipRequest,
    frames,
    sample_character,
    save_clip,
)
from training.synthesis.rendered.animation.action_units import scale
from training.synthesis.rendered.animation.motion import RISE_SECONDS
from training.synthesis.rendered.engine.renderer import RendererError
from training.synthesis.rendered.engine.shading import Image
from training.synthesis.rendered.geometry.bake import AnatomyError
from training.synthesis.rendered.people.person import Pose
from training.synthesis.rendered.scene.portrait import Portrait
from training.synthesis.request import Ethnicity

PLAN = ((Emotion.NEUTRAL, 1.0), (Emotion.SURPRISE, 2.0), (Emotion.NEUTRAL, 1.0))
MIXED = ClipRequest(tuple((emotion, 1.0) for emotion in EMOTIONS), seed=0)
REQUEST = ClipRequest(PLAN, seed=3, ethnicity=Ethnicity.ASIAN, size_px=(96, 72), frames_per_second=5)


def test_an_expression_rises_from_neutral_holds_and_falls() -> None:
    act = ClipMotion.of(REQUEST)
    assert len(act.poses) == 20
    risen = [act.performance.shown_at(index / 5)[1] for index in range(20)]
    brows = [pose.units.get(2, 0.0) for pose in act.poses]
    assert brows[0] < 0.1 < 0.5 < brows[10]
    assert brows[-1] < 0.1
    assert risen[10] == 1.0
    assert act.performance.shown_at(2.0)[0] is Emotion.SURPRISE
    assert act.performance.shown_at(0.5)[0] is Emotion.NEUTRAL


def test_no_muscle_moves_faster_than_an_expression_rises() -> None:
    """Neither where neutral and expression meet nor where the clip begins again; lids and eyes alone are quicker."""
    fastest = 1.5 / (RISE_SECONDS * MIXED.frames_per_second)
    for seed in range(40):
        poses = ClipMotion.of(replace(MIXED, seed=seed)).poses
        for before, after in zip(poses, (*poses[1:], poses[0]), strict=True):
            for number in (set(before.units) | set(after.units)) - {43, *GAZE_UNITS}:
                moved = abs(after.units.get(number, 0.0) - before.units.get(number, 0.0))
                assert moved <= fastest + 1e-9, f"seed {seed}: AU {number}"


def test_no_muscle_goes_further_than_it_can() -> None:
    for seed in range(100):
        for pose in ClipMotion.of(replace(MIXED, seed=seed, frames_per_second=5)).poses:
            assert all(0.0 <= value <= 1.0 for value in pose.units.values()), f"seed {seed}"


def test_a_viewer_rests_alike_and_shows_emotions_alike_however_strongly() -> None:
    for seed in range(40):
        weak, full = sample_character(seed, 0.4), sample_character(seed, 1.0)
        assert (weak.resting, weak.units[Emotion.NEUTRAL]) == (full.resting, full.units[Emotion.NEUTRAL])
        for emotion in set(Emotion) - {Emotion.NEUTRAL}:
            assert weak.units[emotion] == pytest.approx(scale(full.units[emotion], 0.4))
            assert weak.pitch_degrees[emotion] == pytest.approx(0.4 * full.pitch_degrees[emotion])


def test_the_weaker_act_moves_less() -> None:
    weak = ClipMotion.of(ClipRequest(PLAN, seed=3, intensity=0.3))
    strong = ClipMotion.of(ClipRequest(PLAN, seed=3, intensity=1.0))
    assert max(pose.units.get(2, 0.0) for pose in weak.poses) < max(
        pose.units.get(2, 0.0) for pose in strong.poses
    )


def test_a_clip_without_a_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="plan"):
        ClipRequest((), seed=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        ClipRequest(PLAN, seed=1, intensity=2.0)


def test_a_clip_lies_beside_its_truth(tmp_path: Path) -> None:
    try:
        truth = save_clip(REQUEST, tmp_path / "viewer.mp4")
    except (AnatomyError, RendererError) as error:
        pytest.skip(str(error))
    with truth.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["viewer.csv", "viewer.mp4"]
    assert len(rows) == 20
    assert float(rows[10]["AU2"]) > 0.5 > float(rows[0]["AU2"] or 0.0)
    assert {row["emotion"] for row in rows} == {"neutral", "surprise"}


@pytest.mark.parametrize("wanted", [True, False])
def test_progress_is_shown_on_a_terminal_where_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    portrait = cast(Portrait, Blank())
    assert len(list(frames(portrait, (Pose(), Pose(yaw_degrees=4.0)), wanted))) == 2
    assert ("rendering" in terminal.getvalue()) == wanted


class Terminal(io.StringIO):
    """A stderr that somebody looks at."""

    def isatty(self) -> bool:
        return True


class Blank:
    """A portrait that draws nothing."""

    def picture_of(self, pose: Pose) -> Image:
        return np.zeros((4, 4, 3), dtype=np.uint8)
