from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.music.library.library import Library
from player.music.track import Measured, Track
from recognizer.affect import Affect
from tests.player.music.sounds import tone, write
from tests.player.music.tagged import tag_flac, tag_mp3

NOW = 1_800_000_000.0
MEASURED = Measured(duration_seconds=2.0, valence=6.0, arousal=6.5, sound_start_seconds=0.1, gain_db=-3.0)


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Three tracks of different sound."""
    folder = tmp_path / "music"
    for number, name in enumerate(("a.flac", "b.mp3", "c.wav")):
        write(folder / name, tone(2, hertz=300.0 + 100 * number))
    return folder


@pytest.fixture
def library(tmp_path: Path, music: Path) -> Iterator[Library]:
    """Everything about its tracks is known, and each has stars: a one, b two, c three."""
    with Library(tmp_path / "library.db") as library:
        library.scan(music)
        for stars, track in enumerate(library.tracks(), start=1):
            library.store(track.id, MEASURED)
            library.rate(track.id, stars)
        yield library


def by_name(library: Library) -> dict[str, Track]:
    return {track.path.name: track for track in library.tracks()}


def stars(library: Library) -> dict[str, int | None]:
    return {name: track.rating for name, track in by_name(library).items()}


@pytest.mark.parametrize("to", ["z.flac", "deeper/a.flac", "deeper/z.flac"])
def test_a_track_that_was_moved_or_renamed_stays_the_same_track(
    library: Library, music: Path, to: str
) -> None:
    before = by_name(library)["a.flac"]
    (music / "deeper").mkdir()
    (music / "a.flac").rename(music / to)

    report = library.scan(music)

    after = by_name(library)[Path(to).name]
    assert (report.added, report.updated, report.removed, report.moved) == (0, 0, 0, 1)
    assert (after.id, after.rating, after.valence) == (before.id, 1, MEASURED.valence)
    assert library.pending() == ()


def test_a_track_is_known_again_in_another_music_folder(
    library: Library, music: Path, tmp_path: Path
) -> None:
    before = by_name(library)["a.flac"]
    other = tmp_path / "other"
    other.mkdir()
    shutil.move(music / "a.flac", other / "a.flac")

    report = library.scan(other)

    assert (report.added, report.moved) == (0, 1)
    assert by_name(library)["a.flac"].id == before.id


def test_a_copy_is_a_track_of_its_own_that_needs_no_analysis(library: Library, music: Path) -> None:
    shutil.copy(music / "a.flac", music / "copy.flac")

    report = library.scan(music)

    copy = by_name(library)["copy.flac"]
    assert (report.added, report.moved) == (1, 0)
    assert (copy.rating, copy.valence) == (None, MEASURED.valence)
    assert library.pending() == ()


def test_tracks_that_exchanged_their_names_keep_their_own_stars(library: Library, music: Path) -> None:
    by_id = {track.id: track.rating for track in library.tracks()}
    (music / "a.flac").rename(music / "aside")
    (music / "c.wav").rename(music / "a.flac")
    (music / "aside").rename(music / "c.wav")

    report = library.scan(music)

    assert (report.added, report.moved, report.removed, report.failed) == (0, 2, 0, ())
    assert {track.id: track.rating for track in library.tracks()} == by_id
    assert stars(library) == {"a.flac": 3, "b.mp3": 2, "c.wav": 1}


def test_tracks_whose_names_moved_up_by_one_keep_their_stars(tmp_path: Path) -> None:
    music = tmp_path / "album"
    for number in (1, 2, 3):
        write(music / f"0{number}.flac", tone(2, hertz=200.0 * number))
    with Library(tmp_path / "own.db") as library:
        library.scan(music)
        for track in library.tracks():
            library.rate(track.id, int(track.path.stem))
        for number in (3, 2, 1):
            (music / f"0{number}.flac").rename(music / f"0{number + 1}.flac")
        write(music / "01.flac", tone(2, hertz=1000))

        report = library.scan(music)

        assert (report.added, report.moved, report.removed) == (1, 3, 0)
        assert stars(library) == {"01.flac": None, "02.flac": 1, "03.flac": 2, "04.flac": 3}


def test_new_tags_are_read_and_the_sound_is_not_analysed_again(library: Library, music: Path) -> None:
    tag_flac(music / "a.flac", {"TITLE": "Élan", "ARTIST": "Ann", "ALBUMARTIST": "All", "TRACKNUMBER": "7"})
    tag_mp3(music / "b.mp3", {"TIT2": "Boat", "TPOS": "2/3"})

    report = library.scan(music)

    tracks = by_name(library)
    assert report.updated == 2
    assert (tracks["a.flac"].title, tracks["a.flac"].album_artist, tracks["a.flac"].track_number) == (
        "Élan",
        "All",
        7,
    )
    assert (tracks["b.mp3"].title, tracks["b.mp3"].disc_number) == ("Boat", 2)
    assert [tracks[name].valence for name in ("a.flac", "b.mp3")] == [MEASURED.valence] * 2
    assert library.pending() == ()
    assert library.search("elan", 5).tracks == (tracks["a.flac"],)


def test_a_file_with_another_sound_is_analysed_again_and_keeps_what_the_listener_said(
    library: Library, music: Path
) -> None:
    track = by_name(library)["a.flac"]
    library.correct_mood(track.id, Affect(0.9, -0.9), NOW)
    write(music / "a.flac", tone(3, hertz=900))

    library.scan(music)

    after = by_name(library)["a.flac"]
    assert (after.id, after.rating, after.mood, after.valence) == (track.id, 1, Affect(0.9, -0.9), None)
    assert [pending.path.name for pending in library.pending()] == ["a.flac"]


def test_a_library_of_the_first_version_learns_its_files_contents_without_another_analysis(
    library: Library, music: Path, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "library.db") as connection:
        connection.execute("UPDATE track SET content_key = NULL, sort_key = ''")
    connection.close()
    (music / "c.wav").rename(music / "moved.wav")

    report = library.scan(music)

    assert (report.added, report.removed, report.moved) == (0, 0, 1)
    assert stars(library) == {"a.flac": 1, "b.mp3": 2, "moved.wav": 3}
    assert library.pending() == ()


def test_a_change_in_one_place_is_taken_in_without_a_look_at_the_rest(library: Library, music: Path) -> None:
    write(music / "new" / "d.wav", tone(2, hertz=800))
    (music / "a.flac").unlink()

    report = library.look_again([music / "new"])

    assert report.added == 1
    assert sorted(by_name(library)) == ["a.flac", "b.mp3", "c.wav", "d.wav"]


def test_links_to_folders_are_followed_but_not_for_ever(
    library: Library, music: Path, tmp_path: Path
) -> None:
    write(tmp_path / "disk" / "d.wav", tone(2, hertz=800))
    (music / "linked").symlink_to(tmp_path / "disk")
    (tmp_path / "disk" / "back").symlink_to(music)

    report = library.scan(music)

    assert (report.added, report.moved) == (1, 0)
    assert sorted(by_name(library)) == ["a.flac", "b.mp3", "c.wav", "d.wav"]


def test_a_folder_that_was_deleted_takes_its_tracks_along(library: Library, music: Path) -> None:
    (music / "deeper").mkdir()
    (music / "a.flac").rename(music / "deeper" / "a.flac")
    library.scan(music)
    shutil.rmtree(music / "deeper")

    report = library.look_again([music / "deeper"])

    assert report.removed == 1
    assert sorted(by_name(library)) == ["b.mp3", "c.wav"]


def test_a_music_folder_that_is_away_as_a_whole_loses_nothing(
    library: Library, music: Path, tmp_path: Path
) -> None:
    music.rename(tmp_path / "unplugged")
    gone = library.look_again([music])
    music.mkdir()
    empty = library.look_again([music])

    assert not gone.changed
    assert not empty.changed
    assert len(library.tracks()) == 3


def test_a_scan_that_is_broken_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    music = tmp_path / "many"
    first = write(music / "000.wav", tone(0.5))
    for number in range(1, 450):
        os.link(first, music / f"{number:03d}.wav")

    class Enough(Exception):
        pass

    def stop(done: int, _: int) -> None:
        if done >= 400:
            raise Enough

    with Library(tmp_path / "own.db") as library:
        with pytest.raises(Enough):
            library.scan(music, stop)
        kept = len(library.tracks())
        rest = library.scan(music)

        assert kept == 200
        assert (rest.added, rest.updated) == (250, 0)
        assert len(library.tracks()) == 450
