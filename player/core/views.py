"""Which view is shown, and what only views need: the library's page and what was remembered."""

from __future__ import annotations

from pathlib import Path
from time import localtime, strftime

from player.clock import SYSTEM, Clock
from player.core.browser import Browser
from player.core.cover_loader import Covers
from player.core.personal_data import Memory, export_path
from player.errors import LibraryError
from player.messages.intents import Browse, DeleteMemory, ExportMemory, Intent, Search, ShowView
from player.messages.view_state import CoverView, LibraryView, MemoryView, ViewName
from player.music.library.library import Library

_COUNT_SECONDS = 5.0
"""How often what was remembered is counted anew."""


class Views:
    """Changes with what the listener asks to see. Times are `time.monotonic()`."""

    def __init__(self, library: Library, clock: Clock = SYSTEM) -> None:
        self._library, self._clock = library, clock
        self._browser, self._memory, self._covers = (
            Browser(library),
            Memory(library.database),
            Covers(library.cover),
        )
        self._counts = MemoryView()
        self._count_due = float("-inf")
        self.name = ViewName.PLAYER

    def obey(self, intent: Intent) -> str:
        """Do what was asked for about views and memory; returns what came of it in words, mostly none."""
        match intent:
            case ShowView(name):
                self.name = name
            case Search(text):
                self._browser.search(text)
            case Browse(first_row, count):
                self._browser.browse(first_row, count)
            case ExportMemory(path):
                return self._export(path)
            case DeleteMemory(confirmed):
                return self._delete() if confirmed else "Press X, then Y, to forget all that was remembered"
        return ""

    def refresh(self) -> None:
        """Something in the library changed."""
        self._browser.refresh()
        self._count_due = float("-inf")

    def library(self) -> LibraryView:
        """The rows in sight, where the library is shown."""
        return self._browser.view() if self.name is ViewName.LIBRARY else LibraryView(self._browser.query)

    def cover(self, track_id: int) -> CoverView | None:
        """The cover of a track, once it was read."""
        return self._covers.of(track_id)

    def memory(self, now: float) -> MemoryView:
        """How much was remembered, a few seconds old at most; as before where the file cannot be read."""
        if now >= self._count_due:
            self._count_due = now + _COUNT_SECONDS
            try:
                self._counts = self._memory.counts()
            except LibraryError:
                return self._counts
        return self._counts

    def _export(self, path: Path | None) -> str:
        day = strftime("%Y-%m-%d", localtime(self._clock.wall()))
        path = path or export_path(Path.home(), day)
        try:
            self._memory.export(path)
        except LibraryError as error:
            return str(error)
        return f"What was remembered stands in {path}"

    def _delete(self) -> str:
        try:
            self._memory.delete()
            self._library.read_anew()
        except LibraryError as error:
            return str(error)
        self.refresh()
        return "All that was remembered about you is forgotten"
