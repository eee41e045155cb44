"""Replay of a trace: a new director gets the same calls and inputs, and must make the same decisions."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from player.clock import VirtualClock
from player.core.trace import Line
from player.errors import TraceError
from player.playback.director import Director
from player.replay.frozen import FrozenFader
from player.replay.history_rows import insert_rows
from player.replay.trace_reader import DECISIONS, FORGOTTEN, RecordedCall, SessionStart, TraceReader
from player.replay.track_selector import ReplayedLibrary, ReplayedTrackSelector, discard
from player.replay.values import Method, Signature, public_methods


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its moment, the event's name, and its fields as they stand in a trace."""

    at_seconds: float
    event: str
    fields: dict[str, object]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two first part: `line` of the trace, what it says, and what was decided now (None: nothing)."""

    line: int
    written: Decision | None
    decided: Decision | None


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """Counts of a replay, and the first difference; None where every decision was the same."""

    calls: int
    decisions: int
    choices: int
    difference: Difference | None = None


def rerun(path: Path) -> ReplayResult:
    """Run a trace again up to its end or its first difference. Raises TraceError where that is not possible."""
    reader = TraceReader(path)
    with (
        _time_zone(reader.start.zone_seconds),
        tempfile.TemporaryDirectory(prefix="sonrisa-") as folder,
        closing(ReplayedLibrary(Path(folder) / "library.db")) as library,
    ):
        insert_rows(library.database, reader.start.kept)
        return _run(reader, ReplayRun(reader.start, library))


class ReplayRun:
    """A new director with the recorded music, clock and crossfader."""

    def __init__(self, start: SessionStart, library: ReplayedLibrary) -> None:
        self._offset_seconds = start.wall_offset_seconds
        self._clock = VirtualClock(start.at_seconds, start.at_seconds + self._offset_seconds)
        self._library = library
        self._decided: list[Decision] = []
        self._fader = FrozenFader(None, self._receive_order)
        settings = start.settings
        self._selector = ReplayedTrackSelector(library, self._clock, settings.music, start.seed)
        director = Director(
            self._selector, self._fader, settings.music, settings.sound, self._write_trace, discard
        )
        self._methods = public_methods(director)
        self._signatures = {name: Signature(method) for name, method in self._methods.items()}

    def play(self, recorded: RecordedCall) -> list[Decision]:
        """Make a call; returns what was decided. Raises TraceError where the trace does not say how."""
        try:
            method, arguments = self._prepared(recorded)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise TraceError(f"line {recorded.call.number} cannot be run again ({reason})") from error
        self._decided = []
        method(**arguments)
        return self._decided

    def _prepared(self, recorded: RecordedCall) -> tuple[Method, dict[str, Any]]:
        """The call that a scene begins with, once the time, the crossfader and the music are as they were."""
        call = recorded.call
        self._offset_seconds = float(call.fields.get("wall_offset", self._offset_seconds))
        self._clock.set(call.at_seconds, call.at_seconds + self._offset_seconds)
        self._fader.fader_state = self._fader.fader_state.after(call.fields.get("heard", {}))
        for answer in recorded.answers:
            self._supply(answer)
        if call.event == FORGOTTEN:
            return self._selector.forget_listener, {}
        name = call.fields["name"]
        arguments = self._signatures[name].read(call.fields.get("arguments", {}), call.at_seconds)
        return self._methods[name], arguments

    def _supply(self, answer: Line) -> None:
        if answer.event == "music":
            self._library.supply(answer.fields)
        else:
            self._selector.supply_curve(int(answer.fields["track_id"]), answer.fields["curve"])

    def _receive_order(self, order: str, **arguments: object) -> None:
        self._write_trace("order", self._clock.monotonic(), order=order, **arguments)

    def _write_trace(self, event: str, at_seconds: float, **fields: object) -> None:
        if event in DECISIONS:
            self._decided.append(Decision(round(at_seconds, 6), event, json.loads(json.dumps(fields))))


def _run(reader: TraceReader, run: ReplayRun) -> ReplayResult:
    calls = decisions = choices = 0
    for recorded in reader.calls():
        try:
            told = run.play(recorded)
        except TraceError as error:
            raise TraceError(f"{reader.path}: {error}") from error
        difference = _first_difference(recorded, told)
        if difference is not None:
            return ReplayResult(calls, decisions, choices, difference)
        calls, decisions = calls + 1, decisions + len(told)
        choices += sum(each.event == "choice" for each in told)
    return ReplayResult(calls, decisions, choices)


def _first_difference(recorded: RecordedCall, told: list[Decision]) -> Difference | None:
    """Where what was told differs from what is written; after the end of a scene that is not whole nothing is."""
    if not recorded.whole:
        told = told[: len(recorded.decisions)]
    for line, decided in zip_longest(recorded.decisions, told):
        written = Decision(line.at_seconds, line.event, line.fields) if line is not None else None
        if written != decided:
            return Difference(line.number if line is not None else recorded.call.number, written, decided)
    return None


@contextmanager
def _time_zone(seconds_east: int) -> Iterator[None]:
    """The time zone of the session, so that the hour of its day is the same; Windows keeps its own."""
    before = os.environ.get("TZ")
    if not hasattr(time, "tzset"):
        yield
        return
    minutes = -seconds_east // 60
    os.environ["TZ"] = f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"
    time.tzset()
    try:
        yield
    finally:
        del os.environ["TZ"]
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
