"""What a music file says about itself, and whether it is one at all, without decoding its sound if that can be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from player.errors import LibraryError
from player.music.analysis.decode import true_seconds
from player.music.analysis.replaygain import stated_gain_db
from player.music.library.code_pages import repaired
from player.music.library.raw_tags import RawTags, raw_tags
from player.music.library.sniff import check_regular, check_sound, head_of
from recognizer.media_file import Undecodable
from recognizer.words import capitalised, printable

_MOST_TRACKS = 9999
_DASH = r"[-\u2013\u2014]"
_TRACK_NUMBER = re.compile(
    rf"""^(?: \d- )?                                 # the disc: "1-03 "
          (?: \d{{1,3}} (?: [.)]\s | \s{_DASH}\s )    # "3. ", "12) ", "007 - "
            | 0\d (?: [\s.] | {_DASH} ) )             # "03 ", "03-", but neither "007 " nor "99 Luftballons"
          (?: [\s.] | {_DASH} )*
          (?= .*[^\W\d_] )                            # a name must be left""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Tags:
    """What a listener reads about a track, empty or None where the file does not say.

    `duration_seconds` is the length that the header states, or was counted where that cannot be believed; the gains
    are those that the file states (see `player.music.analysis.replaygain`); `has_cover` says that there is a picture
    inside the file.
    """

    title: str
    artist: str
    album: str
    duration_seconds: float | None
    album_artist: str = ""
    genre: str = ""
    year: int | None = None
    track_number: int | None = None
    disc_number: int | None = None
    replaygain_track_db: float | None = None
    replaygain_album_db: float | None = None
    has_cover: bool = False


def read_tags(path: Path) -> Tags:
    """The tags of a music file; the file's name stands in for a missing title.

    Raises LibraryError, with the reason only (the caller knows the path), for a file that is empty, unreadable or no
    sound at all. A file of sound under the wrong ending is fine: decoders look at the content, and so do we.
    """
    check_regular(path)
    try:
        with path.open("rb") as file:
            head = head_of(file)
            check_sound(path, head)
            raw = raw_tags(file, path, head)
    except OSError as error:
        raise LibraryError(f"it cannot be read ({error.strerror})") from error
    return _tags(raw, path, _true_seconds(path) if raw.stated_seconds is None else raw.stated_seconds)


def _true_seconds(path: Path) -> float | None:
    """The length where the header does not state it, or cannot be believed."""
    try:
        return true_seconds(path)
    except Undecodable:
        return None
    except OSError as error:
        raise LibraryError(f"it cannot be read ({error.strerror})") from error


def _tags(raw: RawTags, path: Path, seconds: float | None) -> Tags:
    def named(name: str) -> str:
        return _joined(raw.texts.get(name, ()))

    def first(name: str) -> str:
        return next(iter(raw.texts.get(name, ())), "")

    album_artist = named("album_artist")
    return Tags(
        title=_clean(first("title")) or title_from_name(path.stem),
        artist=named("artist") or album_artist,
        album=_clean(first("album")),
        duration_seconds=seconds,
        album_artist=album_artist,
        genre=named("genre"),
        year=_year(first("date")),
        track_number=_count(first("track")),
        disc_number=_count(first("disc")),
        replaygain_track_db=stated_gain_db(raw.texts, "track"),
        replaygain_album_db=stated_gain_db(raw.texts, "album"),
        has_cover=raw.has_picture,
    )


def title_from_name(stem: str) -> str:
    """A file's name without its ending as a title: "03_-_my_song" becomes "My song".

    A number goes only where it can hardly be part of the title: before a dot, bracket or dash, or with a zero in front.
    """
    words = _clean(stem.replace("_", " "))
    title = _TRACK_NUMBER.sub("", words)
    return capitalised(title) or stem


def _joined(values: Sequence[str]) -> str:
    """Several artists or genres, each once, as one text."""
    parts = [_clean(part) for value in values for part in value.split("\0")]
    return ", ".join(dict.fromkeys(filter(None, parts)))


def _clean(text: str) -> str:
    return " ".join(printable(repaired(text)).split())


def _year(text: str) -> int | None:
    """The first four digits of a date, which people write in many ways."""
    found = re.search(r"\d{4}", text)
    return int(found[0]) if found else None


def _count(text: str) -> int | None:
    """The number of a track or disc, as in "3/12"; what is none, or beyond all reason, is left out."""
    found = re.match(r"\s*(\d{1,5})", text)
    number = int(found[1]) if found else 0
    return number if 0 < number <= _MOST_TRACKS else None
