from __future__ import annotations

import shutil
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.errors import LibraryError
from player.music.playlists.files import Playlist, read_playlist, write_playlist
from player.music.playlists.m3u import parse_m3u
from player.music.playlists.xspf import parse_xspf
from tests.cases import media_case
from tests.player.music.tracks import track

NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20
).filter(lambda name: name not in (".", ".."))


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """A folder with some files; what is in them does not matter to a playlist."""
    for name in ("a.mp3", "deep/b b.mp3", "100% #1.mp3", "é.mp3", "C/Ä.flac"):
        path = tmp_path / "music" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "music"


def read(folder: Path, content: str | bytes, name: str = "list.m3u8") -> Playlist:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_playlist(path)


def names(folder: Path, playlist: Playlist) -> list[str]:
    return [unicodedata.normalize("NFC", path.relative_to(folder).as_posix()) for path in playlist.files]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("a.mp3", "a.mp3"),
        ("./a.mp3", "a.mp3"),
        ("deep/../a.mp3", "a.mp3"),
        ("  a.mp3  ", "a.mp3"),
        ("deep\\b b.mp3", "deep/b b.mp3"),
        (".\\deep\\b b.mp3", "deep/b b.mp3"),
        ("deep/b%20b.mp3", "deep/b b.mp3"),
        ("100% #1.mp3", "100% #1.mp3"),
        ("100%25%20%231.mp3", "100% #1.mp3"),
        (unicodedata.normalize("NFD", "é.mp3"), "é.mp3"),
        ("{folder}/a.mp3", "a.mp3"),
        ("file://{folder}/deep/b%20b.mp3", "deep/b b.mp3"),
        ("file://localhost{folder}/a.mp3", "a.mp3"),
        ("FILE://{folder}/a.mp3", "a.mp3"),
        ("file:{folder}/a.mp3", "a.mp3"),
        ("file://{folder}/100%25%20#1.mp3", "100% #1.mp3"),
    ],
)
def test_a_file_is_found_however_its_place_is_written(music: Path, line: str, name: str) -> None:
    playlist = read(music, f"#EXTM3U\n{line.replace('{folder}', str(music))}\n")

    assert (names(music, playlist), playlist.missing) == ([name], ())


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff#EXTM3U\r\n#EXTINF:12,É - x\r\né.mp3\r\n".encode(),
        "é.mp3\r".encode(),
        "é.mp3".encode("cp1252"),
        "#EXTM3U\né.mp3\n".encode("utf-16"),
    ],
)
def test_a_playlist_is_read_in_whatever_way_its_letters_are_written(music: Path, content: bytes) -> None:
    assert names(music, read(music, content, "list.m3u")) == ["é.mp3"]


def test_what_leads_nowhere_is_named_one_by_one(music: Path) -> None:
    lines = [
        "gone.mp3",
        "a.mp3",
        "http://radio.example/live",
        "C:\\Music\\x.mp3",
        "deep",
        "a.mp3",
        "file://[/x",
    ]

    playlist = read(music, "\n".join(lines))

    assert names(music, playlist) == ["a.mp3"]
    assert playlist.missing == (
        ("gone.mp3", "there is no such file"),
        ("http://radio.example/live", "it is on the network; only files are played"),
        ("C:\\Music\\x.mp3", "there is no such file"),
        ("deep", "there is no such file"),
        ("file://[/x", "there is no such file"),
    )


def test_what_an_m3u_says_about_a_file_is_read() -> None:
    text = '#EXTM3U\n#EXTINF:123 tvg-id="x, y",Ann - Sea - Shore\n#EXTALB: Waves\na.mp3\n#EXTINF:-1,Shore\nb.mp3\nc.mp3'

    first, second, third = parse_m3u(text)

    assert (first.artist, first.title, first.album, first.duration_seconds) == (
        "Ann",
        "Sea - Shore",
        "Waves",
        123.0,
    )
    assert (second.artist, second.title, second.duration_seconds) == ("", "Shore", None)
    assert third.title == ""


def test_an_xspf_is_read_with_and_without_its_namespace(music: Path) -> None:
    body = (
        "<trackList><track><location> deep/b%20b.mp3 </location><title>B &amp; b</title>"
        "<creator>Ann</creator><duration>1500</duration></track><track><title>no place</title></track>"
        "<track><location>http://radio.example/live</location></track></trackList>"
    )
    for attributes in ('version="1" xmlns="http://xspf.org/ns/0/"', 'version="0"'):
        content = f"<?xml version='1.0' encoding='UTF-8'?>\n<playlist {attributes}>{body}</playlist>"
        playlist = read(music, content, "list.XSPF")

        assert names(music, playlist) == ["deep/b b.mp3"]
        assert [location for location, _ in playlist.missing] == ["http://radio.example/live"]
        first = parse_xspf(content.encode())[0]
        assert (first.title, first.artist, first.duration_seconds) == ("B & b", "Ann", 1.5)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("list.xspf", b"not xml", "not valid XML"),
        ("list.xspf", b"<html/>", "no XSPF playlist but <html>"),
        ("list.xspf", b'<!DOCTYPE x [<!ENTITY a "b">]><playlist/>', "declares a document type"),
        ("list.xspf", b'<?xml version="1.0" encoding="utf-99"?><playlist/>', "not valid XML"),
        ("list.txt", b"a.mp3", "no playlist by its name"),
    ],
)
def test_what_is_no_playlist_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(LibraryError, match=reason) as caught:
        read(tmp_path, content, name)
    assert str(caught.value).startswith(str(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_a_playlist_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be read"):
        read_playlist(tmp_path / "gone.m3u")


@pytest.mark.parametrize("name", ["list.m3u8", "list.xspf"])
@given(inside=NAMES, outside=NAMES, title=st.text(), artist=st.text())
def test_what_is_written_leads_back_to_the_same_files(
    tmp_path_factory: pytest.TempPathFactory, name: str, inside: str, outside: str, title: str, artist: str
) -> None:
    folder = tmp_path_factory.mktemp("playlists")
    paths = (folder / "lists" / "in" / inside, folder / "elsewhere" / outside)
    for path in paths:
        path.parent.mkdir(parents=True)
        try:
            path.touch()
        except OSError:  # a name longer than this system allows
            return
    playlist = folder / "lists" / name
    tracks = [replace(track(1), path=path, title=title, artist=artist, album=title) for path in paths]

    write_playlist(playlist, tracks)

    assert read_playlist(playlist) == Playlist(paths, ())


def test_a_folder_moves_together_with_its_playlist(music: Path) -> None:
    write_playlist(music / "list.m3u8", [replace(track(1), path=music / "deep" / "b b.mp3")])
    moved = music.rename(music.parent / "moved")

    assert read_playlist(moved / "list.m3u8").files == (moved / "deep" / "b b.mp3",)


def test_a_playlist_is_overwritten_only_on_demand(music: Path) -> None:
    tracks = [replace(track(1), path=music / "a.mp3")]
    kept = music / "list.m3u8"
    kept.write_text("mine")

    with pytest.raises(LibraryError, match="is there already"):
        write_playlist(kept, tracks)
    assert kept.read_text() == "mine"
    write_playlist(kept, tracks, overwrite=True)
    assert read_playlist(kept).files == (music / "a.mp3",)
    assert sorted(path.name for path in music.iterdir() if path.name.startswith(".")) == []


def test_a_place_where_nothing_may_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be written"):
        write_playlist(tmp_path / "no folder" / "list.xspf", [track(1)])


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Track: One.mp3", "Track: One.mp3"),
        ("..\\music\\deep\\b%20b.mp3", "deep/b b.mp3"),
        ("file://{folder}\\deep\\b b.mp3", "deep/b b.mp3"),
        ("file://{folder}\\deep\\b%20b.mp3", "deep/b b.mp3"),
        (" leading.mp3", " leading.mp3"),
        ("spotify:track:1.mp3", "spotify:track:1.mp3"),
    ],
)
def test_a_name_that_looks_like_something_else_is_found(music: Path, line: str, name: str) -> None:
    for extra in ("Track: One.mp3", " leading.mp3", "spotify:track:1.mp3"):
        (music / extra).touch()
    playlist = read(music, line.replace("{folder}", str(music)))
    assert names(music, playlist) == [name]
    assert playlist.missing == ()


def test_every_location_of_a_track_is_tried_from_its_base(music: Path) -> None:
    content = f"""<playlist xml:base="deep/" xmlns="http://xspf.org/ns/0/"><trackList>
<track><location>http://example.org/a.mp3</location><location>b%20b.mp3</location></track>
<track xml:base="../"><location>gone.mp3</location><location>a.mp3</location></track>
<track><location xml:base="file://{music}/C/">%C3%84.flac</location></track>
<track><location>https://example.org/a.mp3</location><duration>{"9" * 5000}</duration></track>
</trackList></playlist>"""
    playlist = read(music, content, "list.xspf")
    assert names(music, playlist) == ["deep/b b.mp3", "a.mp3", "C/Ä.flac"]
    assert playlist.missing == (("https://example.org/a.mp3", "it is on the network; only files are played"),)


def test_playlists_in_a_playlist_give_their_entries_and_end(music: Path) -> None:
    (music / "deep" / "inner.m3u8").write_text("b b.mp3\n../outer.m3u8\ngone.mp3\n")
    (music / "bad.xspf").write_text("no xml")
    playlist = read(music, "a.mp3\ndeep/inner.m3u8\nbad.xspf\n", "outer.m3u8")
    assert names(music, playlist) == ["a.mp3", "deep/b b.mp3"]
    assert [line for line, _ in playlist.missing] == ["gone.mp3", "bad.xspf"]
    assert "it is a playlist that cannot be read" in playlist.missing[1][1]


@pytest.mark.parametrize(
    ("case", "found"),
    [("two_locations.xspf", ["01 Song.mp3", "Käse.mp3"]), ("pct_backslash.m3u", ["01 Song.mp3"])],
)
def test_the_cases_that_others_read_wrongly(tmp_path: Path, case: str, found: list[str]) -> None:
    album = tmp_path / "Art" / "Alb"
    album.mkdir(parents=True)
    (tmp_path / "lists").mkdir()
    for name in ("01 Song.mp3", "Käse.mp3"):
        (album / name).touch()
    shutil.copy(media_case(case), tmp_path / "lists" / case)
    playlist = read_playlist(tmp_path / "lists" / case)
    assert [path.name for path in playlist.files] == found
    assert playlist.missing == ()


def test_a_playlist_that_is_named_by_a_playlist_is_never_taken_for_music() -> None:
    playlist = read_playlist(media_case("nested.m3u8"))
    assert playlist.missing == (("rel_dotdot.m3u8", "there is no such file"),)
