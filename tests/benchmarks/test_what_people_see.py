"""The benchmark of what people see: the same pixels for every model, and nothing counted twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.what_people_see import CONDITIONS, main, rows, spoilt_by, strictest_parts
from tests.training.drawn_faces import drawn_faces, write_fer2013
from tests.training.report.readers import peopled_faces, write_reader
from training.errors import DataError
from training.evaluation.evaluate import VOTES


def test_two_models_are_told_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, poor = write_reader(tmp_path, "good"), write_reader(tmp_path, "poor", 0.95)
    faces, votes = write_fer2013(drawn_faces(4), tmp_path)
    asked = [str(good), str(poor), "--faces", str(faces), "--votes", str(votes), "--corrupted", "6"]
    assert main(asked) == 0
    said = capsys.readouterr()
    models = json.loads(said.out)["models"]
    assert list(models) == [str(good), str(poor)]
    models = {Path(name).stem: told for name, told in models.items()}
    assert models["good"]["accuracy"] > models["poor"]["accuracy"]
    assert models["good"]["worst_recall"] == min(models["good"]["recall"].values())
    assert models["good"]["faces_corrupted"] == 6
    assert models["good"]["label_accuracy"] == pytest.approx(models["good"]["accuracy"])
    table = rows(models)
    assert table[0] == [
        "most people's vote",
        *(f"{100 * m['accuracy']:.1f}" for m in models.values()),
    ]
    assert all(any(name in row[0] for row in table) for name in CONDITIONS)


def test_every_condition_is_a_known_corruption_that_shows() -> None:
    images = drawn_faces(1).images[:3]
    for name in CONDITIONS:
        assert (spoilt_by(name, images) != images).any(), name


def test_a_set_without_votes_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DataError, match="needs a test split with votes"):
        strictest_parts(peopled_faces())
    assert set(strictest_parts(drawn_faces(2))) >= {VOTES}
    faces, votes = write_fer2013(drawn_faces(1), tmp_path)
    card = str(tmp_path / "no.yaml")
    assert main([card, "--faces", str(faces), "--votes", str(votes)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
