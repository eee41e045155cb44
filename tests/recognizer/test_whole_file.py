"""What a reader finds after a write that was cut short."""

from __future__ import annotations

from pathlib import Path

import pytest

from recognizer.whole_file import placing, replacing, unfinished


def test_a_finished_write_takes_the_old_files_place(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("old")
    with replacing(kept) as file:
        file.write(b"new")
    assert kept.read_text() == "new"
    assert list(tmp_path.iterdir()) == [kept]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("old")
    with pytest.raises(RuntimeError, match="the power went"):
        _cut_short(kept)
    assert kept.read_text() == "old"
    assert list(tmp_path.iterdir()) == [kept]


def _cut_short(path: Path) -> None:
    with replacing(path) as file:
        file.write(b"half of the n")
        raise RuntimeError("the power went")


def test_a_writer_that_tells_the_format_by_the_name_gets_its_ending(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    with placing(clip, ".mp4") as temporary:
        assert temporary.suffix == ".mp4"
        assert temporary.name.startswith(".")
        temporary.write_bytes(b"pictures")
    assert clip.read_bytes() == b"pictures"


def test_no_two_writers_choose_the_same_name(tmp_path: Path) -> None:
    assert unfinished(tmp_path / "a") != unfinished(tmp_path / "a")
