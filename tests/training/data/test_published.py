"""Published sets as they come, and sets of one's own with other people's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from recognizer.affect import EMOTIONS
from tests.training.data.layouts import FACES, write_images, write_video
from tests.training.data.published_layouts import PUBLISHED, put, write_csv_of_ones_own
from training.data.data_recipe import DataRecipe
from training.data.gather import gather
from training.data.pictures import pixels_of
from training.data.published import NUMBERS, OFFERED
from training.data.readers import reader_for
from training.data.rows import Row, Skip, UnusableRow, label_of

Told = tuple[str, str | None, str]


def rows_of(path: Path, **settings: object) -> list[Row | Skip]:
    recipe = DataRecipe.model_validate({"faces": path, "frames_per_second": 1} | settings)
    return list(reader_for(recipe).rows(path, recipe))


def told(rows: list[Row | Skip]) -> list[Told]:
    """Emotion, split and subject of each row."""
    return [
        (str(EMOTIONS[row.label]), row.split and row.split.value, row.subject)
        for row in rows
        if isinstance(row, Row)
    ]


EXPECTED: dict[str, list[Told]] = {
    "parquet": [("surprise", "test", ""), ("happy", "train", ""), ("neutral", "train", "")],
    "RAF-DB": [("sad", "train", ""), ("happy", "train", ""), ("neutral", "test", "")],
    "RAF-DB csv": [("sad", "train", ""), ("happy", "train", ""), ("neutral", "test", "")],
    "AffectNet csv": [("happy", "train", ""), ("angry", "valid", "")],
    "ExpW": [("angry", None, ""), ("happy", None, ""), ("neutral", None, "")],
    "Hugging Face image folder": [("happy", "train", ""), ("sad", "test", "")],
    "CK+": [
        *(("disgust", None, "S005"), ("neutral", None, "S005"), ("surprise", None, "S010")),
        ("neutral", None, "S010"),
    ],
    "AffectNet": [("happy", "train", ""), ("angry", "valid", "")],
    "KDEF": [("angry", None, "F01"), ("happy", None, "F01"), ("fear", None, "M02")],
    "JAFFE": [("angry", None, "KA"), ("happy", None, "KA"), ("fear", None, "KL")],
    "CREMA-D": [("angry", None, "1001"), ("sad", None, "1002")],
    "RAVDESS": [("neutral", None, "01"), ("angry", None, "01")],
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_set_is_read_as_its_authors_mean_it(tmp_path: Path, name: str) -> None:
    path = PUBLISHED[name](tmp_path)
    assert reader_for(DataRecipe(faces=path)).name == name
    assert told(rows_of(path)) == EXPECTED[name]


@pytest.mark.parametrize("name", ["AffectNet", "AffectNet csv", "CK+"])
def test_what_shows_none_of_the_seven_is_left_out_by_name(tmp_path: Path, name: str) -> None:
    skipped = [str(row) for row in rows_of(PUBLISHED[name](tmp_path)) if isinstance(row, Skip)]
    assert len(skipped) == 1
    assert skipped[0].endswith(
        ("contempt is none of the seven emotions", "no face is none of the seven emotions")
    )


@pytest.mark.parametrize(("name", "size"), [("AffectNet csv", (30, 20)), ("ExpW", (38, 27))])
def test_the_face_box_of_a_list_is_what_is_read(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    first = rows_of(PUBLISHED[name](tmp_path))[0]
    assert isinstance(first, Row)
    assert pixels_of(first).shape[:2] == size


def test_a_box_outside_its_picture_and_a_line_of_another_length_are_named(tmp_path: Path) -> None:
    path = PUBLISHED["ExpW"](tmp_path)
    (path / "label.lst").write_text(
        "angry_1.jpg 0 90 90 99 99 0.9 0\nhappy_2.jpg 0 0 0 48 48 0.9 3\none two\n"
    )
    assert gather(DataRecipe(faces=path)).faces.skipped == (
        "origin/angry_1.jpg face 0: its face box 90,90,99,99 lies outside the picture",
        "label.lst row 3: 2 cells instead of 8",
    )


def test_faces_of_one_picture_are_different_pictures(tmp_path: Path) -> None:
    faces = gather(DataRecipe(faces=PUBLISHED["ExpW"](tmp_path))).faces
    assert len(set(faces.pictures.tolist())) == len(set(faces.names.tolist())) == 3


def test_folders_as_afew_has_them(tmp_path: Path) -> None:
    put(tmp_path, "Train_AFEW/Angry/000046280/1.jpg", "Val_AFEW/Happy/2.jpg")
    (tmp_path / "Val_AFEW" / "Sad").mkdir()
    write_video(tmp_path / "Val_AFEW" / "Sad" / "film.avi.mp4")
    rows = rows_of(tmp_path)
    assert told(rows) == [("angry", "train", ""), ("happy", "valid", ""), ("sad", "valid", "")]
    assert [row.is_frame for row in rows if isinstance(row, Row)] == [False, False, True]


def test_folders_in_class_folders_are_read_and_wrapping_ones_are_named(tmp_path: Path) -> None:
    put(tmp_path, "happy/anna/2024/1.png", "happy/2.png", "images/sad/3.png")
    rows = rows_of(tmp_path)
    assert [row.name for row in rows if isinstance(row, Row)] == ["happy/2.png", "happy/anna/2024/1.png"]
    assert [str(row) for row in rows if isinstance(row, Skip)] == [
        f"images/sad/3.png: 'images' is no class, but holds class folders: name {tmp_path / 'images'} instead"
    ]


@pytest.mark.parametrize(
    ("name", "offer"),
    [
        ("gloomy", "did you mean sad?"),
        ("suprise", "did you mean surprise?"),
        ("afraid", "did you mean fear?"),
        ("happyness", "did you mean happy?"),
        ("Netural", "did you mean neutral?"),
        ("zzz", "say what it means in data.classes"),
        ("3", "whose numbers they are: data.classes=affectnet"),
    ],
)
def test_another_word_is_offered_and_never_taken(tmp_path: Path, name: str, offer: str) -> None:
    put(tmp_path, f"{name}/1.png", "happy/2.png")
    faces = gather(DataRecipe(faces=tmp_path)).faces
    assert len(faces) == 1
    assert offer in faces.skipped[0]


def test_no_word_is_both_known_and_offered() -> None:
    for word, emotion in OFFERED.items():
        with pytest.raises(UnusableRow, match=f"did you mean {emotion}"):
            label_of(word, {})


@pytest.mark.parametrize("classes", [{0: "angry", 3: "happy"}, "fer2013", "FER2013", "expw"])
def test_numbered_folders_are_read_once_the_numbers_are_told(tmp_path: Path, classes: object) -> None:
    put(tmp_path, "0/1.png", "3/2.png")
    assert [emotion for emotion, _, _ in told(rows_of(tmp_path, classes=classes))] == ["angry", "happy"]


def test_numbers_of_nobody_are_refused() -> None:
    with pytest.raises(ValidationError, match="affectnet"):
        DataRecipe.model_validate({"faces": "x", "classes": "mine"})
    assert all(len(codes) in (7, 8) for codes in NUMBERS.values())


def test_any_csv_is_read_once_its_columns_are_told(tmp_path: Path) -> None:
    path = write_csv_of_ones_own(tmp_path)
    columns = {"path": "file name", "label": "Emotion", "subject": "who"}
    for faces in (path, tmp_path):
        assert told(rows_of(faces, columns=columns)) == [("happy", None, "x"), ("sad", None, "y")]
    with pytest.raises(ValidationError, match="path: file, label: emotion"):
        DataRecipe.model_validate({"faces": "x", "columns": {"path": "file"}})


def test_a_wrapped_tree_still_has_its_splits(tmp_path: Path) -> None:
    folder = write_images(FACES, tmp_path, with_splits=True)
    (folder / "valid").rename(folder / "val_set")
    assert {split for _, split, _ in told(rows_of(folder))} == {"train", "valid", "test"}
