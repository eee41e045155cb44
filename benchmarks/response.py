"""`python -m benchmarks.response`: how soon the music follows a face, and how often it changes without a reason.

The real player runs without a window on real footage (see benchmarks.footage): a face at rest, played back and forth
with small differences, shows an expression at a moment that the program cannot foresee. Both ends are read from the
player's own trace: the frame in which the expression begins, the decision about the mood, the new track's first
sound. The same footage without any expression tells how many changes of mood are false.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.footage import DirectedSource, Mark, Take, takes
from benchmarks.report import emit, percentiles, show
from benchmarks.steadying import clips_folder
from player.app import App, Options, View
from player.camera.sources import DEMO_CLIP, OpenedSource
from player.config import DesktopSettings, Settings, load_settings
from player.messages.intents import Intent, Quit
from player.messages.view_state import ViewState
from player.music.analysis.worker import Analysed, AnalysisEvent, AnalysisWorker
from player.music.library.bundled_music import default_music
from player.music.library.library import Library
from recognizer.errors import SonrisaError
from recognizer.resources import data_folder

REPOSITORY = Path(__file__).resolve().parent.parent
HOLD_SECONDS = 3.0
"""How long an expression is shown."""
WARM_UP_SECONDS = 8.0
LATEST_DECISION_SECONDS, LATEST_SOUND_SECONDS = 3.0, 5.0
"""What comes later counts as missed."""
PATIENCE_SECONDS = 60.0
"""How long the actor waits for the program to be ready for one more expression."""

ALONE = DesktopSettings(resume=False, media_keys=False, remote_control=False)
"""Nobody else drives the player, and it begins as if for the first time."""

Trace = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one expression led to, in seconds after its first frame; None where nothing came of it.

    `from_rest_seconds` counts the decision from the first frame that is no longer at rest.
    """

    decision_seconds: float | None
    sound_seconds: float | None
    from_rest_seconds: float | None


class Actor:
    """Sits in the listener's chair instead of a view: shows the expression when the music is free to follow."""

    def __init__(self, source: DirectedSource, take: Take, settings: Settings, times: int, seed: int) -> None:
        self._source, self._emotion, self._settings = source, take.emotion, settings
        self._left = times
        self._dice = random.Random(seed)
        self._next_cue = time.monotonic() + WARM_UP_SECONDS
        self._give_up = self._next_cue + PATIENCE_SECONDS

    def intents(self) -> list[Intent]:
        """Leave when all is done, or when the program is never ready."""
        now = time.monotonic()
        over = self._left == 0 and not self._source.acting and now > self._next_cue
        return [Quit()] if over or now > self._give_up else []

    def draw(self, view: ViewState) -> None:
        """Look at the state, and act if the time has come."""
        if self._left and not self._source.acting and view.now_seconds > self._next_cue and self._free(view):
            self._source.cue()
            self._left -= 1
            self._next_cue = view.now_seconds + HOLD_SECONDS + self._dice.uniform(2.5, 4.5)
            self._give_up = self._next_cue + PATIENCE_SECONDS

    def close(self) -> None:
        """Nothing to close."""

    def _free(self, view: ViewState) -> bool:
        """Whether the mood is another one, and the track neither too young to be replaced nor near its end."""
        if view.mood is None or view.playing is None or not view.changes:
            return False
        if view.mood.emotion in (None, self._emotion):
            return False
        left = view.playing.track.duration_seconds - view.playing.position_seconds
        old_enough = self._settings.music.shortest_play_seconds + 0.5
        long_enough = HOLD_SECONDS + self._settings.sound.end_fade_seconds
        return view.now_seconds - view.changes[-1] > old_enough and left > long_enough


class Resting:
    """Sits there without any expression for a while."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def intents(self) -> list[Intent]:
        """Leave when the time is over."""
        return [Quit()] if time.monotonic() > self._until else []

    def draw(self, view: ViewState) -> None:
        """Nothing to do about it."""

    def close(self) -> None:
        """Nothing to close."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.response", description=__doc__)
    parser.add_argument(
        "--clips", type=Path, default=clips_folder(), help="folder of the clips with known onsets"
    )
    parser.add_argument("--demo", type=Path, default=DEMO_CLIP, help="the demo clip, its truth beside it")
    parser.add_argument("--repetitions", type=int, default=15, help="expressions for each clip (default: 15)")
    parser.add_argument(
        "--neutral-seconds", type=float, default=120.0, help="rest for each clip (default: 120)"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    try:
        emit(
            measure(
                takes(options.clips, options.demo), options.repetitions, options.neutral_seconds, options.seed
            )
        )
    except SonrisaError as error:
        print(f"benchmarks.response: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def measure(all_takes: Sequence[Take], repetitions: int, neutral_seconds: float, seed: int) -> dict[str, Any]:
    """Both parts, as they are printed."""
    library = known_library()
    reactions = {take.name: reactions_to(take, library, repetitions, seed) for take in all_takes}
    false = {take.name: false_changes(take, library, neutral_seconds, seed) for take in all_takes}
    everything = [reaction for several in reactions.values() for reaction in several]
    rows = {name: _row(several) for name, several in {**reactions, "all": everything}.items()}
    minutes = neutral_seconds * len(all_takes) / 60
    rest = {
        "minutes": round(minutes, 2),
        "false_changes": sum(false.values()),
        "false_changes_in_ten_minutes": round(10 * sum(false.values()) / minutes, 2) if minutes else None,
    }
    _show(rows, rest)
    return {"response": rows, "neutral": rest}


def known_library() -> Path:
    """A library of the tracks that come with the program, their moods known; made once and kept for the next time."""
    path = data_folder() / "benchmark-library.db"
    with Library(path) as library:
        library.scan(default_music())
        worker = AnalysisWorker(library, _tell_progress)
        worker.start()
        worker.join()
    return path


def reactions_in(trace: Trace, marks: Sequence[Mark], take: Take) -> list[Reaction]:
    """What each expression led to, read from a trace."""
    when = {event["index"]: event["t"] for event in trace if event["event"] == "frame"}
    seen = [mark for mark in marks if mark.shows in when]
    return [_reaction(trace, when[mark.leaves], when[mark.shows], take) for mark in seen]


def _reaction(trace: Trace, left_at: float, shown_at: float, take: Take) -> Reaction:
    until = shown_at + LATEST_DECISION_SECONDS
    decided = _first(trace, "mood", left_at, until, to=str(take.emotion))
    if decided is None:
        return Reaction(None, None, None)
    choice = _first(trace, "choice", decided, decided + LATEST_DECISION_SECONDS, cause="mood")
    heard = None if choice is None else _first(trace, "audible", choice, choice + LATEST_SOUND_SECONDS)
    sound = None if heard is None else heard - shown_at
    return Reaction(decided - shown_at, sound, decided - left_at)


def _first(trace: Trace, event: str, since: float, until: float, **fields: str) -> float | None:
    """When an event with these fields first happened within a time."""
    times = (
        each["t"]
        for each in trace
        if each["event"] == event
        and since <= each["t"] <= until
        and all(each.get(name) == value for name, value in fields.items())
    )
    return next(times, None)


def reactions_to(take: Take, library: Path, times: int, seed: int) -> list[Reaction]:
    """Let the player see an expression a number of times."""
    source = DirectedSource(take, HOLD_SECONDS, seed)
    settings = load_settings(None)
    trace = _evening(settings, library, source, Actor(source, take, settings, times, seed))
    return reactions_in(trace, source.marks, take)


def false_changes(take: Take, library: Path, seconds: float, seed: int) -> int:
    """How often the mood left what it had settled on, while the face was at rest."""
    source = DirectedSource(take, HOLD_SECONDS, seed)
    trace = _evening(load_settings(None), library, source, Resting(seconds))
    moods = [event["to"] for event in trace if event["event"] == "mood" and event["to"] is not None]
    return sum(before != after for before, after in pairwise(moods))


def _evening(settings: Settings, library: Path, source: DirectedSource, view: View) -> Trace:
    """Run the player with the user's settings, on a copy of the library that no other evening has worn out."""
    with tempfile.TemporaryDirectory() as name:
        copy, trace = Path(name) / "library.db", Path(name) / "trace.jsonl"
        shutil.copy(library, copy)
        music = settings.music.model_copy(update={"folder": None, "library": copy})
        settings = settings.model_copy(update={"music": music, "desktop": ALONE})
        App(settings, Options(trace=trace), lambda: OpenedSource(source, is_camera=True), view).run()
        return _read(trace)


def _read(trace: Path) -> Trace:
    return [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]


def _row(reactions: Sequence[Reaction]) -> dict[str, Any]:
    decisions = [each.decision_seconds for each in reactions if each.decision_seconds is not None]
    sounds = [each.sound_seconds for each in reactions if each.sound_seconds is not None]
    from_rest = [each.from_rest_seconds for each in reactions if each.from_rest_seconds is not None]
    return {
        "expressions": len(reactions),
        "decided": len(decisions),
        "decision": percentiles(decisions) if decisions else None,
        "decision_from_rest": percentiles(from_rest) if from_rest else None,
        "heard": len(sounds),
        "sound": percentiles(sounds) if sounds else None,
    }


def _show(rows: dict[str, dict[str, Any]], rest: dict[str, Any]) -> None:
    def cells(row: dict[str, Any], name: str) -> tuple[object, object]:
        values = row[name]
        return (values["p50_ms"], values["p95_ms"]) if values else ("-", "-")

    show(
        "From the first frame of a new expression (milliseconds)",
        ("clip", "shown", "decided", "p50", "p95", "heard", "p50", "p95"),
        [
            (
                name,
                row["expressions"],
                row["decided"],
                *cells(row, "decision"),
                row["heard"],
                *cells(row, "sound"),
            )
            for name, row in rows.items()
        ],
    )
    show("Faces at rest", ("measure", "value"), list(rest.items()))


def _tell_progress(event: AnalysisEvent) -> None:
    if isinstance(event, Analysed):
        print(f"\rmeasuring the music: {event.done} of {event.total}", end="", file=sys.stderr)
        if event.done == event.total:
            print(file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
