"""The analysis worker: analyses the library's sound in the background.

The sound is measured by another process at low priority (`python -m player.music.analysis.analyse`), so that
neither its hours of work on a big library nor a crash inside a decoder is ever heard. Each result is stored at
once: what was done is done, whenever the program ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
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

_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Analysed:
    """One more track was analysed: `done` of `total`; `problem` says why it was left out, None if all is well."""

    path: Path
    done: int
    total: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class AnalysisFailed:
    """The analysis cannot go on; tracks without a known mood play as they are. `message` is one line."""

    message: str


AnalysisEvent: TypeAlias = Analysed | AnalysisFailed


class AnalysisWorker:
    """A thread that feeds the library's pending tracks to the analysing process, one after another.

    `post` is called on that thread, so it should only put the event into an inbox.
    """

    def __init__(self, library: Library, post: Callable[[AnalysisEvent], None]) -> None:
        self._library = library
        self._post = post
        self._stopping = threading.Event()
        self._process: subprocess.Popen[str] | None = None
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
            waiting = list(self._library.pending())
            total = len(waiting)
            while waiting and not self._stopping.is_set():
                with self._analyser() as process:
                    self._feed(process, waiting, total)
        except (LibraryError, OSError) as error:
            if not self._stopping.is_set():
                self._post(AnalysisFailed(f"the music's mood cannot be analysed: {error}"))

    def _feed(self, process: subprocess.Popen[str], waiting: list[Pending], total: int) -> None:
        """Work through the list until it is empty, a stop is wanted, or the process died on a file."""
        while waiting and not self._stopping.is_set():
            pending = waiting[0]
            answer = _ask(process, pending.path)
            if self._stopping.is_set():
                return
            problem = self._keep(pending, answer)
            waiting.pop(0)
            self._post(Analysed(pending.path, total - len(waiting), total, problem))
            if answer is None:
                return

    def _keep(self, pending: Pending, answer: dict[str, Any] | None) -> str | None:
        answer = {"problem": "its decoder crashed"} if answer is None else answer
        if "problem" in answer:
            if answer.get("lasting", True):
                self._library.mark_broken(pending.track_id, answer["problem"])
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
    try:
        process.stdin.write(json.dumps(str(path)) + "\n")
        process.stdin.flush()
    except OSError:
        return None
    return _read(process)


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
