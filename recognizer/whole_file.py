"""Atomic writing of files: into a temporary file in the same folder, synced, then renamed.

A kill -9 or a lost power supply in the midst of a write leaves the old file, or none.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def unfinished(path: Path, ending: str = ".tmp") -> Path:
    """Unique hidden name in the folder of `path`, for a file that is not complete yet.

    `ending` is for writers that tell the format by the name.
    """
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}{ending}")


@contextmanager
def placing(path: Path, ending: str = ".tmp") -> Iterator[Path]:
    """Temporary name to write to; that file replaces `path` when the body ends without an error.

    Only a regular file is replaced: what is written for a device or a pipe, such as /dev/stdout, goes into it.
    Raises OSError as files do; nothing unfinished stays behind then.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            content = Path(folder) / f"content{ending}"
            yield content
            with content.open("rb") as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
        return
    temporary = unfinished(path, ending)
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """File to write that replaces `path` only once it is complete. Raises OSError as files do."""
    with placing(path) as temporary, temporary.open("wb") as file:
        yield file


def _sync(path: Path) -> None:
    """Wait until the content is on the disk: a rename alone may get there before what it names."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
