"""What people say of faces: kept, merged, taken back, and what follows for the set."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS, Emotion
from recognizer.errors import OutputError
from training.data.faces import VOTE_CLASSES, make_faces
from training.errors import DataError
from training.review.answers import (
    Answer,
    Verdict,
    answers_path,
    append_answers,
    decided,
    merge,
    new_answer,
    read_answers,
    standing,
)
from training.review.applied import apply_answers

A, B, C = (("a.png", "1"), ("b.png", "2"), ("c.png", "3"))


def said(key: tuple[str, str], what: str, person: str = "anna", label: Emotion = Emotion.HAPPY) -> Answer:
    return new_answer(key, label, what, person)


def test_answers_come_back_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "review.jsonl"
    given_answers = [said(A, "keep"), said(B, "sad"), said(C, "remove", "müller")]
    for answer in given_answers:
        append_answers(path, [answer])
    assert read_answers(path) == given_answers
    assert read_answers(tmp_path / "nothing") == []


def test_a_line_that_was_cut_short_costs_that_line_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "review.jsonl"
    first, second = said(A, "keep"), said(B, "sad")
    append_answers(path, [first])
    with path.open("a") as file:
        file.write('{"id": "7", "face": ')
    append_answers(path, [second])
    assert read_answers(path) == [first, second]
    assert "line 2 is not an answer" in caplog.text


@pytest.mark.parametrize("line", ["[]", "7", '{"id": "1"}', '{"said": "jolly"}', "\udcff"])
def test_what_is_no_answer_is_left_out(tmp_path: Path, line: str) -> None:
    path = tmp_path / "review.jsonl"
    path.write_bytes(line.encode(errors="surrogateescape") + b"\n")
    assert read_answers(path) == []


def test_an_answer_that_cannot_be_kept_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "review.jsonl").mkdir()
    with pytest.raises(OutputError, match="cannot be kept"):
        append_answers(tmp_path / "review.jsonl", [said(A, "keep")])
    with pytest.raises(DataError, match="cannot be read"):
        read_answers(tmp_path / "review.jsonl")


def test_the_last_answer_of_each_person_counts_and_undo_takes_one_back() -> None:
    first, second = said(A, "sad"), said(A, "angry")
    other = said(A, "keep", "ben")
    found = standing([first, second, other])
    assert {person: answer.said for person, answer in found[A].items()} == {"anna": "angry", "ben": "keep"}
    undo = new_answer(A, Emotion.HAPPY, Verdict.UNDO, "anna", undoes=second.id)
    assert standing([first, second, other, undo])[A]["anna"] == first


def test_merging_twice_takes_over_each_answer_once(tmp_path: Path) -> None:
    mine, hers = tmp_path / "mine.jsonl", tmp_path / "hers.jsonl"
    append_answers(mine, [said(A, "keep")])
    append_answers(hers, [said(A, "sad", "ben"), said(B, "keep", "ben")])
    assert merge(mine, [hers, mine]) == 2
    assert merge(mine, [hers]) == 0
    assert len(read_answers(mine)) == 3
    assert len(read_answers(hers)) == 2
    with pytest.raises(DataError, match="no such file"):
        merge(mine, [tmp_path / "nothing"])


def test_most_people_decide_and_a_tie_is_unsure() -> None:
    assert decided([said(A, "keep")]) is Emotion.HAPPY
    assert decided([said(A, "sad"), said(A, "sad", "b"), said(A, "keep", "c")]) is Emotion.SAD
    assert decided([said(A, "happy"), said(A, "keep", "b")]) is Emotion.HAPPY
    assert decided([said(A, "sad"), said(A, "keep", "b")]) is Verdict.UNSURE
    assert decided([said(A, "remove")]) is Verdict.REMOVE


@given(st.permutations([said(A, "sad"), said(A, "keep", "b"), said(A, "keep", "c"), said(A, "unsure", "d")]))
def test_the_order_in_which_people_are_heard_does_not_matter(answers: list[Answer]) -> None:
    assert decided(answers) is Emotion.HAPPY


def test_the_answers_lie_beside_the_set() -> None:
    assert answers_path(Path("/x/my-faces"), None) == Path("/x/my-faces.review.jsonl")
    for table in ("faces.csv", "kept.csv"):
        assert answers_path(Path("/x/set"), Path("/x/set") / table) == Path("/x/set/review.jsonl")


def test_labels_are_replaced_and_faces_left_out_with_who_said_so() -> None:
    votes = np.full((4, VOTE_CLASSES), 1 / VOTE_CLASSES, np.float32)
    faces = make_faces(
        np.zeros((4, 4, 4), np.uint8),
        [3, 3, 3, 3],
        votes=votes,
        names=["a.png", "b.png", "c.png", "d.png"],
        pictures=["1", "2", "3", "4"],
    )
    answers = [said(A, "sad"), said(B, "remove"), said(C, "unsure", "ben"), said(("d.png", "4"), "keep")]
    answers += [said(C, "keep", "anna")]
    changed, kept = apply_answers(faces, standing(answers))
    assert kept.tolist() == [True, False, False, True]
    assert [EMOTIONS[label] for label in changed.labels] == ["sad", "happy"]
    assert changed.targets.argmax(1).tolist() == changed.labels.tolist()
    assert changed.votes.sum(1).tolist() == [0.0, 1.0]
    assert changed.skipped == (
        "b.png: removed in the review by anna",
        "c.png: anna and ben do not agree in the review",
    )
    again, _ = apply_answers(changed, standing(answers))
    assert again.labels.tolist() == changed.labels.tolist()
    assert faces.labels.tolist() == [3, 3, 3, 3]


def test_a_picture_that_changed_is_another_face() -> None:
    faces = make_faces(np.zeros((1, 4, 4), np.uint8), [3], names=["a.png"], pictures=["another"])
    assert apply_answers(faces, standing([said(A, "sad")]))[0].labels.tolist() == [3]


def test_a_line_is_what_other_programs_can_read(tmp_path: Path) -> None:
    append_answers(tmp_path / "review.jsonl", [said(A, "sad")])
    line = json.loads((tmp_path / "review.jsonl").read_text())
    assert (line["face"], line["label"], line["said"], line["person"]) == ("a.png", "happy", "sad", "anna")
