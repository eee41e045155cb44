from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.errors import LibraryError
from player.music.library.bundled_music import sample_tracks
from player.music.library.tags import read_tags, title_from_name
from tests.cases import media_case
from tests.player.music.sounds import CODECS, tone, write

FORMATS = ["mp3", "flac", "ogg", "opus", "wav", "m4a"]


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_tells_its_length(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"my_song.{ending}", tone(3))

    tags = read_tags(path)

    assert tags.title == "My song"
    assert tags.duration_seconds == pytest.approx(3, abs=0.3)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("tender_acoustic_1", "Tender acoustic 1"),
        ("03 - my song", "My song"),
        ("03_-_my_song", "My song"),
        ("03 my song", "My song"),
        ("03-my-song", "My-song"),
        ("3. Morning", "Morning"),
        ("12) Encore", "Encore"),
        ("1-03 Intro", "Intro"),
        ("1-03 - Intro", "Intro"),
        ("102 \u2013 été", "Été"),
    ],
)
def test_a_file_name_becomes_a_title_without_its_track_number(name: str, title: str) -> None:
    assert title_from_name(name) == title


@pytest.mark.parametrize(
    "name",
    [
        "99 Luftballons",
        "7 rings",
        "1979",
        "007 Theme",
        "9-5",
        "50-50",
        "4.20",
        "01 - 02",
        "1-800 Call me",
        "9-11 Remembered",
    ],
)
def test_a_number_that_belongs_to_the_title_stays(name: str) -> None:
    assert title_from_name(name) == name


@given(st.text(min_size=1))
def test_any_file_name_gives_a_title(name: str) -> None:
    assert title_from_name(name)


def test_the_shipped_tracks_are_readable_and_claim_no_artist() -> None:
    tags = [read_tags(path) for path in sample_tracks()]

    assert len(tags) == 28
    assert all((tag.duration_seconds or 0) > 20 for tag in tags)
    assert {(tag.artist, tag.album) for tag in tags} == {("", "")}
    assert tags[0].title == "Calm acoustic 1"


def test_a_file_of_sound_under_a_wrong_ending_is_still_music(tmp_path: Path) -> None:
    flac, wav = write(tmp_path / "true.flac", tone(2)), write(tmp_path / "true.wav", tone(2))

    for path in (flac.rename(tmp_path / "really_flac.mp3"), wav.rename(tmp_path / "really_wav.flac")):
        assert read_tags(path).duration_seconds == pytest.approx(2, abs=0.1)


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


@pytest.mark.parametrize(
    ("name", "seconds", "title"),
    [
        ("vbr_noxing_quiet_intro.mp3", 30.04, None),
        ("chained.ogg", 75.05, None),
        ("unknown_length.flac", 6.0, None),
        ("theora_first.ogg", 15.05, "CoverJpg"),
        ("rf64.wav", 6.0, None),
        ("stream_ripped_midframe.mp3", 15.02, None),
        ("id3_then_junk.mp3", 15.05, "Outer"),
        ("double_id3.mp3", 15.05, "Outer"),
        ("ape_at_front.mp3", 15.05, "Front Ape"),
        ("adts_named.m4a", 15.02, None),
        ("aiff_named.wav", 6.0, None),
        ("wma_named.mp3", 15.0, None),
        ("cover_badb64.ogg", 15.0, "OggBadCover"),
        ("Vol: 1/colon.m4a", 15.0, None),
    ],
)
def test_what_others_stumble_over_is_read(name: str, seconds: float, title: str | None) -> None:
    tags = read_tags(media_case(name))
    assert tags.duration_seconds == pytest.approx(seconds, abs=0.06)
    assert tags.title == (title or title_from_name(Path(name).stem))


def test_all_artists_and_genres_of_a_track_are_known() -> None:
    tags = read_tags(media_case("multi_artist_v24.mp3"))
    assert (tags.artist, tags.genre) == ("Alpha One, Beta Two", "Rock, Folk")


def test_a_gain_of_mp3gain_is_read() -> None:
    assert read_tags(media_case("ape_mp3gain.mp3")).replaygain_track_db == pytest.approx(-9.5)


def test_a_gain_in_an_rva2_frame_is_read(tmp_path: Path) -> None:
    frames = b""
    for name, gain_db in (("track", -6.5), ("album", -4.0)):
        content = (
            name.encode() + b"\0\x01" + round(gain_db * 512).to_bytes(2, "big", signed=True) + b"\x10\x80\0"
        )
        frames += b"RVA2" + bytes([0, 0, 0, len(content)]) + b"\0\0" + content
    path = write(tmp_path / "a.mp3", tone(1))
    path.write_bytes(b"ID3\x04\0\0\0\0\0" + bytes([len(frames)]) + frames + path.read_bytes())
    tags = read_tags(path)
    assert (tags.replaygain_track_db, tags.replaygain_album_db) == (-6.5, -4.0)


def test_nothing_in_a_title_can_command_a_terminal() -> None:
    assert read_tags(media_case("control.mp3")).title.isprintable()


@pytest.mark.parametrize("ending", [ending for ending in CODECS if ending != "webm"])
def test_every_kind_is_read_whatever_its_name_says(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"song.{ending}", tone(3))
    for other in (path, path.with_suffix(".mp3"), path.with_suffix(".wma")):
        if other != path:
            other.write_bytes(path.read_bytes())
        assert read_tags(other).duration_seconds == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("junk", [bytes(5000), b"radio stream, now playing: " * 30])
def test_junk_before_the_first_frame_is_passed_over(tmp_path: Path, junk: bytes) -> None:
    path = write(tmp_path / "a.mp3", tone(3), options={"write_xing": "0"})
    path.write_bytes(junk + path.read_bytes())
    assert read_tags(path).duration_seconds == pytest.approx(3, abs=0.1)
