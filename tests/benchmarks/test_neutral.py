"""The measurement of resting faces, on scripted readings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.footage import varied
from benchmarks.neutral import (
    CAPTURE_SECONDS,
    RATE,
    WAYS,
    CaptureCounts,
    Watched,
    by_rest,
    elsewhere,
    main,
    outcome,
)
from recognizer.affect import Emotion, Reading
from tests.player.people.faces import seen
from tests.recognizer.timelines import Vector, showing

SULLEN = showing(Emotion.SAD, 0.9, besides=Emotion.NEUTRAL)


def part(start: float, seconds: float, probabilities: Vector) -> tuple[Reading, ...]:
    return tuple(seen(start + n / RATE, probabilities, face_id=0) for n in range(round(seconds * RATE)))


def test_somebody_who_always_looks_sad_is_right_only_once_captured() -> None:
    rest, later = part(0, CAPTURE_SECONDS, SULLEN), part(CAPTURE_SECONDS, 6, SULLEN)
    result = outcome(Watched("x", rest, later, Emotion.NEUTRAL))
    assert result.rest_read_as is Emotion.SAD
    assert result.right == {"no baseline": 0.0, "learned": 0.0, "captured": 1.0}
    assert result.refused == ""


def test_a_refused_capture_is_counted_as_what_it_is() -> None:
    rest = tuple(
        seen(n / RATE, SULLEN, face_id=0, yaw_degrees=40) for n in range(round(CAPTURE_SECONDS * RATE))
    )
    result = outcome(Watched("x", rest, part(CAPTURE_SECONDS, 6, SULLEN), Emotion.NEUTRAL))
    assert "Look straight" in result.refused
    assert result.right["captured"] == result.right["learned"]


def test_people_are_grouped_by_how_their_rest_is_read() -> None:
    def one(emotion: Emotion, share: float) -> CaptureCounts:
        return CaptureCounts("x", Emotion.NEUTRAL, emotion, dict.fromkeys(WAYS, share), "")

    groups = by_rest([one(Emotion.SAD, 0.0), one(Emotion.SAD, 0.5), one(Emotion.NEUTRAL, 1.0)])
    assert {name: group["faces"] for name, group in groups.items()} == {
        "everybody": 3,
        "rest reads as sad": 2,
        "rest reads as neutral": 1,
    }
    assert groups["everybody"]["right_share"]["captured"] == pytest.approx(0.5)


def test_pictures_change_a_little_from_frame_to_frame_and_more_elsewhere() -> None:
    picture = np.random.default_rng(0).integers(60, 200, (64, 64, 3), np.uint8)
    picture = np.repeat(np.repeat(picture[::8, ::8], 8, axis=0), 8, axis=1)
    dice = np.random.default_rng(1)
    first, second, away = varied(picture, dice), varied(picture, dice), elsewhere(picture)
    assert first.shape == away.shape == picture.shape
    assert (first != second).any()
    assert away.mean() < 0.85 * picture.mean()


def test_a_missing_model_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", str(tmp_path / "none.yaml")]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
