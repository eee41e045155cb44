"""Finding tracks by a few letters of their title, artist, album or genre.

Every word must begin a word of the track, in whatever field; letters count without their accents. SQLite's full-text
index (FTS5) answers for words of letters and digits. It knows no word borders in Chinese, Japanese or Thai and leaves
out signs ("!!!" is a band), so such words are looked for anywhere in the text instead.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import reduce
from operator import and_

from player.music.track import Track

_FIELDS = ("title", "artist", "album", "genre")
_LAST = "\U0010ffff"
"""Sorts behind every name."""
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""How Unicode's names of the letters begin that are written without spaces between words."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A stretch of what was found; `total` counts all of it."""

    total: int
    tracks: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A part of SQL's WHERE on `track`, and the values for its question marks."""

    sql: str
    values: tuple[object, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"({self.sql}) AND ({other.sql})", self.values + other.values)

    def __or__(self, other: Condition) -> Condition:
        return Condition(f"({self.sql}) OR ({other.sql})", self.values + other.values)


def matching(text: str) -> Condition:
    """What a row of `track_search` must fulfil to be found by this text; an empty text finds all."""
    words = text.split()
    indexed = [word for word in words if _is_indexed(word)]
    parts = [_anywhere(word) for word in words if not _is_indexed(word)]
    if indexed:
        parts.insert(0, Condition("track_search MATCH ?", (" ".join(map(_prefix, indexed)),)))
    return reduce(and_, parts, Condition("TRUE"))


def sort_key(artist: str, album: str, disc_number: int | None, track_number: int | None, title: str) -> str:
    """Where a track stands in the whole list: by artist, album, disc and number; what has no artist comes last.

    Accents and capitals do not matter. `artist` is the album's, where it names one, so that samplers stay together.
    """
    names = [_plain(artist) or _LAST, _plain(album) or _LAST]
    numbers = [f"{disc_number or 1:03d}", f"{track_number or 0:04d}"]
    return "\t".join([*names, *numbers, _plain(title)])


def _plain(text: str) -> str:
    """The text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _is_indexed(word: str) -> bool:
    return any(letter.isalnum() for letter in word) and not any(map(_is_unspaced, word))


def _is_unspaced(letter: str) -> bool:
    return not letter.isascii() and unicodedata.name(letter, "").startswith(_UNSPACED)


def _prefix(word: str) -> str:
    quoted = word.replace("\0", "").replace('"', '""')
    return f'"{quoted}"*'


def _anywhere(word: str) -> Condition:
    pattern = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    matches = " OR ".join(f"{field} LIKE ? ESCAPE '\\'" for field in _FIELDS)
    return Condition(f"({matches})", (f"%{pattern}%",) * len(_FIELDS))
