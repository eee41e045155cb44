from __future__ import annotations

import json
from pathlib import Path

import pytest

from player.core.trace import Line, Trace, read_trace
from player.errors import TraceError
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


def test_what_was_written_is_read_again_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    with Trace(path) as trace:
        trace.write("order", 1.5, order="pause")
        trace.write("call", 2.5, name="tick")
    assert list(read_trace(path)) == [
        Line(1, 1.5, "order", {"order": "pause"}),
        Line(2, 2.5, "call", {"name": "tick"}),
    ]


def test_a_last_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_text('{"t": 1.0, "event": "call"}\n{"t": 2.0, "eve', encoding="utf-8")
    assert [line.number for line in read_trace(path)] == [1]


@pytest.mark.parametrize(
    "text", ["not a trace\n", "[1, 2]\n", '{"t": 1.0}\n', '{"t": null, "event": "call"}\n', '"call"\n', "7\n"]
)
def test_a_file_that_is_no_trace_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text('{"t": 1.0, "event": "call"}\n' + text, encoding="utf-8")
    with pytest.raises(TraceError, match=r"notes\.txt: line 2 is not"):
        list(read_trace(path))


def test_a_trace_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="cannot be read"):
        list(read_trace(tmp_path / "none.jsonl"))
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TraceError, match="line 1 is not"):
        list(read_trace(tmp_path / "bytes"))
