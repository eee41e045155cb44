"""Processes that work for this one: they end when it ends, also when it is killed and can tell them nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import wait
from threading import Thread


def end_with_parent() -> None:
    """Called first in a process that `multiprocessing` started: from now on it ends with its parent, by any kill.

    Ctrl-C, which a terminal sends to both, ends it without a word: the parent has the say.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_watch, args=(parent.sentinel,), name="watches the parent", daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])  # becomes ready when the parent's end of the pipe is closed, which its death does
    os._exit(1)
