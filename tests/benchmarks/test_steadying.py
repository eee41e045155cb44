"""The measurement of onsets and false changes, on scripted readings and on a real clip with a tiny model."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.steadying import decisions, main
from recognizer.affect import Emotion
from recognizer.steady import STILLS, SteadySettings
from tests.recognizer.timelines import Scene, jittered, showing

NEUTRAL, HAPPY = showing(Emotion.NEUTRAL), showing(Emotion.HAPPY)


def test_decisions_are_the_changes_from_one_emotion_to_another() -> None:
    vague = (1 / 7,) * 7
    script = [Scene(2, NEUTRAL), Scene(3, vague), Scene(2, NEUTRAL), Scene(2, HAPPY)]
    made = decisions(list(jittered(script)), SteadySettings())
    assert [emotion for _, emotion in made] == [Emotion.NEUTRAL, Emotion.HAPPY]
    assert 7 < made[1][0] < 7.7


def test_unsteadied_readings_change_with_every_frame() -> None:
    flicker = [Scene(0.2, HAPPY if index % 2 else NEUTRAL) for index in range(20)]
    assert len(decisions(list(jittered(flicker)), STILLS)) == 20
    assert len(decisions(list(jittered(flicker)), SteadySettings())) <= 4


def test_a_folder_without_the_clips_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--clips", str(tmp_path), "--minutes", "0.1"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "--clips" in said.err
