"""The library browser: one page of search results, read again when the library changes."""

from __future__ import annotations

import logging

from player.core.track_views import track_view
from player.errors import LibraryError
from player.messages.view_state import LibraryView
from player.music.library.library import Library

LOG = logging.getLogger(__name__)
_FIRST_COUNT = 40
"""Number of rows read before a view has set it."""


class LibraryBrowser:
    """Holds the search text and the scroll position."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._query = ""
        self._first, self._count = 0, _FIRST_COUNT
        self._page: LibraryView | None = None

    @property
    def query(self) -> str:
        """The search text."""
        return self._query

    def search(self, text: str) -> None:
        """Search for this text, from the first row."""
        self._query, self._first, self._page = text, 0, None

    def browse(self, first_row: int, count: int) -> None:
        """Show these rows."""
        self._first, self._count, self._page = max(0, first_row), max(1, count), None

    def refresh(self) -> None:
        """Read the page again before it is shown next."""
        self._page = None

    def view(self) -> LibraryView:
        """The visible rows; none where the library cannot be read now."""
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
