"""Small files that programs like ours have failed on, made for this project and kept beside the outside data."""

from __future__ import annotations

from pathlib import Path

from tests.data import outside


def media_case(*parts: str) -> Path:
    """A file of `../cases/media`, whose README says what is right for it; skips the test where it is absent."""
    return outside("..", "cases", "media", *parts).resolve()
