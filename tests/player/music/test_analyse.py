from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from player.errors import LibraryError
from player.music.analyse import analyse, main
from player.music.mood_model import MoodModel
from tests.player.music.sounds import tone, write


@pytest.fixture(scope="module")
def model() -> MoodModel:
    return MoodModel.load()


def test_the_middle_of_a_long_track_decides(tmp_path: Path, model: MoodModel) -> None:
    """Whatever plays in the first and last five seconds, the mood stays the same."""
    middle = tone(30, hertz=330)
    moods = [
        analyse(write(tmp_path / f"{hertz}.wav", edged(middle, hertz)), model) for hertz in (110.0, 4000.0)
    ]

    assert moods[0].valence == pytest.approx(moods[1].valence)
    assert moods[0].arousal == pytest.approx(moods[1].arousal)
    assert moods[0].duration_seconds == 40


def edged(middle: NDArray[np.float32], hertz: float) -> NDArray[np.float32]:
    edge = tone(5, hertz=hertz)
    return np.concatenate([edge, middle, edge])


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, model: MoodModel) -> None:
    path = write(tmp_path / "cut.mp3", tone(20))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(LibraryError, match="cut off"):
        analyse(path, model)


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
    assert [answer.get("problem") for answer in answers[1:]] == [
        "no decoder here can read it",
        "its sound could not be measured ([Errno 2] No such file or directory: '"
        + str(tmp_path / "gone.mp3")
        + "')",
    ]
