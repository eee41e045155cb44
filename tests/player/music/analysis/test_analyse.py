from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from player.music.analysis import analyse as analyse_module
from player.music.analysis import sampling
from player.music.analysis.analyse import analyse, main
from player.music.analysis.mood_model import MoodModel
from player.music.track import measured_from
from tests.player.music.sounds import tone, write


@pytest.fixture(scope="module")
def model() -> MoodModel:
    return MoodModel.load()


def test_the_middle_of_a_long_track_decides(tmp_path: Path, model: MoodModel) -> None:
    """Whatever plays in the first and last five seconds, the mood of the track stays the same."""
    middle = tone(30, hertz=330)
    moods = [
        analyse(write(tmp_path / f"{hertz}.wav", edged(middle, hertz)), model) for hertz in (110.0, 4000.0)
    ]

    assert moods[0].valence == pytest.approx(moods[1].valence, abs=0.05)
    assert moods[0].arousal == pytest.approx(moods[1].arousal, abs=0.05)
    assert moods[0].duration_seconds == 40


def edged(middle: NDArray[np.float32], hertz: float) -> NDArray[np.float32]:
    edge = tone(5, hertz=hertz)
    return np.concatenate([edge, middle, edge])


def test_a_long_file_is_measured_part_by_part_to_its_end(
    tmp_path: Path, model: MoodModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analyse_module, "_PART_SECONDS", 10.0)
    sound = np.concatenate([tone(21), tone(21, level=0.05)])

    found = analyse(write(tmp_path / "long.flac", sound), model)

    assert found.duration_seconds == 42
    assert found.curve is not None
    assert len(found.curve.valence) == 8
    first, *_, last = found.curve.arousal
    assert first is not None
    assert last is not None
    assert first > last


def test_a_file_that_is_cut_off_is_measured_as_far_as_it_goes(tmp_path: Path, model: MoodModel) -> None:
    path = write(tmp_path / "cut.mp3", tone(20))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert analyse(path, model).duration_seconds == pytest.approx(10, abs=0.2)


def test_a_long_recording_is_measured_in_places_all_along(
    tmp_path: Path, model: MoodModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("LONG_SECONDS", 60.0), ("SAMPLE_SECONDS", 4.0)):
        monkeypatch.setattr(analyse_module, name, value)
        monkeypatch.setattr(sampling, name, value)
    quiet_then_loud = np.concatenate([tone(1, level=0), tone(49, level=0.02), tone(50, hertz=2000)])
    found = analyse(write(tmp_path / "long.mp3", quiet_then_loud), model)
    assert found.duration_seconds == pytest.approx(100, abs=0.5)
    assert found.sound_start_seconds == pytest.approx(1.0, abs=0.1)
    assert found.curve is not None
    assert found.curve.step_seconds == pytest.approx(100 / sampling.SAMPLES, abs=0.1)
    assert len(found.curve.arousal) == sampling.SAMPLES
    assert (found.curve.arousal[1] or 0) < (found.curve.arousal[-2] or 0)


def test_the_command_prints_one_line_of_json_for_each_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path / "good.flac", tone(3, silence_seconds=0.5))
    bad = tmp_path / "bad.mp3"
    bad.write_bytes(b"no sound")

    code = main([str(good), str(bad), str(tmp_path / "gone.mp3")])

    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert answers[0]["sound_start_seconds"] == pytest.approx(0.5, abs=0.01)
    assert 1 <= answers[0]["valence"] <= 9
    assert measured_from(answers[0]).curve is not None
    assert [answer.get("problem") for answer in answers[1:]] == [
        "its content is damaged or of a kind that cannot be decoded",
        "it cannot be read now (No such file or directory)",
    ]
    assert [answer.get("lasting") for answer in answers[1:]] == [True, False]
