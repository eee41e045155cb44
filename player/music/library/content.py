"""Content keys: recognise a piece of music whatever the place and name of its file."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_SAMPLE_BYTES = 65_536
_ID3_HEADER_BYTES, _ID3_TAIL_BYTES = 10, 128
_FLAC_LAST_BLOCK = 0x80


@dataclass(frozen=True, slots=True)
class Span:
    """Where in a file its sound lies: `first` up to but without `last`, in bytes."""

    first: int
    last: int


def content_key(path: Path) -> str:
    """A key of 32 hexadecimal digits that two files share when they hold the same sound. Raises OSError.

    It is made from the sound's length and three stretches of it (beginning, middle, end), so that a big file takes no
    longer than a small one. Tags in front of and behind the sound of an MP3 or FLAC file do not count: a file that
    was tagged anew is still the same music. Elsewhere the whole file counts.
    """
    with path.open("rb") as file:
        span = sound_span(file)
        digest = hashlib.blake2b(str(span.last - span.first).encode(), digest_size=16)
        middle = (span.first + span.last - _SAMPLE_BYTES) // 2
        for start in (span.first, middle, span.last - _SAMPLE_BYTES):
            file.seek(max(start, span.first))
            digest.update(file.read(min(_SAMPLE_BYTES, span.last - file.tell())))
    return digest.hexdigest()


def sound_span(file: BinaryIO) -> Span:
    """The sound without the tags of MP3 (ID3v2.4 section 3.1, ID3v1) and FLAC (RFC 9639, section 8)."""
    size = file.seek(0, os.SEEK_END)
    first = id3_bytes(file)
    file.seek(first)
    magic = file.read(4)
    if magic == b"fLaC":
        return Span(min(_after_flac_tags(file), size), size)
    if first or magic[:1] == b"\xff":
        file.seek(max(size - _ID3_TAIL_BYTES, 0))
        tail = _ID3_TAIL_BYTES if file.read(3) == b"TAG" else 0
        return Span(first, max(size - tail, first))
    return Span(0, size)


def id3_bytes(file: BinaryIO) -> int:
    """How many bytes ID3v2 tags take at the beginning of a file; careless taggers leave several. 0 without one."""
    size = file.seek(0, os.SEEK_END)
    place = 0
    while place < size:
        file.seek(place)
        head = file.read(_ID3_HEADER_BYTES)
        if not head.startswith(b"ID3") or len(head) < _ID3_HEADER_BYTES:
            break
        length = 0
        for byte in head[6:]:
            length = length << 7 | byte & 0x7F
        place += _ID3_HEADER_BYTES + length
    return min(place, size)


def _after_flac_tags(file: BinaryIO) -> int:
    """Where the first frame begins; the file stands behind `fLaC`."""
    last = False
    while not last:
        header = file.read(4)
        if len(header) < 4:
            break
        last = bool(header[0] & _FLAC_LAST_BLOCK)
        file.seek(int.from_bytes(header[1:], "big"), os.SEEK_CUR)
    return file.tell()
