"""Music files with tags and pictures, written byte by byte as the standards say."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154081d63f8cfc0"
    "0000030101005bdbf9440000000049454e44ae426082"
)
"""A picture of one red pixel."""


def tag_flac(path: Path, comments: Mapping[str, str], picture: bytes | None = None) -> Path:
    """Give a FLAC file these Vorbis comments, and a front cover, in place of those it has (RFC 9639, section 8)."""
    content = path.read_bytes()
    place, sound = 4, 0
    stream_info = content[place + 4 : place + 4 + 34]
    while not sound:
        last, length = content[place] & 0x80, int.from_bytes(content[place + 1 : place + 4], "big")
        place += 4 + length
        sound = place if last else 0
    blocks = [(0, stream_info), (4, _comments(comments))]
    if picture is not None:
        blocks.append((6, _picture(picture)))
    written = b"".join(
        bytes([kind | (0x80 if index == len(blocks) - 1 else 0)]) + len(body).to_bytes(3, "big") + body
        for index, (kind, body) in enumerate(blocks)
    )
    path.write_bytes(b"fLaC" + written + content[sound:])
    return path


def tag_mp3(path: Path, texts: Mapping[str, str], custom: Mapping[str, str] = {}) -> Path:
    """Put an ID3v2.4 tag in front of an MP3 file: text frames by their ids, and TXXX frames by their names."""
    frames = [(name, b"\x03" + text.encode()) for name, text in texts.items()]
    frames += [("TXXX", b"\x03" + name.encode() + b"\0" + text.encode()) for name, text in custom.items()]
    body = b"".join(name.encode() + _syncsafe(len(data)) + b"\0\0" + data for name, data in frames)
    path.write_bytes(b"ID3\x04\0\0" + _syncsafe(len(body)) + body + path.read_bytes())
    return path


def _comments(comments: Mapping[str, str]) -> bytes:
    entries = [f"{name}={text}".encode() for name, text in comments.items()]
    written = b"".join(struct.pack("<I", len(entry)) + entry for entry in entries)
    return struct.pack("<I", 4) + b"test" + struct.pack("<I", len(entries)) + written


def _picture(picture: bytes) -> bytes:
    kind = b"image/png"
    head = struct.pack(">II", 3, len(kind)) + kind + struct.pack(">I", 0)
    return head + struct.pack(">IIIII", 1, 1, 24, 0, len(picture)) + picture


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
