"""What a file's header says, field by field, from whichever reader understands it; a damaged field is just missing.

tinytag reads the common kinds, and quickly; the decoder reads what tinytag does not know. APEv2 and RVA2 are read here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tinytag import TinyTag, TinyTagException

from player.errors import LibraryError
from player.music.analysis.decode import GUESSED_LENGTHS
from player.music.library.ape_tags import ape_items
from player.music.library.rva2 import rva2_gains
from player.music.library.sniff import head_of, is_mpeg_frame, is_unknown_to_tinytag
from recognizer.media_file import MediaFile, Undecodable

Texts = Mapping[str, Sequence[str]]

_TINYTAG_FIELDS = {
    **{name: name for name in ("title", "artist", "album", "genre", "track", "disc")},
    "albumartist": "album_artist",
    "year": "date",
}
_OTHER_NAMES = {"albumartist": "album_artist", "album artist": "album_artist", "year": "date", "disk": "disc"}
_APE_COVERS = ("cover art (front)", "cover art (back)", "cover art (other)")
_OGG_PAGE = b"OggS"
_OGG_TAIL_BYTES = 70_000
"""More than the largest page."""
_BYTES_PER_KILOBIT = 125.0
_MOST_STATED, _SLACK_BYTES = 1.05, 10_000
"""How many more bytes than there are a header may state before its length is doubted."""
_LONGEST_SECONDS_PER_BYTE = 1 / 60
"""No sound needs fewer bytes: that is 480 bits a second."""
_SEPARATOR = ";"
"""How FFmpeg joins several values of one field."""


@dataclass(frozen=True, slots=True)
class RawTags:
    """`texts` holds the values of each field, by its usual name in small letters.

    `stated_seconds` is the length that the header states, None where it states none or cannot be believed.
    """

    texts: Texts = field(default_factory=dict)
    stated_seconds: float | None = None
    has_picture: bool = False


def raw_tags(file: BinaryIO, path: Path, head: bytes) -> RawTags:
    """All that a file says about itself; `head` are its first bytes behind ID3 tags. Raises LibraryError or OSError."""
    found = _of_tinytag(file, path, head) or _of_decoder(path)
    ape, rva2 = ape_items(file), rva2_gains(file)
    texts = {name: list(values) for name, values in found.texts.items()}
    for name, text in _ape_texts(ape):
        texts.setdefault(name, []).extend(text)
    for scope, gain in rva2.items():
        texts.setdefault(f"replaygain_{scope}_gain", []).append(f"{gain:.2f} dB")
    has_picture = found.has_picture or any(name in ape for name in _APE_COVERS)
    return RawTags(texts, found.stated_seconds, has_picture)


def pictures_inside(path: Path) -> Iterator[bytes]:
    """The contents of the pictures in a file, the front cover first, whatever they really are."""
    try:
        with path.open("rb") as file:
            tag = None if is_unknown_to_tinytag(head_of(file)) else _parsed(file, path)
        if tag is not None:
            images = [
                tag.images.front_cover,
                *(image for kind in tag.images.as_dict().values() for image in kind),
            ]
            yield from dict.fromkeys(image.data for image in images if image is not None and image.data)
        with path.open("rb") as file:
            items = ape_items(file)
        yield from (items[name].partition(b"\0")[2] for name in _APE_COVERS if name in items)
        if tag is None:
            with MediaFile(path, "audio") as media:
                yield from media.attached_pictures()
    except (OSError, Undecodable, LibraryError):
        return


def _of_tinytag(file: BinaryIO, path: Path, head: bytes) -> RawTags | None:
    """What tinytag understands; None where it knows the kind not at all."""
    if is_unknown_to_tinytag(head):
        return None
    tag = _parsed(file, path)
    if tag is None:
        return None
    texts: dict[str, list[str]] = {name.lower(): list(values) for name, values in tag.other.items()}
    for theirs, ours in _TINYTAG_FIELDS.items():
        value = getattr(tag, theirs)
        if value is not None:
            texts[ours] = [str(value), *texts.pop(theirs, [])]
    believed = None if _is_chain(file, head) else _believed_seconds(tag, head)
    return RawTags(texts, believed, tag.images.any is not None)


def _parsed(file: BinaryIO, path: Path) -> TinyTag | None:
    """tinytag's answer by the content, else by the name; without pictures where one of those is damaged."""
    for by_name, with_images in ((False, True), (True, True), (False, False), (True, False)):
        file.seek(0)
        try:
            return TinyTag.get(path if by_name else None, file, duration=True, image=with_images)
        except (TinyTagException, ValueError, LookupError, ArithmeticError, TypeError):
            continue
    return None


def _believed_seconds(tag: TinyTag, head: bytes) -> float | None:
    """The stated length, unless it is a guess, or means another number of bytes than there are."""
    seconds, size = tag.duration, tag.filesize
    if not seconds or seconds <= 0:
        return None
    guessed = is_mpeg_frame(head.lstrip(b"\0")) and not any(
        mark in head for mark in (b"Xing", b"Info", b"VBRI")
    )
    stated_bytes = seconds * (tag.bitrate or 0) * _BYTES_PER_KILOBIT
    if (
        guessed
        or stated_bytes > _MOST_STATED * size + _SLACK_BYTES
        or seconds > size * _LONGEST_SECONDS_PER_BYTE
    ):
        return None
    return float(seconds)


def _is_chain(file: BinaryIO, head: bytes) -> bool:
    """Whether an Ogg file ends with another stream than it begins with: it then states the last one's length alone."""
    if not head.startswith(_OGG_PAGE):
        return False
    file.seek(max(file.seek(0, os.SEEK_END) - _OGG_TAIL_BYTES, 0))
    tail = file.read()
    last = tail.rfind(_OGG_PAGE)
    begun = {head[place + 14 : place + 18] for place in _page_places(head)}
    return last >= 0 and tail[last + 14 : last + 18] not in begun


def _page_places(head: bytes) -> Iterator[int]:
    place = head.find(_OGG_PAGE)
    while place >= 0:
        yield place
        place = head.find(_OGG_PAGE, place + 1)


def _of_decoder(path: Path) -> RawTags:
    """What FFmpeg reads."""
    try:
        with MediaFile(path, "audio") as file:
            texts = {
                _OTHER_NAMES.get(name.lower(), name.lower()): [
                    part.strip() for part in text.split(_SEPARATOR)
                ]
                for name, text in file.metadata.items()
            }
            seconds = None if file.format_name in GUESSED_LENGTHS else file.duration_seconds
            return RawTags(texts, seconds, file.has_attached_pictures)
    except Undecodable as reason:
        raise LibraryError(f"its header is damaged: {reason}") from reason
    except OSError as error:
        raise LibraryError(f"it cannot be read ({error.strerror})") from error


def _ape_texts(items: Mapping[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """The text items; several values of one are parted by zeros."""
    for name, value in items.items():
        if not name.startswith("cover art"):
            texts = [part.decode("utf-8", "replace") for part in value.split(b"\0")]
            yield _OTHER_NAMES.get(name, name), texts
