"""What a program leaves open is closed as it ends, while the threads that this needs still run.

MediaPipe sends every call through a `ThreadPoolExecutor`, which the interpreter ends before `atexit` functions run and
before objects are deleted: closing a landmarker later than that prints a traceback, or aborts the process.
"""

from __future__ import annotations

import atexit
import concurrent.futures.thread  # noqa: F401 - it must register first, since what registered last runs first
import threading
from collections.abc import Callable
from weakref import WeakMethod

_CLOSERS: list[WeakMethod[Callable[[], None]]] = []


def close_at_exit(close: Callable[[], None]) -> None:
    """Have a bound method called as the program ends, unless its object is gone by then; the last one goes first."""
    _CLOSERS[:] = [known for known in _CLOSERS if known() is not None]
    _CLOSERS.append(WeakMethod(close))


def _close_all() -> None:
    for reference in reversed(_CLOSERS):
        close = reference()
        if close is not None:
            close()


# CPython's own hook for this; executors use it too.
getattr(threading, "_register_atexit", atexit.register)(_close_all)
