"""The picture of a track: the one inside its file, or the one that lies beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from player.music.library.raw_tags import pictures_inside
from recognizer.pictures import UnreadablePicture, decoded

SHOWN_PX = 512
"""The longest side at which covers are shown."""
_NAMES = ("cover", "folder", "front", "album", "albumart")
"""What players and rippers call the picture of a folder, the commonest first."""
_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"})
_MOST_BYTES = 20_000_000


def cover(path: Path) -> bytes | None:
    """The cover of a music file as the content of a picture file; None without one.

    The front cover inside the file comes first, then any picture in it, then `cover.jpg` and the like in its folder.
    What is no picture that can be decoded (a page, a link, a picture that would fill the memory) is passed over. Takes
    some milliseconds.
    """
    return next(filter(_is_picture, _candidates(path)), None)


def _candidates(path: Path) -> Iterator[bytes]:
    yield from pictures_inside(path)
    yield from _beside(path)


def _is_picture(content: bytes) -> bool:
    try:
        decoded(content, SHOWN_PX)
    except UnreadablePicture:
        return False
    return True


def _beside(path: Path) -> Iterator[bytes]:
    try:
        pictures = [each for each in sorted(path.parent.iterdir()) if each.suffix.lower() in _ENDINGS]
    except OSError:
        return
    for name in _NAMES:
        for picture in pictures:
            if picture.stem.lower() == name:
                yield from _content(picture)


def _content(picture: Path) -> Iterator[bytes]:
    try:
        if picture.is_file() and picture.stat().st_size <= _MOST_BYTES:
            yield picture.read_bytes()
    except OSError:
        return
