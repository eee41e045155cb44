"""`python -m player replay TRACE`: replays a session's trace and checks that every decision comes out the same."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from player.replay.rerun import Decision, ReplayResult, rerun
from recognizer.invocation import as_typed


def main(words: Sequence[str]) -> int:
    """Run one trace again; 0 where all is the same, 1 at the first difference. Raises TraceError for a bad trace."""
    parser = argparse.ArgumentParser(
        as_typed("python -m player replay"),
        description="Run a session's trace again: the same calls at the same moments, with the same music."
        " Prints whether every decision comes out the same, or the first that does not.",
    )
    parser.add_argument("trace", type=Path, metavar="TRACE", help="a file that --trace wrote")
    result = rerun(parser.parse_args(words).trace)
    print(sentence(result))
    return 0 if result.difference is None else 1


def sentence(result: ReplayResult) -> str:
    """A verdict in words: one line where all is the same, three where something differs."""
    count = f"{result.calls:,} calls, {result.decisions:,} decisions, {result.choices:,} of them tracks"
    difference = result.difference
    if difference is None:
        return f"same: {count}"
    return (
        f"different at line {difference.line}, after {count}\n"
        f"  the trace has: {_named(difference.written, difference.decided)}\n"
        f"  now it is:     {_named(difference.decided, difference.written)}"
    )


def _named(decided: Decision | None, other: Decision | None) -> str:
    """A decision with those of its fields that the other has not, or has otherwise."""
    if decided is None:
        return "nothing"
    seen = other.fields if other is not None and other.event == decided.event else {}
    own = {name: value for name, value in decided.fields.items() if name not in seen or seen[name] != value}
    fields = ", ".join(f"{name} {value!r}" for name, value in own.items())
    return f"{decided.event} at {decided.at_seconds:.3f} s{': ' if fields else ''}{fields}"
