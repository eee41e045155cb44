"""The cover of the playing track as a file that the desktop's panel can show; deleted when the player ends."""

from __future__ import annotations

import contextlib
from pathlib import Path

from player.desktop.address import own_folder
from player.desktop.status import Status
from player.errors import RemoteError
from player.music.library.covers import cover

_ENDINGS = {b"\x89PNG": "png", b"RIFF": "webp", b"GIF8": "gif", b"BM": "bmp"}


class CoverArt:
    """Writes covers beside the control socket, where only this user can read them."""

    def __init__(self) -> None:
        self._shown_path = ""
        self._file: Path | None = None

    def address(self, status: Status) -> str:
        """The cover's file:// address, empty where the track has none. Takes some milliseconds for a new track."""
        if status.path != self._shown_path:
            self.clear()
            self._shown_path = status.path
            picture = cover(Path(status.path)) if status.path else None
            if picture is not None:
                with contextlib.suppress(
                    OSError, RemoteError
                ):  # a panel without a picture is no fault to speak of
                    self._file = _written(picture, status.track_id)
        return self._file.as_uri() if self._file is not None else ""

    def clear(self) -> None:
        """Delete the file; harmless when repeated."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)
        self._file, self._shown_path = None, ""


def _written(picture: bytes, track_id: int | None) -> Path:
    """A new name for each track: panels keep pictures by their address."""
    ending = next((ending for magic, ending in _ENDINGS.items() if picture.startswith(magic)), "jpg")
    file = own_folder() / f"cover-{track_id}.{ending}"
    file.write_bytes(picture)
    return file
