"""Standard output of commands whose reader may close the pipe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


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
