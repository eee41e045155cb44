"""What a command prints when nobody reads it any more."""

from __future__ import annotations

import os
from typing import TextIO


def go_on_into_nothing(stream: TextIO) -> None:
    """Lead a file's or pipe's stream to nowhere, once its reader has left (as `| head` does).

    What it still holds goes there too: at exit Python would else complain that it cannot be written.
    """
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)
