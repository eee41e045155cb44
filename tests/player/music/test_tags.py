from __future__ import annotations

from pathlib import Path

import pytest

from player.errors import LibraryError
from player.music.samples import default_music
from player.music.tags import read_tags
from tests.player.music.sounds import tone, write

FORMATS = ["mp3", "flac", "ogg", "opus", "wav", "m4a"]


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_tells_its_length(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"my_song.{ending}", tone(3))

    tags = read_tags(path)

    assert tags.title == "my song"
    assert tags.duration_seconds == pytest.approx(3, abs=0.3)


def test_the_shipped_tracks_are_readable() -> None:
    tracks = sorted(default_music().rglob("*.opus"))

    assert len(tracks) == 28
    assert all((read_tags(path).duration_seconds or 0) > 20 for path in tracks)


def test_a_file_of_sound_under_a_wrong_ending_is_still_music(tmp_path: Path) -> None:
    flac = write(tmp_path / "true.flac", tone(2))

    assert read_tags(flac.rename(tmp_path / "really_flac.mp3")).duration_seconds == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.mp3", b"", "it is empty"),
        ("text.mp3", b"hello " * 1000, "holds no sound"),
        ("picture.flac", b"\x89PNG\r\n\x1a\n" + bytes(2000), "holds no sound"),
        ("video.wav", b"RIFF\0\0\0\0AVI LIST" + bytes(2000), "holds no sound"),
        ("tagged.mp3", b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + b"no sound follows", "holds no sound"),
        ("beheaded.wav", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0", "header is damaged"),
    ],
)
def test_what_is_no_music_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(LibraryError, match=reason):
        read_tags(path)


def test_a_file_that_vanished_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be read"):
        read_tags(tmp_path / "gone.mp3")
