"""The cover loader: reads and decodes covers in the background, so that a slow folder does not block the window."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from threading import Thread

from player.messages.view_state import CoverView
from player.music.library.covers import SHOWN_PX
from recognizer.pictures import UnreadablePicture, decoded

LOG = logging.getLogger(__name__)
_KEPT = 8


class CoverLoader:
    """Gives covers once they were read; `read` takes a track's id and returns its picture file, or None."""

    def __init__(self, read: Callable[[int], bytes | None]) -> None:
        self._read = read
        self._found: OrderedDict[int, CoverView | None] = OrderedDict()
        self._reading: Thread | None = None

    def of(self, track_id: int) -> CoverView | None:
        """The cover of a track; None while it is being read, and where there is none."""
        if track_id not in self._found and (self._reading is None or not self._reading.is_alive()):
            self._reading = Thread(target=self._load, args=(track_id,), name="cover", daemon=True)
            self._reading.start()
        return self._found.get(track_id)

    def _load(self, track_id: int) -> None:
        found = None
        try:
            data = self._read(track_id)
            found = _decoded(track_id, data) if data else None
        except Exception:
            LOG.debug("the cover of track %d cannot be read", track_id, exc_info=True)
        # Marked as tried whatever happened, or a cover that fails would be tried anew for every picture of the window.
        self._found[track_id] = found
        while len(self._found) > _KEPT:
            self._found.popitem(last=False)


def _decoded(track_id: int, data: bytes) -> CoverView | None:
    """The picture, not larger than needed; None where it is none."""
    try:
        return CoverView(track_id, decoded(data, SHOWN_PX))
    except UnreadablePicture:
        return None
