"""Evaluation as a person runs it: parts, near copies, the terminal, files, and what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from recognizer.affect import EMOTIONS
from recognizer.classify import Classifier
from tests.training.drawn_faces import drawn_faces, write_fer2013
from tests.training.report.readers import peopled_faces, write_reader
from training.__main__ import main
from training.data.faces import Split
from training.errors import DataError
from training.evaluation.evaluate import evaluate, parts_of, predict, summary, table


def test_predicting_some_rows_is_predicting_all_and_taking_those(tmp_path: Path) -> None:
    classifier = Classifier.load(write_reader(tmp_path))
    images = drawn_faces(20).images
    rows = np.array([3, 300, 7])
    assert np.allclose(predict(classifier, images, rows), predict(classifier, images)[rows], atol=1e-6)
    assert predict(classifier, images[:0]).shape == (0, 7)


def test_near_copies_of_training_images_are_told_apart() -> None:
    faces = peopled_faces()
    parts = {part.name: part.rows for part in parts_of(faces, "test")}
    assert list(parts) == ["valid", "test", "test_without_near_copies"]
    copied = np.flatnonzero(faces.splits == "test")[:2]
    assert set(copied) <= set(parts["test"]) - set(parts["test_without_near_copies"])


def test_every_face_can_be_judged_where_the_set_has_no_splits() -> None:
    faces = peopled_faces().split(Split.TRAIN)
    assert [part.name for part in parts_of(faces, "all")] == ["all"]
    with pytest.raises(DataError, match=r"no faces in the split 'test'; there are train \(42\).*--split all"):
        parts_of(faces, "test")


def test_judging_the_validation_split_leaves_the_test_unseen() -> None:
    names = [part.name for part in parts_of(peopled_faces(), "valid")]
    assert names == ["valid", "valid_without_near_copies"]


def test_a_cards_summary_and_the_table_come_from_the_same_scores(tmp_path: Path) -> None:
    results = evaluate(Classifier.load(write_reader(tmp_path)), peopled_faces())
    entry = summary(results)["test"]
    assert entry["accuracy"] == pytest.approx(results["test"].accuracy, abs=1e-4)
    assert entry["interval_95"][0] <= entry["accuracy"] <= entry["interval_95"][1]
    assert f"{results['test'].accuracy:.2%}" in table(results)
    json.dumps(entry)


def test_what_most_people_saw_judges_first_where_they_voted(tmp_path: Path) -> None:
    faces = peopled_faces()
    test = np.flatnonzero(faces.splits == "test")
    votes = np.eye(8, dtype=np.float32)[faces.labels]
    votes[test[2]] = [0, 0, 0, 0, 0, 0, 0, 1]
    votes[test[3]] = [0.5, 0.5, 0, 0, 0, 0, 0, 0]
    voted = faces.with_votes(votes)
    results = evaluate(Classifier.load(write_reader(tmp_path)), voted)
    assert list(results) == [
        *("valid_votes", "test_votes", "test_votes_without_near_copies"),
        *("valid_majority", "test_majority", "test_majority_without_near_copies"),
        *("valid", "test", "test_without_near_copies"),
    ]
    assert results["test_votes"].faces == results["test"].faces - 2
    assert results["test"].votes_log_loss is None
    of_seven, of_eight = results["test_majority"].accuracy, results["test_majority"].accuracy_of_eight
    assert of_eight == pytest.approx(of_seven * (len(test) - 2) / (len(test) - 1))
    assert results["test_votes"].votes_log_loss == pytest.approx(results["test_votes"].log_loss)
    assert "test_votes_without_near_copies by emotion" in table(results)


def test_training_images_alone_are_not_scored(tmp_path: Path) -> None:
    assert evaluate(Classifier.load(write_reader(tmp_path)), peopled_faces().split(Split.TRAIN)) == {}


SHARES = ",".join(f"{emotion}=1" for emotion in EMOTIONS)


def run(*arguments: object) -> int:
    return main(["evaluate", *map(str, arguments)])


@pytest.fixture(scope="module")
def faces_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fer2013(drawn_faces(4), tmp_path_factory.mktemp("faces"))[0]


def test_two_models_give_a_page_numbers_figures_and_one_sentence(
    tmp_path: Path, faces_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, poor = write_reader(tmp_path, "good"), write_reader(tmp_path, "poor", 0.95)
    places = ["--html", tmp_path / "r.html", "--json", tmp_path / "r.json", "--figures", tmp_path / "figures"]
    code = run(
        good, "--against", poor, "--faces", faces_csv, *places, "--robustness-faces", 4, "--no-latency"
    )
    said = capsys.readouterr().out
    assert code == 0
    assert "A (good)" in said
    assert "test: A (good) is better by " in said
    assert "How" not in (tmp_path / "r.html").read_text()[:10]
    assert "evaluate" in json.loads((tmp_path / "r.json").read_text())["command"]
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    assert {"confusion-a.svg", "roc-b.svg", "robustness-blur.svg", "differences.svg"} <= names


def test_the_terminal_alone_is_quick_and_says_it_all(
    tmp_path: Path, faces_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write_reader(tmp_path), "--faces", faces_csv, "--split", "valid") == 0
    said = capsys.readouterr().out
    for word in ("valid", "accuracy", "macro-F1", "PR-AUC", "happy"):
        assert word in said


def test_a_recipe_names_the_faces(
    tmp_path: Path, faces_csv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text(
        f"name: mine\ndata: {{faces: {faces_csv}, protocol: {{kind: random, test_share: 0.4}}}}\n"
    )
    assert run(write_reader(tmp_path), "--recipe", recipe, "--set", "data.protocol.seed=3") == 0
    assert "test" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--faces", "nowhere.csv"], 1, "nowhere.csv"),
        (["--faces", "{csv}", "--html", "{folder}"], 2, "is a folder; name a file in it"),
        (["--faces", "{csv}", "--figures", "{csv}"], 2, "is a file; name a folder"),
        (["--faces", "{csv}", "--set", "a=1"], 2, "known here: data"),
        (["--recipe", "{csv}", "--votes", "{csv}"], 2, "--votes belongs to --faces"),
        (["--faces", "{csv}", "--votes", "{csv}"], 1, "is missing"),
        (["--faces", "{csv}", "--shares", SHARES], 1, "tells no training shares"),
        (["--faces", "{csv}", "--html", "{csv}/x.html"], 1, "cannot be written"),
    ],
)
def test_what_is_asked_wrongly_gets_one_line(
    arguments: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    faces_csv: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    filled = [one.format(csv=faces_csv, folder=tmp_path) for one in arguments]
    assert run(write_reader(tmp_path), *filled, "--robustness-faces", 0, "--no-latency") == code
    said = capsys.readouterr().err
    assert words in said
    assert len(said.strip().splitlines()) == 1


def test_a_number_below_zero_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(tmp_path / "card.yaml", "--faces", "x", "--seed", "-1")
    assert stopped.value.code == 2
    assert "-1 is not a whole number from 0" in capsys.readouterr().err
