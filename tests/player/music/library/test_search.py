from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from player.errors import LibraryError
from player.music.library.library import Library
from player.music.library.search import sort_key
from player.music.track import Measured
from tests.player.music.sounds import tone, write
from tests.player.music.tagged import tag_flac

SONGS = (
    ("Café del Mar", "Energy 52", "Trance", "1", "Electronic"),
    ("Für Elise", "Beethoven", "Bagatellen", "2", "Classical"),
    ("Back in Black", "AC/DC", "Back in Black", "6", "Rock"),
    ("Hells Bells", "AC/DC", "Back in Black", "1", "Rock"),
    ("Louie Louie", "!!!", "Myth Takes", "3", "Dance"),
    ("戦場のメリークリスマス", "坂本龍一", "音楽図鑑", "1", "Film"),
    ("100% of it", "Snake_Case", "Signs", "1", ""),
    ("Ложь", "Ёлка", "Лето", "1", "Pop"),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("search")
    for index, (title, artist, album, number, genre) in enumerate(SONGS):
        fields = {"TITLE": title, "ARTIST": artist, "ALBUM": album, "TRACKNUMBER": number, "GENRE": genre}
        tag_flac(write(folder / "music" / f"{index}.flac", tone(1, hertz=200.0 + index)), fields)
    write(folder / "music" / "zzz nameless.wav", tone(1))
    with Library(folder / "library.db") as library:
        library.scan(folder / "music")
        yield library


def titles(library: Library, text: str) -> list[str]:
    return [track.title for track in library.search(text, 100).tracks]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cafe", ["Café del Mar"]),
        ("CAFÉ mar", ["Café del Mar"]),
        ("mar energy", ["Café del Mar"]),
        ("fur eli", ["Für Elise"]),
        ("beet", ["Für Elise"]),
        ("ac/dc", ["Hells Bells", "Back in Black"]),
        ("bla rock", ["Hells Bells", "Back in Black"]),
        ("ack", []),
        ("!!!", ["Louie Louie"]),
        ("louie !!!", ["Louie Louie"]),
        ("メリー", ["戦場のメリークリスマス"]),
        ("龍一 film", ["戦場のメリークリスマス"]),
        ("100%", ["100% of it"]),
        ("%", ["100% of it"]),
        ("snake_c", ["100% of it"]),
        ("ЁЛ", ["Ложь"]),
        ('"back', ["Hells Bells", "Back in Black"]),
        ("AND", []),
        ("title:back", []),
        ("back*", ["Hells Bells", "Back in Black"]),
    ],
)
def test_a_few_letters_find_the_track(library: Library, text: str, found: list[str]) -> None:
    assert titles(library, text) == found


def test_without_a_text_all_are_listed_by_artist_album_and_number(library: Library) -> None:
    assert [(track.artist, track.title) for track in library.search("", 100).tracks] == [
        ("!!!", "Louie Louie"),
        ("AC/DC", "Hells Bells"),
        ("AC/DC", "Back in Black"),
        ("Beethoven", "Für Elise"),
        ("Energy 52", "Café del Mar"),
        ("Snake_Case", "100% of it"),
        ("Ёлка", "Ложь"),
        ("坂本龍一", "戦場のメリークリスマス"),
        ("", "Zzz nameless"),
    ]


def test_pages_follow_each_other_without_gaps(library: Library) -> None:
    pages = [library.search("", 4, offset) for offset in (0, 4, 8, 12)]

    assert [page.total for page in pages] == [9] * 4
    assert [len(page.tracks) for page in pages] == [4, 4, 1, 0]
    assert [track for page in pages for track in page.tracks] == list(library.search("", 9).tracks)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.text())
def test_any_text_can_be_looked_for(library: Library, text: str) -> None:
    assert 0 <= library.search(text, 5).total <= len(SONGS) + 1


def test_the_list_shows_what_was_changed_since(library: Library) -> None:
    track = library.search("louie", 1).tracks[0]
    library.rate(track.id, 4)
    library.store(track.id, Measured(1.0, 6.0, 6.0, 0.0, 0.0))

    found = library.search("louie", 1).tracks[0]

    assert (found.rating, found.mood_known) == (4, True)
    assert found == library.track(track.id)


def test_stars_can_be_taken_back_and_no_more_than_five_given(library: Library) -> None:
    track = library.tracks()[0]
    library.rate(track.id, 5)
    library.rate(track.id, 0)

    with pytest.raises(LibraryError, match="6 stars are not possible"):
        library.rate(track.id, 6)
    after = library.track(track.id)
    assert after is not None
    assert after.rating is None


def test_a_track_of_unknown_mood_is_listed_like_any_other(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        write(tmp_path / "music" / name, tone(1))
    with Library(tmp_path / "library.db") as library:
        library.scan(tmp_path / "music")
        library.mark_unmeasured(library.search("a", 1).tracks[0].id, "it is silent throughout")
        assert [track.title for track in library.search("", 9).tracks] == ["A", "B"]


@given(st.text(max_size=5), st.text(max_size=5), st.integers(1, 9), st.integers(1, 999))
def test_a_disc_is_listed_after_the_disc_before_it(artist: str, album: str, disc: int, track: int) -> None:
    assert sort_key(artist, album, disc, track, "b") < sort_key(artist, album, disc, track + 1, "a")
    assert sort_key(artist, album, disc, 999, "b") < sort_key(artist, album, disc + 1, 1, "a")
    assert sort_key("Zz", album, disc, track, "z") < sort_key("", album, disc, track, "a")


def test_another_program_that_writes_to_the_library_is_noticed(library: Library) -> None:
    track = library.tracks()[0]
    library.changed_elsewhere()
    with Library(library.path) as other:
        other.rate(track.id, 3)

    assert library.changed_elsewhere()
    assert not library.changed_elsewhere()
    after = library.track(track.id)
    assert after is not None
    assert after.rating == 3
