"""Latest-item slot between two threads: the producer never waits, the consumer never gets an outdated item."""

from __future__ import annotations

from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestSlot(Generic[T]):
    """Slot of at most one item: `put` overwrites, `take` empties. Thread-safe.

    Cameras are read eagerly into such a slot, so that inference always works on the newest frame.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._items: list[T] = []
        self._closed = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many items were overwritten before anybody took them."""
        with self._changed:
            return self._dropped

    @property
    def closed(self) -> bool:
        """True once `close` was called."""
        with self._changed:
            return self._closed

    def put(self, item: T) -> None:
        """Leave the newest item, replacing one that still waits. Does nothing once the slot is closed."""
        with self._changed:
            if self._closed:
                return
            self._dropped += len(self._items)
            self._items = [item]
            self._changed.notify()

    def take(self, timeout_seconds: float | None) -> T | None:
        """Wait for an item and take it; None after `timeout_seconds` (None: no limit) or once closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or bool(self._items), timeout_seconds)
            return self._items.pop() if self._items else None

    def close(self) -> None:
        """Wake everybody who waits. An item that still waits can be taken; new ones are ignored."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
