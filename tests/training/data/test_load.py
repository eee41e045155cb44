"""From a recipe to faces: votes, protocols, the entropy filter, and sets too big for memory."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from pydantic import ValidationError

from recognizer.affect import EMOTIONS
from tests.training.data.layouts import FACES, write_clips, write_csv, write_images, write_listing
from tests.training.drawn_faces import write_fer2013
from training.data import store
from training.data.data_recipe import CleanRecipe, DataRecipe, ProtocolRecipe
from training.data.faces import VOTE_CLASSES, FaceSet, Split, make_faces, one_hot
from training.data.load import load_faces
from training.data.targets import with_targets
from training.errors import DataError

RANDOM = ProtocolRecipe(kind="random", valid_share=0.2, test_share=0.2)
CONTEMPT = VOTE_CLASSES - 1


def voted(*shares: dict[int, float]) -> FaceSet:
    """Angry faces with these votes."""
    votes = np.zeros((len(shares), VOTE_CLASSES), np.float32)
    for row, given_shares in enumerate(shares):
        for column, share in given_shares.items():
            votes[row, column] = share
    return make_faces(np.zeros((len(shares), 4, 4), np.uint8), [0] * len(shares), votes=votes)


def test_votes_become_targets_as_the_recipe_says() -> None:
    faces = voted({3: 0.75, 0: 0.25}, {}, {3: 0.5, CONTEMPT: 0.5}, {CONTEMPT: 1.0})
    sure = one_hot(np.array([0, 3]))
    assert np.allclose(with_targets(faces, "head").targets, sure[[0, 0, 0, 0]])
    soft = with_targets(faces, "soft").targets
    assert np.allclose(soft[0], 0.25 * sure[0] + 0.75 * sure[1])
    assert np.allclose(soft[1:], sure[[0, 1, 0]])
    assert np.allclose(with_targets(faces, "mixed").targets, (soft + sure[0]) / 2)
    assert np.array_equal(with_targets(faces, "soft").votes, faces.votes)


def test_a_majority_replaces_the_label_and_rows_without_one_are_named() -> None:
    faces = with_targets(voted({3: 0.6, 0: 0.4}, {3: 0.5, 0: 0.5}, {}, {CONTEMPT: 0.9}), "majority")
    assert faces.labels.tolist() == [3]
    assert np.allclose(faces.targets, one_hot(np.array([3])))
    assert faces.skipped == (
        "row 2: no majority among the votes",
        "row 3: no majority among the votes",
        "row 4: most votes say contempt",
    )


@given(
    arrays(np.float32, (5, VOTE_CLASSES), elements=st.floats(0, 1, width=16)),
    st.sampled_from(["soft", "mixed"]),
)
def test_targets_always_sum_to_one(counts: NDArray[np.float32], votes_as: str) -> None:
    votes = counts / np.maximum(counts.sum(1, keepdims=True), 1e-9)
    faces = make_faces(np.zeros((5, 4, 4), np.uint8), [0, 1, 2, 3, 6], votes=votes)
    targets = with_targets(faces, votes_as).targets
    assert targets.dtype == np.float32
    assert np.allclose(targets.sum(1), 1, atol=1e-4)
    assert (targets >= 0).all()


def test_the_recipe_joins_and_uses_votes(tmp_path: Path) -> None:
    faces, votes = write_fer2013(FACES, tmp_path)
    loaded = load_faces(DataRecipe(faces=faces, votes=votes, votes_as="soft"))
    assert np.allclose(loaded.targets, one_hot(FACES.labels))


def test_class_folders_need_a_protocol_and_get_their_splits_from_it(tmp_path: Path) -> None:
    folder = write_images(FACES, tmp_path, with_splits=False)
    with pytest.raises(DataError, match=r"no splits of its own; choose another data\.protocol\.kind"):
        load_faces(DataRecipe(faces=folder))
    faces = load_faces(DataRecipe(faces=folder, protocol=RANDOM))
    assert [len(faces.split(split)) for split in Split] == [13, 4, 4]


def test_a_listing_brings_subjects_and_categories(tmp_path: Path) -> None:
    listing = write_listing(tmp_path)
    faces = load_faces(DataRecipe(faces=listing, protocol=ProtocolRecipe(kind="subjects")))
    assert set(faces.subjects.tolist()) == {f"person {i}" for i in range(4)}
    assert set(faces.categories.tolist()) == {"cars"}
    assert set(faces.names.tolist()) == {f"{i:03}.png" for i in range(21)}
    people = [set(faces.split(split).subjects.tolist()) for split in Split]
    assert sum(map(len, people)) == 4


def test_a_listing_with_faults_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), FACES.images[0])
    rows: list[list[object]] = [
        ["a.png", "happy", "train", ""],
        ["b.png", "happy", "train", ""],
        ["a.png", "bored", "train", ""],
        ["a.png", "happy", "holdout", ""],
        ["", "happy", "train", ""],
        ["a.png", "happy"],
    ]
    listing = write_csv(tmp_path / "mine.csv", ["Path", "Label", "Split", "Subject"], rows)
    faces = load_faces(DataRecipe(faces=listing, protocol=ProtocolRecipe(valid_share=0)))
    assert len(faces) == 1
    assert faces.skipped == (
        "row 2 (b.png): no such file",
        "row 3 (a.png): unknown class 'bored'; say what it means in data.classes",
        "row 4 (a.png): unknown split 'holdout'; use train, valid or test",
        "row 5: no path",
        "a.png: no split is given for it",
    )


def test_a_listing_saved_by_a_spreadsheet_is_read_too(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), FACES.images[0])
    (tmp_path / "faces.csv").write_text("\ufeffpath;label;split\r\na.png;joy;training\r\n", encoding="utf-8")
    faces = load_faces(DataRecipe(faces=tmp_path, protocol=ProtocolRecipe(valid_share=0)))
    assert (EMOTIONS[faces.labels[0]], str(faces.splits[0])) == ("happy", "train")


def test_a_listing_saved_on_windows_in_another_country_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "faces").mkdir()
    cv2.imwrite(str(tmp_path / "faces" / "a.png"), FACES.images[0])
    text = "sep=|\r\npath|label|split|subject\r\nfaces\\a.png|joy|train|Zoë\r\n"
    for encoding in ("utf-16", "cp1252"):
        (tmp_path / "faces.csv").write_bytes(text.encode(encoding))
        faces = load_faces(DataRecipe(faces=tmp_path, protocol=ProtocolRecipe(valid_share=0)))
        assert list(faces.subjects) == ["Zoë"]


def test_a_set_of_which_nothing_is_left_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no labelled face was found .*10 skipped, .* no face found"):
        load_faces(DataRecipe(faces=write_clips(tmp_path), frames_per_second=10))


def test_the_entropy_filter_drops_training_images_only(tmp_path: Path) -> None:
    plain = FACES.images.copy()
    plain[FACES.labels == 0] = 128
    faces = make_faces(plain, FACES.labels, FACES.splits)
    path, _ = write_fer2013(make_faces(plain, FACES.labels, FACES.splits, votes=FACES.votes), tmp_path)
    kept = load_faces(DataRecipe(faces=path, clean=CleanRecipe(entropy_between=(1, 8))))
    assert len(kept) == len(faces) - 1
    assert len(kept.split(Split.TRAIN)) == 6
    assert kept.skipped == ("row 1: entropy 0.00 bits is not within 1 to 8",)


def test_cleaning_that_changes_pixels_is_left_to_the_models_input(tmp_path: Path) -> None:
    path, _ = write_fer2013(FACES, tmp_path)
    cleaned = load_faces(DataRecipe(faces=path, clean=CleanRecipe(equalise="adaptive", sharpen_below=1e6)))
    assert np.array_equal(cleaned.images, FACES.images)


def test_a_set_too_big_for_memory_lies_in_a_file_split_by_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_images(FACES, tmp_path, with_splits=False)
    recipe = DataRecipe(faces=folder, protocol=RANDOM)
    small = load_faces(recipe)
    monkeypatch.setattr(store, "MEMORY_LIMIT_BYTES", 5 * 48 * 48)
    big = load_faces(recipe)
    assert isinstance(big.images, np.memmap)
    for split in Split:
        part, same = big.split(split), small.split(split)
        assert isinstance(part.images, np.memmap)
        assert np.array_equal(part.images, same.images)
        assert np.array_equal(part.names, same.names)
    assert isinstance(big.where(big.labels % 2 == 0).images, np.memmap)


def test_size_and_colours_are_the_recipes(tmp_path: Path) -> None:
    folder = write_images(FACES, tmp_path, with_splits=True)
    assert load_faces(DataRecipe(faces=folder, size_px=64)).images.shape == (21, 64, 64)
    assert load_faces(DataRecipe(faces=folder, channels=3)).images.shape == (21, 48, 48, 3)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"votes_as": "soft"}, "needs the votes"),
        ({"clean": {"entropy_between": [5, 3]}}, "low, high"),
        ({"clean": {"equalise": "local"}}, "equalise"),
        ({"protocol": {"kind": "categories"}}, "test_categories"),
        ({"protocol": {"valid_share": 0.5, "test_share": 0.5}}, "something to train on"),
        ({"classes": {"cheerful": "jolly"}}, "jolly"),
        ({"colour": True}, "colour"),
    ],
)
def test_a_recipe_that_contradicts_itself_is_refused(wrong: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        DataRecipe.model_validate({"faces": "faces", **wrong})
