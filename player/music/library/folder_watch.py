"""The folder watch: reports changes in the music folder while the player runs.

The operating system reports changes at once (inotify, FSEvents, ReadDirectoryChangesW, by way of watchfiles). Many
network folders tell nothing, and a big tree may exceed what the system watches: therefore the whole folder is also
looked through every now and then, which costs little as long as nothing changed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event

from watchfiles import watch
from watchfiles._rust_notify import WatchfilesRustInternalError

from player.music.library.music_files import folder_identity, is_hidden
from player.music.library.sniff import MUSIC_ENDINGS

LOG = logging.getLogger(__name__)
QUIET_SECONDS = 2.0
"""A place is looked at once nothing more happened for this long: files that are being copied are left alone."""
LONGEST_WAIT_SECONDS = 20.0
LOOK_THROUGH_SECONDS = 900.0
MOST_PLACES = 50
"""Where more places changed than this, the whole folder is looked through at once."""
_TICK_SECONDS = 1.0


class Changes:
    """Gathers the places in which something changed until they have come to rest. Times are monotonic seconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: set[Path] = set()
        self._first_seconds = self._last_seconds = 0.0

    def add(self, places: Iterable[Path], now: float) -> None:
        """Note that something changed just now."""
        fresh = set(places)
        if fresh and not self._places:
            self._first_seconds = now
        if fresh:
            self._last_seconds = now
        self._places |= fresh

    def due(self, now: float) -> tuple[Path, ...]:
        """The places to look at now, none of them inside another; they are forgotten with that."""
        quiet = now - self._last_seconds >= QUIET_SECONDS
        if not self._places or not (quiet or now - self._first_seconds >= LONGEST_WAIT_SECONDS):
            return ()
        places, self._places = self._places, set()
        outermost = [place for place in sorted(places) if not places.intersection(place.parents)]
        return tuple(outermost) if len(outermost) <= MOST_PLACES else (self._folder,)


def changed_places(folder: Path, stop: Event) -> Iterator[tuple[Path, ...]]:
    """About once a second: the folders in `folder` whose music changed since, mostly none. Ends once `stop` is set.

    A folder that goes away (a disk or network that is not there) is waited for, and looked through when it is back.
    """
    while not stop.is_set():
        yield from _while_there(folder, stop)
        gone = not folder.is_dir()
        while not stop.wait(_TICK_SECONDS) and not folder.is_dir():
            yield ()
        if gone and not stop.is_set():
            yield (folder,)


def _while_there(folder: Path, stop: Event) -> Iterator[tuple[Path, ...]]:
    """As long as the folder is the same one: another lies there after a disk was taken out or put in."""
    changes = Changes(folder)
    # One scan as soon as the system reports changes: what was added since the first scan would be missed otherwise.
    looked_at, identity = float("-inf"), folder_identity(folder)
    for paths in _notices(folder, stop):
        now = time.monotonic()
        changes.add(filter(None, (place_of(path, folder) for path in paths)), now)
        if now - looked_at >= LOOK_THROUGH_SECONDS:
            looked_at = now
            changes.add([folder], now)
        if folder_identity(folder) != identity:
            return
        yield changes.due(now)


def _notices(folder: Path, stop: Event) -> Iterator[list[Path]]:
    """What the system tells, at least an empty list every second; only those where it cannot tell."""
    tick_ms = round(_TICK_SECONDS * 1000)
    try:
        for changes in watch(
            folder,
            watch_filter=None,
            stop_event=stop,
            rust_timeout=tick_ms,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            yield [Path(path) for _, path in changes]
    except (OSError, WatchfilesRustInternalError) as error:
        LOG.debug("%s: changes are noticed later (%s)", folder, error)
        while not stop.wait(_TICK_SECONDS):
            yield []


def place_of(path: Path, folder: Path) -> Path | None:
    """The folder to look at when something happened to a path in `folder`; None where that is nothing to music."""
    parts = path.relative_to(folder).parts if path.is_relative_to(folder) else (path.name,)
    if any(map(is_hidden, parts)):
        return None
    if path.suffix.lower() in MUSIC_ENDINGS:
        return path.parent
    return path if path.is_dir() or not path.exists() else None
