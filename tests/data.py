"""Where the tests find data that is too big, or not ours, to lie in the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def shared_data() -> Path | None:
    """The folder of outside data: $SONRISA_DATA, else `../shared/data` beside the repository; None if absent."""
    named = os.environ.get("SONRISA_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def outside(*parts: str) -> Path:
    """A file or folder of the outside data; skips the test where it is absent."""
    folder = shared_data()
    if folder is None:
        pytest.skip("needs the outside data: set SONRISA_DATA to its folder")
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {path}, which is not there")
    return path


def peer(name: str) -> Path:
    """A file of other people's models (`../peers` beside the data); skips the test where it is absent."""
    return outside("..", "peers", name).resolve()
