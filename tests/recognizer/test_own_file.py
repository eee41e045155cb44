"""Nothing that is not ours is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from recognizer.errors import UsageError
from recognizer.own_file import check_replaceable


def is_ours(head: bytes) -> bool:
    return head.startswith(b"ours")


def test_what_we_made_and_what_is_new_may_be_written(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"ours, of yesterday")
    for name in ("old", "new", "no/folder"):
        check_replaceable(tmp_path / name, "thing", is_ours)


def test_what_is_not_ours_needs_a_word(tmp_path: Path) -> None:
    (tmp_path / "letter").write_bytes(b"dear")
    with pytest.raises(UsageError, match="is no thing of ours; name another file, or --overwrite it"):
        check_replaceable(tmp_path / "letter", "thing", is_ours)
    check_replaceable(tmp_path / "letter", "thing", is_ours, overwrite=True)


def test_sources_are_never_written(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "study.yaml").write_bytes(b"ours")
    (tmp_path / "link").symlink_to(folder / "study.yaml")
    for path in (folder / "study.yaml", folder / "new", tmp_path / "link"):
        with pytest.raises(UsageError, match="only read"):
            check_replaceable(path, "thing", is_ours, overwrite=True, sources=[folder])
