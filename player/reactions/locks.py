"""Locks of a study: one for its lists, one for each viewing, so that two programs never write the same thing.

The operating system frees a lock when its process ends, however it ends. The files stay and are empty; their names are
hashes, so that no name of a viewer outlives the viewer's deletion.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from player.errors import StudyError
from player.reactions.facts import telling

PATIENCE_SECONDS = 30.0
"""So long a program waits for another one's short work on a study's lists."""
_FOLDER = ".locks"


class StudyBusy(StudyError):
    """Another program is at work on what is wanted."""


@contextmanager
def study_locked(study: Path) -> Iterator[None]:
    """The study's lists are this program's alone; raises StudyBusy where they stay another one's."""
    lock = _lock(study, "study")
    try:
        lock.acquire(timeout=PATIENCE_SECONDS)
    except Timeout as error:
        raise StudyBusy(f"{study}: another program is at work on this study; try again later") from error
    try:
        yield
    finally:
        lock.release()


def claimed(study: Path, *what: str) -> BaseFileLock:
    """A held lock on, say, a viewer's viewing of a film; the caller releases it. Raises StudyBusy at once."""
    lock = _lock(study, "\n".join(what))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StudyBusy(f"{', '.join(what)}: is being measured by another program; left to it") from error
    return lock


def _lock(study: Path, what: str) -> BaseFileLock:
    folder = study / _FOLDER
    with telling(folder):
        folder.mkdir(exist_ok=True)
    name = hashlib.sha256(what.encode()).hexdigest()[:16]
    return FileLock(folder / f"{name}.lock")
