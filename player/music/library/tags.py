"""What a music file says about itself, and whether it is one at all. Quick: the sound itself is not decoded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tinytag import TinyTag, TinyTagException

from player.errors import LibraryError
from player.music.analysis.replaygain import stated_gain_db
from player.music.library.content import id3_bytes
from recognizer.words import capitalised

MUSIC_ENDINGS = frozenset({".mp3", ".flac", ".ogg", ".oga", ".opus", ".wav", ".m4a"})

_HEAD_BYTES = 4096
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

    `duration_seconds` is what the header claims; the gains are those that the file states (see
    `player.music.analysis.replaygain`); `has_cover` says that there is a picture inside the file.
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
    _check_content(path)
    return _tags(parsed(path), path)


def parsed(path: Path, *, sound_too: bool = True) -> TinyTag:
    """All that a file's header says, pictures included; without what concerns the sound that is quicker.

    Raises LibraryError with the reason only.
    """
    try:
        try:
            return TinyTag.get(path, duration=sound_too, image=True)
        except TinyTagException:  # it believes the ending first; without a name it looks at the content
            with path.open("rb") as file:
                return TinyTag.get(file_obj=file, duration=sound_too, image=True)
    except (TinyTagException, OSError, ValueError, IndexError, KeyError) as error:
        raise LibraryError(f"its header is damaged ({error})") from error


def _tags(tag: TinyTag, path: Path) -> Tags:
    album_artist = _clean(tag.albumartist)
    return Tags(
        title=_clean(tag.title) or title_from_name(path.stem),
        artist=_clean(tag.artist) or album_artist,
        album=_clean(tag.album),
        duration_seconds=tag.duration if tag.duration and tag.duration > 0 else None,
        album_artist=album_artist,
        genre=_clean(tag.genre),
        year=_year(tag.year),
        track_number=_count(tag.track),
        disc_number=_count(tag.disc),
        replaygain_track_db=stated_gain_db(tag.other, "track"),
        replaygain_album_db=stated_gain_db(tag.other, "album"),
        has_cover=tag.images.any is not None,
    )


def title_from_name(stem: str) -> str:
    """A file's name without its ending as a title: "03_-_my_song" becomes "My song".

    A number goes only where it can hardly be part of the title: before a dot, bracket or dash, or with a zero in front.
    """
    words = _clean(stem.replace("_", " "))
    title = _TRACK_NUMBER.sub("", words)
    return capitalised(title) or stem


def _check_content(path: Path) -> None:
    try:
        with path.open("rb") as file:
            file.seek(id3_bytes(file))  # a tag may hold a cover of any size in front of the sound
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise LibraryError(f"it cannot be read ({error.strerror})") from error
    if not head:
        raise LibraryError("it is empty")
    if not _looks_like_sound(head):
        raise LibraryError("it holds no sound that can be played, whatever its name says")


def _looks_like_sound(head: bytes) -> bool:
    if head.startswith((b"fLaC", b"OggS", b"RF64")):
        return True
    if head.startswith(b"RIFF"):
        return head[8:12] == b"WAVE"
    if head[4:8] == b"ftyp":
        return True
    return _is_mpeg_frame(head.lstrip(b"\0"))


def _is_mpeg_frame(head: bytes) -> bool:
    """Eleven bits of sync, then a layer, bit rate and sampling rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    layer, bit_rate, sample_rate = head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return layer != 0 and bit_rate not in (0, 15) and sample_rate != 3


def _clean(text: str | None) -> str:
    return " ".join((text or "").replace("\0", " ").split())


def _year(text: str | None) -> int | None:
    """The first four digits of a date, which people write in many ways."""
    found = re.search(r"\d{4}", text or "")
    return int(found[0]) if found else None


def _count(number: int | None) -> int | None:
    """The number of a track or disc; what is none, or beyond all reason, is left out."""
    return number if number is not None and 0 < number <= _MOST_TRACKS else None
