"""The picture of a track: the one inside its file, or the one that lies beside it."""

from __future__ import annotations

from pathlib import Path

from player.errors import LibraryError
from player.music.library.tags import parsed

_NAMES = ("cover", "folder", "front", "album", "albumart")
"""What players and rippers call the picture of a folder, the commonest first."""
_ENDINGS = frozenset({".jpg", ".jpeg", ".png"})
_MOST_BYTES = 20_000_000


def cover(path: Path) -> bytes | None:
    """The cover of a music file as the bytes of a JPEG or PNG picture (whatever its maker put in); None without one.

    The front cover inside the file comes first, then any picture in it, then `cover.jpg` and the like in its folder.
    Takes some milliseconds; a picture that cannot be read counts as none.
    """
    return _inside(path) or _beside(path)


def _inside(path: Path) -> bytes | None:
    try:
        images = parsed(path, sound_too=False).images
    except LibraryError:
        return None
    image = images.front_cover or images.any
    return image.data if image is not None and image.data else None


def _beside(path: Path) -> bytes | None:
    try:
        pictures = {
            each.stem.lower(): each for each in path.parent.iterdir() if each.suffix.lower() in _ENDINGS
        }
        found = next((pictures[name] for name in _NAMES if name in pictures), None)
        if found is None or found.stat().st_size > _MOST_BYTES:
            return None
        return found.read_bytes() or None
    except OSError:
        return None
