from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from player.music.library.covers import cover
from player.music.library.library import Library
from player.music.library.tags import read_tags
from tests.cases import media_case
from tests.player.music.sounds import tone, write
from tests.player.music.tagged import PNG, tag_flac
from tests.recognizer.test_pictures import huge_png


def test_the_picture_in_the_file_goes_before_the_one_beside_it(tmp_path: Path) -> None:
    bare = write(tmp_path / "bare.flac", tone(2))
    covered = tag_flac(write(tmp_path / "covered.flac", tone(2)), {}, picture=PNG)
    beside = cv2.imencode(".jpg", np.zeros((4, 6, 3), np.uint8))[1].tobytes()
    (tmp_path / "Cover.JPG").write_bytes(beside)

    assert cover(covered) == PNG
    assert cover(bare) == beside
    assert (read_tags(covered).has_cover, read_tags(bare).has_cover) == (True, False)


@pytest.mark.parametrize("name", ["folder.jpg", "FRONT.png", "album.jpeg"])
def test_a_picture_beside_the_music_is_found_by_its_usual_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PNG)
    (tmp_path / "holiday.jpg").write_bytes(b"no cover")

    assert cover(write(tmp_path / "a.wav", tone(1))) == PNG


@pytest.mark.parametrize(
    "inside", [b"<html>404 not found</html>", b"https://a.b/cover.jpg", huge_png(30_000, 30_000)]
)
def test_what_is_no_picture_does_not_hide_the_one_beside(tmp_path: Path, inside: bytes) -> None:
    track = tag_flac(write(tmp_path / "a.flac", tone(1)), {}, picture=inside)
    os.mkfifo(tmp_path / "cover.jpg")
    (tmp_path / "cover.png").write_bytes(huge_png(9_000, 9_000))
    assert cover(track) is None
    (tmp_path / "folder.png").write_bytes(PNG)
    assert cover(track) == PNG


def test_the_cover_of_a_kind_that_tinytag_does_not_read_is_found(tmp_path: Path) -> None:
    item = b"front.png\0" + PNG
    items = len(item).to_bytes(4, "little") + (2).to_bytes(4, "little") + b"Cover Art (Front)\0" + item
    footer = b"APETAGEX" + b"".join(number.to_bytes(4, "little") for number in (2000, len(items) + 32, 1, 0))
    track = write(tmp_path / "a.wv", tone(1))
    track.write_bytes(track.read_bytes() + items + footer + bytes(8))
    assert read_tags(track).has_cover
    assert cover(track) == PNG


def test_the_case_of_a_page_in_the_place_of_a_cover(tmp_path: Path) -> None:
    shutil.copy(media_case("cover_broken.mp3"), tmp_path / "song.mp3")
    (tmp_path / "cover.jpg").write_bytes(PNG)
    assert cover(tmp_path / "song.mp3") == PNG


def test_no_picture_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "cover.jpg").touch()
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"fLaC")

    assert cover(write(tmp_path / "a.wav", tone(1))) is None
    assert cover(broken) is None
    assert cover(tmp_path / "gone" / "gone.mp3") is None


def test_the_library_gives_a_tracks_cover(tmp_path: Path) -> None:
    tag_flac(write(tmp_path / "music" / "a.flac", tone(2)), {}, picture=PNG)
    with Library(tmp_path / "library.db") as library:
        library.scan(tmp_path / "music")

        assert library.cover(library.tracks()[0].id) == PNG
        assert library.cover(999) is None
