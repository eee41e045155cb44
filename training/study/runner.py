"""Run a study's fits: each in a process of its own, finished ones kept, with the time that is left."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from recognizer.resources import package_file
from recognizer.words import clock
from training.errors import DataError
from training.study.job import ERROR, JOB, Job, demand_same, save_job
from training.study.predictions import PREDICTIONS, RESULT

log = logging.getLogger(__name__)

LOG = "log.txt"
POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class WorkerPool:
    """How fits are run: so many at once, each by so many processes (torchrun) of so many threads (None: all)."""

    at_once: int = 1
    processes: int = 1
    threads: int | None = None


class Running:
    """A fit in a process of its own. What it prints goes to log.txt in its run's folder."""

    def __init__(self, job: Job, pool: WorkerPool) -> None:
        self.job = job
        (job.run / ERROR).unlink(missing_ok=True)
        self._log = (job.run / LOG).open("a", encoding="utf-8")
        # Its standard input is a pipe from us, so that it ends when we do, however that comes.
        self._process = subprocess.Popen(
            command_of(job.run / JOB, pool),
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=_environment(pool),
        )

    @property
    def epochs_done(self) -> int:
        """Epochs that its history has."""
        try:
            return (self.job.run / "history.jsonl").read_text(encoding="utf-8").count("\n")
        except OSError:
            return 0

    def ended(self) -> bool:
        """Whether it is over and well; raises DataError with the reason where it failed."""
        code = self._process.poll()
        if code is None:
            return False
        self._close()
        if code:
            raise DataError(
                f"{self.job.name}: {_why_it_failed(self.job.run)} (all of it: {self.job.run / LOG})"
            )
        return True

    def stop(self) -> None:
        """End it; its checkpoint stays."""
        self._process.terminate()
        self._process.wait()
        self._close()

    def _close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._log.close()


Launch = Callable[[Job, WorkerPool], Running]


def command_of(job_file: Path, pool: WorkerPool) -> list[str]:
    """The command line of one fit."""
    module = ["-m", "training.study.one_fit", str(job_file)]
    if pool.processes == 1:
        return [sys.executable, *module]
    team = ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={pool.processes}"]
    return [sys.executable, *team, *module]


def finished(job: Job) -> bool:
    """Whether the fit was done before, to its predictions."""
    return all((job.run / name).exists() for name in (PREDICTIONS, RESULT))


def run_all(jobs: Sequence[Job], pool: WorkerPool, launch: Launch = Running) -> None:
    """Do every fit that is not finished yet.

    Raises:
        DataError: a fit failed (what others reached is kept), or a folder holds a fit of another recipe.
    """
    for job in jobs:
        demand_same(job)
    waiting = [job for job in jobs if not finished(job)]
    running: list[Running] = []
    started = time.monotonic()
    done = 0
    # No bar where nobody looks: a log file would be full of it.
    with tqdm(total=len(jobs), initial=len(jobs) - len(waiting), unit=" fits", disable=None) as bar:
        try:
            while waiting or running:
                while len(running) < pool.at_once and (chosen := _next(waiting)):
                    waiting.remove(chosen)
                    save_job(chosen)
                    running.append(launch(chosen, pool))
                over = [one for one in running if one.ended()]
                running = [one for one in running if one not in over]
                for one in over:
                    done += 1
                    bar.update()
                    left = seconds_left(time.monotonic() - started, done, len(waiting) + len(running))
                    log.info("%s: done, %s left", one.job.name, clock(left))
                if running and not over:
                    bar.set_postfix_str(_told(running), refresh=True)
                    time.sleep(POLL_SECONDS)
        finally:
            for one in running:
                one.stop()


def seconds_left(seconds: float, done: int, left: int) -> float:
    """About how long `left` fits take when `done` of them took so long."""
    return seconds / done * left


def _next(waiting: Sequence[Job]) -> Job | None:
    """The first that starts from nothing, or from weights that are there."""
    return next(
        (job for job in waiting if job.start is None or (job.start.parent / PREDICTIONS).exists()), None
    )


def _told(running: Sequence[Running]) -> str:
    return "; ".join(f"{one.job.name}: epoch {one.epochs_done + 1}" for one in running)


def _environment(pool: WorkerPool) -> dict[str, str]:
    own = {} if pool.threads is None else {"OMP_NUM_THREADS": str(pool.threads)}
    # The child imports this package wherever the study was started.
    here = str(package_file("training").parent)
    return (
        os.environ
        | own
        | {"PYTHONPATH": os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])}
    )


def _why_it_failed(run: Path) -> str:
    """What the fit said itself, else the last line that it printed."""
    path = run / ERROR if (run / ERROR).exists() else run / LOG
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it ended without a word")
