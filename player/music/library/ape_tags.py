"""APEv2 tags, as in Monkey's Audio, WavPack and Musepack, and in MP3 by mp3gain (wiki.hydrogenaud.io, "APEv2")."""

from __future__ import annotations

import os
from typing import BinaryIO

_MARK = b"APETAGEX"
_HEADER_BYTES = 32
_ID3V1_BYTES = 128
_TAIL_BYTES = _ID3V1_BYTES + _HEADER_BYTES
_MOST_BYTES = 50_000_000
_MOST_ITEMS = 1000
_IS_HEADER = 0x20000000


def ape_items(file: BinaryIO) -> dict[str, bytes]:
    """The items of the tag at a file's end, or else at its beginning, by name in small letters; empty without one."""
    size = file.seek(0, os.SEEK_END)
    tail = _read(file, max(size - _TAIL_BYTES, 0), _TAIL_BYTES)
    for behind in (0, _ID3V1_BYTES):
        header = tail[len(tail) - behind - _HEADER_BYTES :][:_HEADER_BYTES]
        if header.startswith(_MARK):
            length = int.from_bytes(header[12:16], "little")
            return _items(_read(file, size - behind - length, length - _HEADER_BYTES))
    header = _read(file, 0, _HEADER_BYTES)
    if header.startswith(_MARK) and int.from_bytes(header[20:24], "little") & _IS_HEADER:
        return _items(_read(file, _HEADER_BYTES, int.from_bytes(header[12:16], "little") - _HEADER_BYTES))
    return {}


def _read(file: BinaryIO, start: int, length: int) -> bytes:
    if start < 0 or not 0 < length <= _MOST_BYTES:
        return b""
    file.seek(start)
    return file.read(length)


def _items(body: bytes) -> dict[str, bytes]:
    """Each item: four bytes of length, four of flags, the name, a zero, the value."""
    found: dict[str, bytes] = {}
    place = 0
    while place + 8 < len(body) and len(found) < _MOST_ITEMS:
        length = int.from_bytes(body[place : place + 4], "little")
        name_end = body.find(b"\0", place + 8)
        if name_end < 0 or name_end + 1 + length > len(body):
            break
        name = body[place + 8 : name_end].decode("ascii", "replace").lower()
        found.setdefault(name, body[name_end + 1 : name_end + 1 + length])
        place = name_end + 1 + length
    return found
