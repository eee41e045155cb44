from __future__ import annotations

import json
from pathlib import Path

import pytest

from player.trace import Trace
from recognizer.errors import OutputError


def test_each_event_is_a_line_of_its_own_and_is_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    with Trace(path) as trace:
        trace.write("frame", 12.3456789, index=4, source_seconds=0.16)
        trace.write("choice", 13.0, title="Où es-tu\nmaintenant")
        lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["frame", "choice"]
    assert json.loads(lines[0]) == {"t": 12.345679, "event": "frame", "index": 4, "source_seconds": 0.16}


def test_without_a_path_nothing_is_written(tmp_path: Path) -> None:
    with Trace(None) as trace:
        trace.write("frame", 1.0, index=0)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the trace cannot be written"):
        Trace(tmp_path / "missing" / "trace.jsonl")


def test_a_full_disk_is_one_line_and_ends_the_trace_only() -> None:
    trace = Trace(Path("/dev/full"))
    with pytest.raises(OutputError, match="the trace ends here"):
        trace.write("frame", 1.0, index=0)
    trace.write("frame", 2.0, index=1)
    trace.close()
