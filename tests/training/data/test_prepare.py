"""Images of every kind become faces of one kind; faces in photographs are cut out as at run time."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from recognizer.crop import align
from recognizer.faces import FaceFinder
from recognizer.frames import Frame
from tests.data import outside
from tests.training.data.layouts import write_csv
from training.data.data_recipe import DataRecipe, ProtocolRecipe
from training.data.faces import FaceSet
from training.data.load import load_faces
from training.data.pictures import read_picture
from training.data.prepare import Preparer, whole
from training.data.reactions import sampled
from training.data.rows import Row, UnusableRow

ALIGNED = DataRecipe(faces=Path("unused"), crop="aligned")
NO_VALID = ProtocolRecipe(valid_share=0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_is_read_as_grey_or_colour(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    red = Image.new("RGB", (20, 10), (200, 40, 40))
    picture = (
        Image.fromarray(np.full((10, 20), 200 * 256, np.uint16)) if mode == "I;16" else red.convert(mode)
    )
    picture.save(path)
    image = read_picture(path)
    assert image.dtype == np.uint8
    assert image.shape[:2] == (10, 20)
    if mode in {"P", "RGB", "RGBA", "CMYK"}:
        assert image[5, 5, 2] > 150 > image[5, 5, 0]
    if mode == "I;16":
        assert (image == 200).all()


def test_a_picture_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (20, 10)).save(tmp_path / "a.jpg", exif=exif)
    assert read_picture(tmp_path / "a.jpg").shape == (20, 10)


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_a_picture_cut_short_is_refused_not_half_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UnusableRow, match="not a readable image"):
        read_picture(path)


def test_the_middle_square_keeps_a_faces_proportions() -> None:
    image = np.zeros((40, 80, 3), np.uint8)
    cv2.circle(image, (40, 20), 10, (255, 255, 255), -1)
    face = whole(image, 80, 1)
    columns, rows = (np.flatnonzero(face.max(axis) > 127) for axis in (0, 1))
    assert face.shape == (80, 80)
    assert abs((columns[-1] - columns[0]) - (rows[-1] - rows[0])) <= 1


@pytest.mark.parametrize("channels", [1, 3])
def test_a_photograph_is_cropped_as_the_recognizer_crops_it(channels: int) -> None:
    image = read_picture(outside("photos", "pyfeat_single_face.jpg"))
    with FaceFinder(consecutive=False) as finder:
        face = finder.find(Frame(image, 0, 0.0, 0.0))[0]
    expected = align(image, face.landmarks_px, 64, "grey" if channels == 1 else "bgr")
    recipe = ALIGNED.model_copy(update={"size_px": 64, "channels": channels})
    with Preparer(recipe, "aligned") as preparer:
        assert np.array_equal(preparer.prepare(Row(image, 3, "a")), expected)


def test_a_face_is_found_in_a_small_tight_crop_and_cut_from_the_crop_itself() -> None:
    photograph = read_picture(outside("photos", "pyfeat_single_face.jpg"))
    with Preparer(ALIGNED, "aligned") as preparer:
        found = preparer.prepare(Row(photograph, 3, "a"))
        again = preparer.prepare(Row(found, 3, "b"))
    assert np.corrcoef(found.ravel(), again.ravel())[0, 1] > 0.9


def test_a_picture_without_a_face_is_refused() -> None:
    with Preparer(ALIGNED, "aligned") as preparer:
        with pytest.raises(UnusableRow, match="no face found"):
            preparer.prepare(Row(np.full((300, 200), 90, np.uint8), 3, "a"))
        preparer.close()


def frames(per_second: float, seconds: float) -> list[Frame]:
    pixel = np.zeros((1, 1, 3), np.uint8)
    return [Frame(pixel, i, i / per_second, 0.0) for i in range(round(per_second * seconds))]


@pytest.mark.parametrize(
    ("rate", "start", "end", "expected"),
    [
        (2, 0.0, 2.0, [0.0, 0.5, 1.0, 1.5]),
        (2, 0.3, 1.4, [0.3, 0.8, 1.3]),
        (100, 0.0, 0.5, [0.0, 0.1, 0.2, 0.3, 0.4]),
        (2, 5.0, 6.0, []),
    ],
)
def test_frames_are_sampled_at_the_rate_within_the_span(
    rate: float, start: float, end: float, expected: list[float]
) -> None:
    times = [frame.time_seconds for frame in sampled(frames(10, 3), rate, start, end)]
    assert times == pytest.approx(expected)


def clips(tmp_path: Path, rows: list[list[object]]) -> FaceSet:
    header = ["video", "label", "subject", "category", "split", "start_seconds", "end_seconds"]
    path = write_csv(tmp_path / "clips.csv", header, rows)
    return load_faces(DataRecipe(faces=path, frames_per_second=2, protocol=NO_VALID))


def test_recorded_reactions_become_faces_with_their_subject_and_category(tmp_path: Path) -> None:
    video = outside("videos", "pyfeat_face_noface.mov")
    faces = clips(tmp_path, [[video, "joy", "carla", "games", "train", 0.8, 3.5]])
    assert set(faces.subjects.tolist()) == {"carla"}
    assert set(faces.categories.tolist()) == {"games"}
    assert faces.images.shape[1:] == (48, 48)
    assert str(faces.names[0]).endswith("pyfeat_face_noface.mov at 0.80 s")
    # The face is there until frame 72 of about 30 a second.
    assert len(faces) == 4
    assert all("no face found" in line for line in faces.skipped)
    assert len(faces.skipped) == 2


def test_clips_that_cannot_be_used_are_named_with_the_reason(tmp_path: Path) -> None:
    video = outside("videos", "lp_d0.mp4")
    (tmp_path / "text.mp4").write_text("no video")
    rows: list[list[object]] = [
        [video, "joy", "a", "food", "train", 1, 1.2],
        ["missing.mp4", "joy", "a", "food", "train", "", ""],
        ["text.mp4", "joy", "a", "food", "train", "", ""],
        [video, "bored", "a", "food", "train", "", ""],
        [video, "joy", "a", "food", "train", 2, 1],
        [video, "joy", "a", "food", "train", "soon", ""],
        [video, "joy", "a", "food", "train", 90, 99],
        ["", "joy", "a", "food", "train", "", ""],
    ]
    faces = clips(tmp_path, rows)
    assert len(faces) == 1
    expected = (
        "no such file",
        "not a readable video",
        "bored",
        "hold no time",
        "'soon'",
        "shorter",
        "no video",
    )
    for reason, line in zip(expected, faces.skipped, strict=True):
        assert reason in line
