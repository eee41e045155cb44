"""Which files of a folder are music: each real one once, whatever else lies there."""

from __future__ import annotations

import os
from pathlib import Path

from player.music.library.library import Library
from player.music.library.music_files import MusicFiles, holds_music
from tests.player.music.sounds import tone, write


def names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in MusicFiles(folder)]


def touched(folder: Path, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def test_only_regular_files_that_are_shown_count(tmp_path: Path) -> None:
    touched(tmp_path, "b/2.mp3", "a.flac", "B.MP3", "notes.txt", ".hidden.mp3", ".Trash-1000/files/old.mp3")
    touched(tmp_path, "$RECYCLE.BIN/x.mp3", "#recycle/y.mp3", "@eaDir/z.mp3", ".sync/w.ogg")
    os.mkfifo(tmp_path / "pipe.mp3")
    (tmp_path / "folder.mp3").mkdir()
    (tmp_path / "nowhere.mp3").symlink_to(tmp_path / "gone.mp3")
    assert sorted(names(tmp_path)) == ["B.MP3", "a.flac", "b/2.mp3"]
    assert holds_music(tmp_path)
    assert not holds_music(tmp_path / "folder.mp3")


def test_each_real_file_comes_once_whatever_links_there_are(tmp_path: Path) -> None:
    music = touched(tmp_path / "music", "album/1.mp3", "album/2.mp3")
    outside = touched(tmp_path / "outside", "3.mp3", "more/4.mp3")
    (music / "0 link to the parent").symlink_to(music)
    (music / "album" / "up").symlink_to(music.parent / "music")
    (music / "again").symlink_to(music / "album")
    (music / "1 link.mp3").symlink_to(music / "album" / "1.mp3")
    (music / "elsewhere").symlink_to(outside)
    (music / "elsewhere twice").symlink_to(outside)
    (music / "one.mp3").symlink_to(outside / "3.mp3")
    found = names(music)
    assert len(found) == len({os.path.realpath(music / name) for name in found}) == 4
    assert {"album/1.mp3", "album/2.mp3"} < set(found)
    assert names(music) == found


def test_kinds_that_are_not_played_are_counted(tmp_path: Path) -> None:
    music = touched(tmp_path / "music", "a.mid", "b.mid", "c.mp4", "d.jpg", "e.txt")
    write(music / "f.wav", tone(1))
    with Library(tmp_path / "library.db") as library:
        report = library.scan(music)
    assert report.lines() == ("not played, as files of other kinds: 2 .mid, 1 .mp4",)


def test_a_link_to_a_parent_doubles_nothing_while_watching(tmp_path: Path) -> None:
    music = tmp_path / "music"
    write(music / "album" / "a.wav", tone(1))
    (music / "album" / "up").symlink_to(music)
    with Library(tmp_path / "library.db") as library:
        library.scan(music)
        write(music / "album" / "b.wav", tone(1, hertz=300))
        library.look_again([music / "album"])
        assert [track.path.name for track in library.tracks()] == ["a.wav", "b.wav"]


def test_a_pipe_that_takes_the_name_of_a_track_is_not_opened(tmp_path: Path) -> None:
    music = tmp_path / "music"
    write(music / "a.wav", tone(1))
    write(music / "b.wav", tone(1, hertz=300))
    with Library(tmp_path / "library.db") as library:
        library.scan(music)
        (music / "a.wav").unlink()
        os.mkfifo(music / "a.wav")
        library.scan(music)
        assert [track.path.name for track in library.tracks()] == ["b.wav"]
