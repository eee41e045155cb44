"""The part of the library that a view shows: one page of what a text finds, read anew when something changed."""

from __future__ import annotations

import logging

from player.core.track_views import track_view
from player.errors import LibraryError
from player.messages.view_state import LibraryView
from player.music.library.library import Library

LOG = logging.getLogger(__name__)
_FIRST_COUNT = 40
"""How many rows are read before a view has said how many it shows."""


class Browser:
    """Holds what the listener looks for and how far they have scrolled."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._query = ""
        self._first, self._count = 0, _FIRST_COUNT
        self._page: LibraryView | None = None

    @property
    def query(self) -> str:
        """What the listener looks for."""
        return self._query

    def search(self, text: str) -> None:
        """Look for this text from now on, from the first row."""
        self._query, self._first, self._page = text, 0, None

    def browse(self, first_row: int, count: int) -> None:
        """Show these rows."""
        self._first, self._count, self._page = max(0, first_row), max(1, count), None

    def refresh(self) -> None:
        """Something in the library changed: read the page anew before it is shown."""
        self._page = None

    def view(self) -> LibraryView:
        """The rows in sight; none where the library cannot be read just now."""
        if self._page is None:
            self._page = self._read()
        return self._page

    def _read(self) -> LibraryView:
        try:
            page = self._library.search(self._query, self._count, self._first)
        except LibraryError:
            LOG.debug("the library cannot be listed", exc_info=True)
            return LibraryView(self._query)
        return LibraryView(self._query, tuple(map(track_view, page.tracks)), page.total, self._first)
