"""Standard output of commands: what it may hold, and readers who close the pipe."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from recognizer.words import printable


class _Printable(logging.Formatter):
    """Names of files, and what files say, may hold what a terminal would obey."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(printable, super().format(record).split("\n")))


def log_to_stderr(level: int, before: str = "") -> None:
    """Print what is logged, from this level on, with some text before it."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Printable(f"{before}%(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


@contextmanager
def reader_may_leave(stream: TextIO) -> Iterator[None]:
    """Write to a file's or pipe's stream in here: once its reader has left (as `| head` does), it leads to nowhere.

    What is held back is written at the end. What a reader who left did not take goes nowhere too: at exit Python would
    else complain that it cannot be written.
    """
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
