"""State of the views: which one is shown, the library's page, and the counts of personal data."""

from __future__ import annotations

from pathlib import Path
from time import localtime, strftime

from player.clock import SYSTEM, Clock
from player.core.browser import LibraryBrowser
from player.core.cover_loader import CoverLoader
from player.core.personal_data import PersonalData, export_path
from player.errors import LibraryError
from player.messages.intents import Browse, DeleteMemory, ExportMemory, Intent, Search, ShowView
from player.messages.view_state import CoverView, LibraryView, MemoryView, ViewName
from player.music.library.library import Library

_COUNT_SECONDS = 5.0
"""How often personal data are counted again."""


class Views:
    """Handles intents about views and personal data. Times are `time.monotonic()`."""

    def __init__(self, library: Library, clock: Clock = SYSTEM) -> None:
        self._library, self._clock = library, clock
        self._browser, self._personal_data, self._covers = (
            LibraryBrowser(library),
            PersonalData(library.database),
            CoverLoader(library.cover),
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
                self._counts = self._personal_data.counts()
            except LibraryError:
                return self._counts
        return self._counts

    def _export(self, path: Path | None) -> str:
        day = strftime("%Y-%m-%d", localtime(self._clock.wall()))
        path = path or export_path(Path.home(), day)
        try:
            self._personal_data.export(path)
        except LibraryError as error:
            return str(error)
        return f"What was remembered stands in {path}"

    def _delete(self) -> str:
        try:
            self._personal_data.delete()
            self._library.read_anew()
        except LibraryError as error:
            return str(error)
        self.refresh()
        return "All that was remembered about you is forgotten"
