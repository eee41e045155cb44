from __future__ import annotations

import contextlib
import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.capture import FolderSource
from recognizer.errors import SourceError
from recognizer.pictures import MOST_PIXELS, UnreadablePicture, decoded, stated_size
from tests.recognizer.clips import numbered, write_pictures


def huge_png(width: int, height: int) -> bytes:
    """A small file that states a huge picture of one shade; its first thousand rows are there."""
    packer = zlib.compressobj(9)
    row = b"\0" * (width // 8 + 1)
    pixels = packer.compress(row * 1000) + packer.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def encoded(ending: str, image: np.ndarray) -> bytes:
    return cv2.imencode(ending, image)[1].tobytes()


@pytest.mark.parametrize("ending", [".jpg", ".png", ".bmp", ".webp", ".tiff", ".gif"])
def test_every_common_kind_is_read(ending: str) -> None:
    content = encoded(ending, numbered(5))
    assert stated_size(content) == (64, 48)
    image = decoded(content)
    assert image.shape == (48, 64, 3)
    assert abs(float(image.mean()) - 100) < 2


@pytest.mark.parametrize("ending", [".jpg", ".png"])
def test_a_picture_is_decoded_no_larger_than_wanted(ending: str) -> None:
    image = decoded(encoded(ending, np.full((1500, 3000, 3), 90, np.uint8)), longest_side_px=512)
    assert image.shape == (256, 512, 3)
    assert abs(float(image.mean()) - 90) < 2
    assert decoded(encoded(ending, numbered(3)), longest_side_px=512).shape == (48, 64, 3)


@pytest.mark.parametrize("side", [8_000, 30_000, 50_000])
def test_a_small_file_of_a_huge_picture_is_refused_before_its_pixels(side: int) -> None:
    content = huge_png(side, side)
    tracemalloc.start()
    with pytest.raises(UnreadablePicture, match=f"{side}x{side} pixels; at most 40 megapixels"):
        decoded(content)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_photograph_beyond_the_limit_is_read_at_half_its_size() -> None:
    content = encoded(".jpg", np.full((6000, 8000), 70, np.uint8))
    image = decoded(content)
    assert image.shape == (3000, 4000, 3)
    assert image.shape[0] * image.shape[1] <= MOST_PIXELS


@given(st.sampled_from([".jpg", ".png", ".bmp", ".webp", ".tiff", ".gif"]), st.data())
def test_damage_anywhere_is_a_picture_or_a_reason(ending: str, data: st.DataObject) -> None:
    content = bytearray(encoded(ending, numbered(5)))
    for place in data.draw(st.lists(st.integers(0, min(len(content), 300) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    with contextlib.suppress(UnreadablePicture):
        assert decoded(bytes(content)).ndim == 3


def test_a_folder_gives_its_regular_pictures_and_names_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write_pictures(tmp_path / "pictures", count=2)
    (folder / "001.png").write_bytes(huge_png(30_000, 30_000))
    os.mkfifo(folder / "002.png")
    (folder / "003.png").mkdir()
    (folder / "004.png").symlink_to(folder / "000.png")
    (folder / "005.png").symlink_to(folder / "nowhere.png")
    (folder / "._000.png").write_bytes(b"what another system keeps beside the picture")
    with FolderSource(folder) as source:
        assert [frame.index for frame in source] == [0, 2]
    assert [record.getMessage().split("/")[-1] for record in caplog.records] == [
        "001.png: an image of 30000x30000 pixels; at most 40 megapixels are read; left out"
    ]


def test_a_picture_beyond_the_limit_alone_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "huge.png").write_bytes(huge_png(9_000, 9_000))
    with pytest.raises(SourceError, match="none of its 1 images can be read"):
        FolderSource(tmp_path / "huge.png").read()
