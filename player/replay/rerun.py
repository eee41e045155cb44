"""Runs a session's trace again: a new director gets the same calls and answers, and must decide the same."""

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
from player.replay.frozen import HeldFader
from player.replay.history_rows import keep
from player.replay.trace_reader import DECISIONS, FORGOTTEN, Opening, Scene, Script
from player.replay.track_selector import ReplayedLibrary, ReplayedTrackSelector, unheard
from player.replay.values import Method, Signature, public_methods


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: its moment, the event's name, and its fields as they stand in a trace."""

    at_seconds: float
    event: str
    fields: dict[str, object]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two first part: `line` of the trace, what it says, and what was decided now (None: nothing)."""

    line: int
    written: Decided | None
    decided: Decided | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was run again, and the first difference; None where every decision was the same."""

    calls: int
    decisions: int
    choices: int
    difference: Difference | None = None


def rerun(path: Path) -> Verdict:
    """Run a trace again up to its end or its first difference. Raises TraceError where that is not possible."""
    script = Script(path)
    with (
        _zone(script.opening.zone_seconds),
        tempfile.TemporaryDirectory(prefix="sonrisa-") as folder,
        closing(ReplayedLibrary(Path(folder) / "library.db")) as library,
    ):
        keep(library.database, script.opening.kept)
        return _run(script, Stand(script.opening, library))


class Stand:
    """A new director, with everything it asks standing in for what it asked then."""

    def __init__(self, opening: Opening, library: ReplayedLibrary) -> None:
        self._offset_seconds = opening.wall_offset_seconds
        self._clock = VirtualClock(opening.at_seconds, opening.at_seconds + self._offset_seconds)
        self._library = library
        self._told: list[Decided] = []
        self._fader = HeldFader(None, self._ordered)
        settings = opening.settings
        self._selector = ReplayedTrackSelector(library, self._clock, settings.music, opening.seed)
        director = Director(self._selector, self._fader, settings.music, settings.sound, self._tell, unheard)
        self._methods = public_methods(director)
        self._signatures = {name: Signature(method) for name, method in self._methods.items()}

    def play(self, scene: Scene) -> list[Decided]:
        """Make a call; returns what was decided. Raises TraceError where the trace does not say how."""
        try:
            method, arguments = self._prepared(scene)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise TraceError(f"line {scene.call.number} cannot be run again ({reason})") from error
        self._told = []
        method(**arguments)
        return self._told

    def _prepared(self, scene: Scene) -> tuple[Method, dict[str, Any]]:
        """The call that a scene begins with, once the time, the crossfader and the music are as they were."""
        call = scene.call
        self._offset_seconds = float(call.fields.get("wall_offset", self._offset_seconds))
        self._clock.set(call.at_seconds, call.at_seconds + self._offset_seconds)
        self._fader.heard = self._fader.heard.after(call.fields.get("heard", {}))
        for answer in scene.answers:
            self._give(answer)
        if call.event == FORGOTTEN:
            return self._selector.forget_listener, {}
        name = call.fields["name"]
        arguments = self._signatures[name].read(call.fields.get("arguments", {}), call.at_seconds)
        return self._methods[name], arguments

    def _give(self, answer: Line) -> None:
        if answer.event == "music":
            self._library.give(answer.fields)
        else:
            self._selector.give_curve(int(answer.fields["track_id"]), answer.fields["curve"])

    def _ordered(self, order: str, **arguments: object) -> None:
        self._tell("order", self._clock.monotonic(), order=order, **arguments)

    def _tell(self, event: str, at_seconds: float, **fields: object) -> None:
        if event in DECISIONS:
            self._told.append(Decided(round(at_seconds, 6), event, json.loads(json.dumps(fields))))


def _run(script: Script, stand: Stand) -> Verdict:
    calls = decisions = choices = 0
    for scene in script.scenes():
        try:
            told = stand.play(scene)
        except TraceError as error:
            raise TraceError(f"{script.path}: {error}") from error
        difference = _first_difference(scene, told)
        if difference is not None:
            return Verdict(calls, decisions, choices, difference)
        calls, decisions = calls + 1, decisions + len(told)
        choices += sum(each.event == "choice" for each in told)
    return Verdict(calls, decisions, choices)


def _first_difference(scene: Scene, told: list[Decided]) -> Difference | None:
    """Where what was told differs from what is written; after the end of a scene that is not whole nothing is."""
    if not scene.whole:
        told = told[: len(scene.decisions)]
    for line, decided in zip_longest(scene.decisions, told):
        written = Decided(line.at_seconds, line.event, line.fields) if line is not None else None
        if written != decided:
            return Difference(line.number if line is not None else scene.call.number, written, decided)
    return None


@contextmanager
def _zone(seconds_east: int) -> Iterator[None]:
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
