from __future__ import annotations

from pathlib import Path

import pytest

from player.music.library.covers import cover
from player.music.library.library import Library
from player.music.library.tags import read_tags
from tests.player.music.sounds import tone, write
from tests.player.music.tagged import PNG, tag_flac


def test_the_picture_in_the_file_goes_before_the_one_beside_it(tmp_path: Path) -> None:
    bare = write(tmp_path / "bare.flac", tone(2))
    covered = tag_flac(write(tmp_path / "covered.flac", tone(2)), {}, picture=PNG)
    (tmp_path / "Cover.JPG").write_bytes(b"the one beside")

    assert cover(covered) == PNG
    assert cover(bare) == b"the one beside"
    assert (read_tags(covered).has_cover, read_tags(bare).has_cover) == (True, False)


@pytest.mark.parametrize("name", ["folder.jpg", "FRONT.png", "album.jpeg"])
def test_a_picture_beside_the_music_is_found_by_its_usual_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PNG)
    (tmp_path / "holiday.jpg").write_bytes(b"no cover")

    assert cover(write(tmp_path / "a.wav", tone(1))) == PNG


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
