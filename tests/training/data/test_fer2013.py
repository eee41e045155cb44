"""FER2013 and FER+ as people have them on their disks."""

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
from training.data.data_recipe import DataRecipe, ProtocolRecipe
from training.data.faces import FaceSet, Split
from training.data.load import load_faces
from training.errors import DataError


def load(faces: Path, votes: Path | None = None) -> FaceSet:
    return load_faces(DataRecipe(faces=faces, votes=votes))


def test_the_official_csv_keeps_its_order_labels_and_splits(tmp_path: Path) -> None:
    faces = drawn_faces(2)
    read = load(*write_fer2013(faces, tmp_path))
    assert np.array_equal(read.images, faces.images)
    assert np.array_equal(read.labels, faces.labels)
    assert np.array_equal(read.splits, faces.splits)
    assert np.allclose(read.votes, faces.votes)
    assert list(read.names[:2]) == ["row 1", "row 2"]


def test_a_folder_that_holds_the_csv_is_enough(tmp_path: Path) -> None:
    write_fer2013(drawn_faces(1), tmp_path)
    assert len(load(tmp_path)) == 3 * len(EMOTIONS)


def test_the_columns_of_the_challenges_own_csv_are_known_too(tmp_path: Path) -> None:
    images, _ = write_fer2013(drawn_faces(1), tmp_path)
    rows = [line.split(",") for line in images.read_text().splitlines()[1:]]
    other = tmp_path / "icml_face_data.csv"
    other.write_text("emotion, Usage, pixels\n" + "".join(f"{e},{u},{p}\n" for e, p, u in rows))
    assert np.array_equal(load(other).images, load(images).images)


def test_broken_rows_are_named_and_the_rest_keeps_its_votes(tmp_path: Path) -> None:
    images, votes = write_fer2013(drawn_faces(1), tmp_path)
    lines = images.read_text().splitlines()
    zeros = " ".join(["0"] * 2304)
    broken = [f"9,{zeros},Training", "3,1 2 3,Training", f"0,{zeros[:-1]}x,Training", f"0,{zeros},Elsewhere"]
    lines[1:5] = broken
    images.write_text("\n".join(lines))
    faces = load(images, votes)
    assert [line.split(":")[0] for line in faces.skipped] == ["row 1", "row 2", "row 3", "row 4"]
    for reason, line in zip(
        ("emotion '9'", "3 pixels", "not numbers", "Elsewhere"), faces.skipped, strict=True
    ):
        assert reason in line
    assert np.array_equal(faces.votes.argmax(1), faces.labels)


def test_a_pixel_beyond_255_is_not_taken_modulo_256(tmp_path: Path) -> None:
    images, _ = write_fer2013(drawn_faces(1), tmp_path)
    with images.open("a") as file:
        file.write("0," + " ".join(["300"] * 2304) + ",Training\n")
    assert load(images).skipped == ("row 22: a pixel is not 0 to 255",)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("emotion,points,Usage\n", "not in a known layout"),
        ("emotion,pixels,Usage\n", "no labelled face was found .read as FER2013 csv.; it is empty"),
        ("emotion,pixels,Usage\n0,,Training\n", "1 skipped, the first is row 1: 0 pixels"),
        ("emotion,pixels\n0," + " ".join(["0"] * 2304), "no splits of its own"),
    ],
)
def test_a_csv_of_something_else_says_what_was_expected(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "fer2013.csv").write_text(content)
    with pytest.raises(DataError, match=complaint):
        load(tmp_path / "fer2013.csv")


def test_a_missing_path_and_votes_of_another_set_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        load(tmp_path / "nothing")
    images, votes = write_fer2013(drawn_faces(1), tmp_path)
    with pytest.raises(DataError, match="FER\\+ votes come as"):
        load(images, tmp_path / "nothing")
    lines = votes.read_text().splitlines(keepends=True)
    votes.write_text("".join(lines[:-1]))
    with pytest.raises(DataError, match="votes for 20 of 21 images"):
        load(images, votes)
    votes.write_text("".join([lines[0], *reversed(lines[1:])]))
    with pytest.raises(DataError, match="row 1 is test here and train in the images"):
        load(images, votes)
    with pytest.raises(DataError, match="column neutral is missing"):
        load(images, _without_neutral(votes))


def _without_neutral(votes: Path) -> Path:
    votes.write_text(votes.read_text().replace("neutral", "calm"))
    return votes


def test_votes_find_images_by_their_file_names(tmp_path: Path) -> None:
    (tmp_path / "set" / "train" / "happy").mkdir(parents=True)
    for name in ("fer0000001.png", "mine.png"):
        cv2.imwrite(str(tmp_path / "set" / "train" / "happy" / name), np.zeros((48, 48), np.uint8))
    votes = tmp_path / "votes.csv"
    votes.write_text(
        "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
        "Training,fer0000000.png,10,0,0,0,0,0,0,0,0,0\nTraining,fer0000001.png,2,6,0,0,0,0,0,0,2,0\n"
    )
    faces = load_faces(
        DataRecipe(faces=tmp_path / "set", votes=votes, protocol=ProtocolRecipe(valid_share=0))
    )
    by_name = dict(zip(faces.names, faces.votes, strict=True))
    assert by_name["train/happy/fer0000001.png"][EMOTIONS.index("happy")] == 0.75
    assert by_name["train/happy/mine.png"].sum() == 0


@pytest.mark.slow
def test_the_real_set_has_its_published_sizes_in_both_layouts(tmp_path: Path) -> None:
    script = outside("unpack_fer2013.py")
    for layout in ("csv", "tree"):
        subprocess.run([sys.executable, str(script), layout, str(tmp_path / layout)], check=True)
        faces = load(tmp_path / layout)
        sizes = {split: len(faces.split(split)) for split in Split}
        assert sizes == {Split.TRAIN: 28_709, Split.VALID: 3_589, Split.TEST: 3_589}
        assert not faces.skipped
    votes = load(tmp_path / "csv", tmp_path / "csv" / "fer2013new.csv").votes
    assert (votes.sum(1) > 0).sum() > 35_000
