"""What a reader finds after a write that was cut short."""

from __future__ import annotations

import os
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


def test_a_pipe_gets_the_content_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with replacing(pipe) as file:
        file.write(b"whole")
    assert os.read(reader, 100) == b"whole"
    os.close(reader)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_device_stays_a_device() -> None:
    with replacing(Path(os.devnull)) as file:
        file.write(b"nothing")
    assert Path(os.devnull).is_char_device()
