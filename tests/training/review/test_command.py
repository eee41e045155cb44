"""`python -m training review`, as a person types it, and that other commands respect what was answered."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from werkzeug.serving import BaseWSGIServer

from recognizer.affect import EMOTIONS, Emotion
from tests.training.data.layouts import FACES, write_images
from tests.training.drawn_faces import drawn_faces, write_fer2013
from tests.training.review.conftest import session_about
from training.__main__ import main
from training.data.data_recipe import DataRecipe, ProtocolRecipe
from training.data.gather import gather
from training.data.load import load_faces
from training.review.answers import append_answers, new_answer
from training.review.queue import queue_of
from training.synthesis.filters.faces import read_faces

CARD = Path("models/emotion.yaml")


def answer(folder: Path, place: int, said: str, person: str = "anna") -> str:
    """Say something of a face of class folders; returns its name."""
    session = session_about(folder)
    session.person = person
    session.answer(place, said)
    return session.key(place)[0]


def test_a_page_is_served_until_it_is_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = threading.Event()
    monkeypatch.setattr(BaseWSGIServer, "serve_forever", BaseWSGIServer.server_close)
    monkeypatch.setattr("webbrowser.open", lambda address: opened.set())
    name = answer(folder, 0, "sad")
    assert main(["review", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "21 faces" in said
    assert "http://127.0.0.1:" in said
    assert "1 faces answered (sad 1)" in said
    assert opened.wait(10)
    assert (folder / name).is_file()


def test_answers_are_merged_and_agreement_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, said in enumerate(["sad", "keep", "happy"]):
        answer(folder, place, said, "ben")
    hers = tmp_path / "ben.jsonl"
    (folder.parent / "my faces.review.jsonl").rename(hers)
    answer(folder, 0, "sad", "anna")
    answer(folder, 1, "remove", "anna")
    assert main(["review", str(folder), "--merge", str(hers)]) == 0
    said = capsys.readouterr().out
    assert "3 answers taken over" in said
    assert "anna and ben: the same on 50% of 2 faces" in said
    assert main(["review", str(folder), "--agreement"]) == 0
    assert "Cohen's kappa" in capsys.readouterr().out


def test_every_command_reads_the_set_as_it_was_answered(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = answer(folder, 0, "sad"), answer(folder, 1, "remove")
    recipe = DataRecipe(faces=folder, protocol=ProtocolRecipe(kind="random"))
    for faces in (gather(recipe).faces, load_faces(recipe)):
        assert len(faces) == 20
        assert EMOTIONS[faces.labels[faces.names == first][0]] == "sad"
        assert f"{second}: removed in the review by anna" in faces.skipped
    found = gather(recipe)
    assert len(found.files) == len(found.sizes_px) == 20
    assert main(["data", str(folder), "--no-near"]) == 0
    said = capsys.readouterr().out
    assert "removed in the review by anna" in said
    assert "python -m training review" in said


def test_a_replaced_label_outweighs_the_crowds_votes(tmp_path: Path) -> None:
    path, votes = write_fer2013(drawn_faces(1), tmp_path)
    recipe = DataRecipe(faces=path, votes=votes, votes_as="soft")
    before = load_faces(recipe)
    key = (str(before.names[0]), str(before.pictures[0]))
    append_answers(tmp_path / "review.jsonl", [new_answer(key, EMOTIONS[before.labels[0]], "sad", "anna")])
    after = load_faces(recipe)
    assert EMOTIONS[after.labels[0]] == EMOTIONS[after.targets[0].argmax()] == "sad"
    assert after.votes[0].sum() == 0


def test_filters_respect_the_review_of_a_synthetic_set(tmp_path: Path) -> None:
    folder = write_images(FACES, tmp_path, with_splits=False)
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.png"))]
    rows = [f"{name},{name.split('/')[0]}" for name in names]
    (folder / "faces.csv").write_text("path,label\n" + "\n".join(rows) + "\n")
    faces = gather(DataRecipe(faces=folder)).faces
    keys = list(zip(faces.names.tolist(), faces.pictures.tolist(), strict=True))
    append_answers(
        folder / "review.jsonl",
        [
            new_answer(keys[0], Emotion.ANGRY, "sad", "anna"),
            new_answer(keys[1], Emotion.ANGRY, "remove", "anna"),
        ],
    )
    found = read_faces(folder)
    assert [face.path for face in found] == [names[0], *names[2:]]
    assert found[0].emotion == found[0].cells["label"] == "sad"


def test_all_removed_is_one_clear_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_images(FACES.take(np.arange(1)), tmp_path / "one", with_splits=False)
    answer(folder, 0, "remove")
    assert main(["data", str(folder)]) == 1
    assert "the review removed all 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["nothing"], 1, "no such file or folder"),
        ([], 2, "name a path"),
        (["{folder}", "--card", "nothing.yaml"], 1, "no such model card"),
        (["{folder}", "--merge", "nothing"], 1, "no such file"),
        (["{folder}", "--port", "70000", "--no-open"], 2, "--port"),
    ],
)
def test_a_wrong_command_gets_one_line(
    folder: Path, arguments: list[str], code: int, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", *(argument.format(folder=folder) for argument in arguments)]) == code
    assert complaint in capsys.readouterr().err


def test_a_real_queue_holds_every_face_once(folder: Path, face_model: Path) -> None:
    queue = queue_of(DataRecipe(faces=folder), CARD)
    assert len(queue.doubts) == 21
    # The finder sees no face in most drawn ones: then it says nothing about the set.
    assert not any("no face found" in doubt.reasons for doubt in queue.doubts)
