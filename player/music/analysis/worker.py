"""The analysis worker: analyses the library's sound in the background.

The sound is measured by another process at low priority (`python -m player.music.analysis.analyse`), so that
neither its hours of work on a big library nor a crash inside a decoder is ever heard. Each result is stored at
once: what was done is done, whenever the program ends. Only one program at a time measures a library.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import player
from player.errors import LibraryError
from player.music.library.library import Library, Pending
from player.music.track import measured_from

ANALYSE = ("-m", "player.music.analysis.analyse")
"""What the analysing interpreter is told to run."""

LEAST_DONE = 3
"""So many tracks tell how fast it goes."""
LONGEST_SECONDS = 900.0
"""A file for which the analysis takes longer is given up, as if it had crashed."""
_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Analysed:
    """One more track was analysed: `done` of `total`; `problem` says why its mood stays unknown, None if it is known.

    `left_seconds` is about how long the rest will take, None until that can be told.
    """

    path: Path
    done: int
    total: int
    problem: str | None
    left_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class AnalysisFailed:
    """The analysis cannot go on; tracks without a known mood play as they are. `message` is one line."""

    message: str


AnalysisEvent: TypeAlias = Analysed | AnalysisFailed


class Pace:
    """How fast tracks are measured, and how long the rest will take."""

    def __init__(self, waiting: Iterable[Pending], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_seconds = clock()
        work = [pending.work_seconds for pending in waiting]
        self.total, self.done_count = len(work), 0
        self._left, self._done = sum(work), 0.0

    def done(self, pending: Pending) -> None:
        """Count one more."""
        self.done_count += 1
        self._left -= pending.work_seconds
        self._done += pending.work_seconds

    @property
    def left_seconds(self) -> float | None:
        """At the pace until now; None before it is known."""
        passed = self._clock() - self._began_seconds
        if self.done_count < LEAST_DONE or self._done <= 0:
            return None
        return max(self._left, 0.0) * passed / self._done


class AnalysisWorker:
    """A thread that feeds the library's pending tracks to the analysing process, one after another.

    `post` is called on that thread, so it should only put the event into an inbox.
    """

    def __init__(self, library: Library, post: Callable[[AnalysisEvent], None]) -> None:
        self._library = library
        self._post = post
        self._stopping = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._died_on: set[int] = set()
        self._thread = threading.Thread(target=self._run, name="music-analysis", daemon=True)

    def start(self) -> None:
        """Begin; the thread ends by itself when nothing is pending."""
        self._thread.start()

    def stop(self) -> None:
        """End at once; the track at work stays pending. Safe to call twice, or without a start."""
        self._stopping.set()
        process = self._process
        if process is not None:
            process.kill()
        if self._thread.ident is not None:
            self._thread.join(_STOP_SECONDS)

    def join(self, timeout_seconds: float | None = None) -> bool:
        """Wait until nothing is pending; True if that came about within the time."""
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            with self._library.measuring_alone(self._stopping) as alone:
                waiting = deque(self._library.pending()) if alone else deque()
                pace = Pace(waiting)
                while waiting and not self._stopping.is_set():
                    with self._analyser() as process:
                        self._feed(process, waiting, pace)
        except (LibraryError, OSError) as error:
            if not self._stopping.is_set():
                self._post(AnalysisFailed(f"the music's mood cannot be analysed: {error}"))

    def _feed(self, process: subprocess.Popen[str], waiting: deque[Pending], pace: Pace) -> None:
        """Work through the list until it is empty, a stop is wanted, or the process died on a file."""
        while waiting and not self._stopping.is_set():
            pending = waiting[0]
            answer = _ask(process, pending.path)
            if self._stopping.is_set():
                return
            if answer is None and pending.track_id not in self._died_on:
                self._died_on.add(pending.track_id)  # by chance (too little memory): tried again once
                return
            problem = self._keep(pending, answer)
            waiting.popleft()
            pace.done(pending)
            self._post(Analysed(pending.path, pace.done_count, pace.total, problem, pace.left_seconds))
            if answer is None:
                return

    def _keep(self, pending: Pending, answer: dict[str, Any] | None) -> str | None:
        if answer is None:
            answer = {"problem": "its decoder crashed twice", "lasting": True}
        if "problem" in answer:
            # What the disk or the memory is to blame for says nothing about the file: it stays pending.
            if answer.get("lasting", False):
                self._library.mark_unmeasured(pending.track_id, answer["problem"])
            return str(answer["problem"])
        self._library.store(pending.track_id, measured_from(answer))
        return None

    @contextmanager
    def _analyser(self) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [sys.executable, *ANALYSE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # decoders chat there about every odd header
            env=_quiet_environment(),
            text=True,
            start_new_session=True,  # Ctrl-C in the terminal is the player's to answer, not a crash of this one
        )
        self._process = process
        try:
            greeting = _read(process)
            if not self._stopping.is_set() and (greeting is None or "problem" in greeting):
                raise LibraryError(greeting["problem"] if greeting else "the analysing process did not start")
            yield process
        finally:
            self._process = None
            process.kill()
            process.communicate()


def _ask(process: subprocess.Popen[str], path: Path) -> dict[str, Any] | None:
    """The process's answer about a file, None if it died."""
    assert process.stdin is not None
    watchdog = threading.Timer(LONGEST_SECONDS, process.kill)
    watchdog.start()
    try:
        process.stdin.write(json.dumps(str(path)) + "\n")
        process.stdin.flush()
        return _read(process)
    except OSError:
        return None
    finally:
        watchdog.cancel()


def _read(process: subprocess.Popen[str]) -> dict[str, Any] | None:
    assert process.stdout is not None
    line = process.stdout.readline()
    return dict(json.loads(line)) if line.endswith("\n") else None


def _quiet_environment() -> dict[str, str]:
    """One thread for each numerical library, and this very source tree on the path."""
    root = str(Path(player.__file__).resolve().parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    return {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(paths)}
