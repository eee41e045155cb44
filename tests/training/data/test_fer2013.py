"""FER2013 as people have it on their disks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from recognizer.affect import EMOTIONS
from tests.data import outside
from tests.training.drawn_faces import drawn_faces, write_fer2013
from training.data.faces import Split
from training.data.fer2013 import read_fer2013
from training.data.ferplus import join_votes
from training.errors import DataError


def test_the_official_csv_keeps_its_order_labels_and_splits(tmp_path: Path) -> None:
    faces = drawn_faces(2)
    images, votes = write_fer2013(faces, tmp_path)
    read = join_votes(read_fer2013(images), votes)
    assert np.array_equal(read.images, faces.images)
    assert np.array_equal(read.labels, faces.labels)
    assert np.array_equal(read.splits, faces.splits)
    assert np.allclose(read.votes, faces.votes)


def test_a_folder_that_holds_the_csv_is_enough(tmp_path: Path) -> None:
    write_fer2013(drawn_faces(1), tmp_path)
    assert len(read_fer2013(tmp_path)) == 3 * len(EMOTIONS)


def test_broken_rows_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    images, _ = write_fer2013(drawn_faces(1), tmp_path)
    with images.open("a") as file:
        file.write("3,1 2 3,Training\n9," + " ".join(["0"] * 2304) + ",Training\n0,x,Elsewhere\n")
    faces = read_fer2013(images)
    assert len(faces) == 3 * len(EMOTIONS)
    assert len(faces.skipped) == 3
    assert "fer2013.csv line 23" in faces.skipped[0]
    assert "emotion 9" in faces.skipped[1]


def test_class_folders_are_read_with_other_peoples_class_names(tmp_path: Path) -> None:
    for split, folder, name in (
        ("train", "happiness", "a.png"),
        ("test", "fear", "PublicTest_1.png"),
        ("test", "angry", "PrivateTest_2.png"),
    ):
        (tmp_path / split / folder).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / split / folder / name), np.zeros((96, 96), np.uint8))
    (tmp_path / "train" / "happiness" / "b.png").write_bytes(b"not an image")
    (tmp_path / "train" / "bored").mkdir()
    faces = read_fer2013(tmp_path)
    found = {(EMOTIONS[label], str(split)) for label, split in zip(faces.labels, faces.splits, strict=True)}
    assert found == {("happy", Split.TRAIN), ("fear", Split.VALID), ("angry", Split.TEST)}
    assert faces.images.shape == (3, 48, 48)
    assert any("b.png: not a readable image" in line for line in faces.skipped)
    assert any("bored" in line for line in faces.skipped)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("emotion,pixels\n", "Usage is missing"), ("emotion,pixels,Usage\n", "no labelled face")],
)
def test_a_csv_of_something_else_says_what_was_expected(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "fer2013.csv").write_text(content)
    with pytest.raises(DataError, match=complaint):
        read_fer2013(tmp_path)


def test_a_missing_path_and_votes_of_another_set_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        read_fer2013(tmp_path / "nothing")
    images, votes = write_fer2013(drawn_faces(1), tmp_path)
    votes.write_text("".join(votes.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(DataError, match="20 rows of votes for 21 images"):
        join_votes(read_fer2013(images), votes)


@pytest.mark.slow
def test_the_real_set_has_its_published_sizes_in_both_layouts(tmp_path: Path) -> None:
    script = outside("unpack_fer2013.py")
    for layout in ("csv", "tree"):
        subprocess.run([sys.executable, str(script), layout, str(tmp_path / layout)], check=True)
        faces = read_fer2013(tmp_path / layout)
        sizes = {split: len(faces.split(split)) for split in Split}
        assert sizes == {Split.TRAIN: 28_709, Split.VALID: 3_589, Split.TEST: 3_589}
        assert not faces.skipped
    votes = join_votes(read_fer2013(tmp_path / "csv"), tmp_path / "csv" / "fer2013new.csv").votes
    assert (votes.sum(1) > 0).sum() > 35_000
