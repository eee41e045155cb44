"""RVA2, ID3v2.4's own frame for gains (id3.org, "ID3v2.4 native frames", 4.11); XRVA is the same in ID3v2.3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

_HEADER_BYTES = 10
_SMALL_BYTES = 4096
_MOST_BYTES = 10_000
_FRAMES = (b"RVA2", b"XRVA")
_MASTER_CHANNEL = 1
_STEPS_PER_DB = 512
_SYNCSAFE_SINCE = 4


def rva2_gains(file: BinaryIO) -> dict[str, float]:
    """The gain in dB of the master volume by what the frame is called, in small letters: mostly "track" and "album"."""
    gains: dict[str, float] = {}
    for content in _frames(file):
        title, _, channels = content.partition(b"\0")
        for kind, gain_db in _channels(channels):
            if kind == _MASTER_CHANNEL:
                gains.setdefault(title.decode("latin-1").lower(), gain_db)
    return gains


def _frames(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    header = file.read(_HEADER_BYTES)
    if not header.startswith(b"ID3") or len(header) < _HEADER_BYTES or header[3] not in (3, 4):
        return
    end = _HEADER_BYTES + _syncsafe(header[6:])
    beginning = header + file.read(_SMALL_BYTES)
    if end <= len(beginning) and not any(name in beginning for name in _FRAMES):
        return  # most tags are small and have none
    place = _HEADER_BYTES
    while place + _HEADER_BYTES <= end:
        file.seek(place)
        frame = file.read(_HEADER_BYTES)
        if len(frame) < _HEADER_BYTES or not frame[0]:
            return
        length = _syncsafe(frame[4:8]) if header[3] >= _SYNCSAFE_SINCE else int.from_bytes(frame[4:8], "big")
        place += _HEADER_BYTES + length
        if frame[:4] in _FRAMES:
            yield file.read(min(length, _MOST_BYTES))


def _channels(content: bytes) -> Iterator[tuple[int, float]]:
    """Channel and gain in dB; the peak behind each has as many bits as its byte says."""
    place = 0
    while place + 4 <= len(content):
        yield (
            content[place],
            int.from_bytes(content[place + 1 : place + 3], "big", signed=True) / _STEPS_PER_DB,
        )
        place += 4 + (content[place + 3] + 7) // 8


def _syncsafe(size: bytes) -> int:
    number = 0
    for byte in size:
        number = number << 7 | byte & 0x7F
    return number
