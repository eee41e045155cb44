"""The sha256 of a file: what settles whether two files are the same."""

from __future__ import annotations

import hashlib
from pathlib import Path


def file_sha256(path: Path) -> str:
    """sha256 in hexadecimal digits, read in pieces; raises OSError as files do."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
