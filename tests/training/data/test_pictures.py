"""Pictures of every kind that people have: read, or named truly."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from training.data import pictures
from training.data.pictures import IMAGE_ENDINGS, digest_of_picture, read_picture
from training.data.rows import UnusableRow

RED = Image.new("RGB", (20, 10), (200, 40, 40))


@pytest.mark.parametrize("ending", ["jfif", "jpe", "gif", "avif", "webp", "ppm", "bmp", "tiff", "jp2"])
def test_kinds_by_their_ending(tmp_path: Path, ending: str) -> None:
    assert f".{ending}" in IMAGE_ENDINGS
    path = tmp_path / f"a.{ending}"
    RED.save(path, format="JPEG" if ending in {"jfif", "jpe"} else None)
    image = read_picture(path)
    assert image.shape == (10, 20, 3)
    assert image[5, 5, 2] > 150 > image[5, 5, 0]


HEIC = Path(__file__).parent / "red.heic"


def test_what_telephones_write(tmp_path: Path) -> None:
    image = read_picture(HEIC)
    assert image.shape == (64, 64, 3)
    assert image[32, 32, 2] > 150 > image[32, 32, 0]
    cut = tmp_path / "cut.heic"
    cut.write_bytes(HEIC.read_bytes()[:200])
    with pytest.raises(UnusableRow, match="not a readable image"):
        read_picture(cut)


def test_the_first_picture_of_a_gif(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    RED.save(path, save_all=True, append_images=[Image.new("RGB", (20, 10), (0, 0, 255))])
    assert read_picture(path)[5, 5, 2] > 150


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (np.array([[0, 200 * 256]], np.uint16), [[0, 200]]),
        (np.array([[-5, 95]], np.int32), [[0, 255]]),
        (np.array([[0.0, 0.5, 1.0]], np.float32), [[0, 128, 255]]),
        (np.full((2, 2), 0.7, np.float32), [[0, 0], [0, 0]]),
    ],
)
def test_16_and_32_bits(tmp_path: Path, pixels: np.ndarray, expected: list[list[int]]) -> None:
    Image.fromarray(pixels).save(tmp_path / "a.tiff")
    assert read_picture(tmp_path / "a.tiff").tolist() == expected


@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_deep_tiff_in_colour(tmp_path: Path, kind: type) -> None:
    image: np.ndarray = np.zeros((4, 4, 3), kind)
    image[:, :2, 2] = 200 * 256 if kind is np.uint16 else 1.0
    cv2.imwrite(str(tmp_path / "a.tiff"), image)
    read = read_picture(tmp_path / "a.tiff")
    assert read[0, 0, 2] >= 200
    assert read[0, 0, 0] == read[0, 3, 2] == 0


def test_numbers_that_are_not_finite_are_named(tmp_path: Path) -> None:
    Image.fromarray(np.full((2, 2), np.nan, np.float32)).save(tmp_path / "a.tiff")
    with pytest.raises(UnusableRow, match="not finite"):
        read_picture(tmp_path / "a.tiff")


def test_a_picture_that_is_too_large_is_named_with_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "LARGEST_PIXELS", 199)
    RED.save(tmp_path / "a.png")
    with pytest.raises(UnusableRow, match="has 20 x 10 pixels, more than 199; make it smaller"):
        read_picture(tmp_path / "a.png")


@pytest.mark.parametrize("side_px", [800, pytest.param(20000, marks=pytest.mark.slow)])
def test_a_huge_jpeg_is_read_at_a_part_of_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, side_px: int
) -> None:
    if side_px == 800:
        monkeypatch.setattr(pictures, "LARGEST_PIXELS", 200_000)
        monkeypatch.setattr(pictures, "JPEG_AT_MOST_PX", 200)
    path = tmp_path / "a.jpg"
    Image.new("L", (side_px, side_px), 90).save(path)
    image = read_picture(path)
    assert pictures.JPEG_AT_MOST_PX <= len(image) < 2 * pictures.JPEG_AT_MOST_PX
    assert image[0, 0] == 90


def test_an_empty_file_and_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    with pytest.raises(UnusableRow, match="the file is empty"):
        read_picture(tmp_path / "a.png")
    with pytest.raises(UnusableRow, match="cannot be read"):
        read_picture(tmp_path)
    assert digest_of_picture(tmp_path / "nothing.png") == ""
