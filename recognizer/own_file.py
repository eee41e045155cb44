"""Writing over a file only where that loses nothing: it is one of the same kind that we made, or the user says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from recognizer.errors import OutputError, UsageError

HEAD_BYTES = 65_536


def check_replaceable(
    path: Path,
    kind: str,
    is_ours: Callable[[bytes], bool],
    overwrite: bool = False,
    sources: Iterable[Path] = (),
) -> None:
    """Raise UsageError where writing to `path` would destroy something.

    `kind` is what we write, for the message; `is_ours` judges a file by its first HEAD_BYTES. `sources` are files and
    folders that the program reads: nothing in them is written, whatever `overwrite` says.
    """
    for source in sources:
        if _is_within(path, source):
            raise UsageError(f"{path}: belongs to {source}, which is only read; write to another place")
    if overwrite or not path.is_file() or is_ours(_head(path)):
        return
    raise UsageError(
        f"{path}: is there already, and is no {kind} of ours; name another file, or --overwrite it"
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise OutputError(f"{path}: cannot be read ({error.strerror})") from error


def _is_within(path: Path, source: Path) -> bool:
    if path.exists() and source.is_file() and path.samefile(source):
        return True
    whole, other = path.resolve(), source.resolve()
    return whole == other or (source.is_dir() and other in whole.parents)
