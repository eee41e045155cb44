"""Drawing many faces with many processes, each of which owns its generator."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import cv2
from threadpoolctl import threadpool_limits

from training.errors import DataError
from training.synthesis.generator import Generator, Options, open_target
from training.synthesis.pictures import write_picture
from training.synthesis.request import FaceRequest

TaskT = TypeVar("TaskT")

WAITING_PER_PROCESS = 4
"""Tasks in the queue for each process: enough to keep it busy, few enough that stopping is quick."""


@dataclass(frozen=True, slots=True)
class Task:
    """One face to draw and where it goes, relative to the data set's folder."""

    request: FaceRequest
    path: str


@dataclass(frozen=True, slots=True)
class Job:
    """What all faces of a set share; `target` is the generator's "module:function", which a new process can import."""

    target: str
    options: Options
    size_px: int
    folder: Path


def generate_all(job: Job, tasks: Iterable[Task], processes: int) -> Iterator[None]:
    """Draw and write every task's face; yields once for each that is done, in any order.

    Raises:
        SonrisaError: as the generator does.
        DataError: a process died.
        OSError: a picture cannot be written.
    """
    if processes == 1:
        with open_target(job.target, job.options) as generator:
            for task in tasks:
                _draw(generator, job, task)
                yield
        return
    yield from spread(_draw_here, tasks, processes, partial(_open, job))


def spread(
    work: Callable[[TaskT], None],
    tasks: Iterable[TaskT],
    processes: int,
    start: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Do `work` for every task, with one process in this one; yields once for each that is done, in any order.

    `start` is called first in each new process. Both are pickled: functions of a module, or `partial`s of such.

    Raises:
        DataError: a process died.
        Exception: as `work` does.
    """
    if processes == 1:
        for task in tasks:
            work(task)
            yield
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, initializer=partial(_start, start))
    try:
        yield from _in_pool(pool, work, iter(tasks), processes * WAITING_PER_PROCESS)
    except BrokenProcessPool as error:
        raise DataError(
            "a drawing process died, perhaps for want of memory; run the same command again with fewer --processes"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def take_one_core() -> None:
    """Let this process compute in one thread from now on: as many draw side by side as there are cores."""
    # NumPy was imported long before: OMP_NUM_THREADS would come too late.
    threadpool_limits(1)
    cv2.setNumThreads(1)
    # Mesa's rasteriser reads this when it starts.
    os.environ.setdefault("LP_NUM_THREADS", "0")


@contextmanager
def keeping_what_is_there(folder: Path, there: str) -> Iterator[None]:
    """Say what to do where `folder` cannot be written on; `there` is what is kept, such as "what is drawn".

    Raises DataError for an OSError.
    """
    try:
        yield
    except OSError as error:
        # Of a file that cannot take its place, the place is what a person knows.
        place = error.filename2 or error.filename or folder
        raise DataError(
            f"{place}: {error.strerror or error}; {there} is kept: make room or mend it,"
            " then run the same command again"
        ) from error


def _in_pool(
    pool: ProcessPoolExecutor, work: Callable[[TaskT], None], tasks: Iterator[TaskT], most_waiting: int
) -> Iterator[None]:
    waiting: set[Future[None]] = {pool.submit(work, task) for task in islice(tasks, most_waiting)}
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        waiting |= {pool.submit(work, task) for task in islice(tasks, len(done))}
        for future in done:
            future.result()
            yield


def _draw(generator: Generator, job: Job, task: Task) -> None:
    write_picture(job.folder, task.path, generator.generate(task.request, job.size_px))


class _ProcessState:
    """What lives in a drawing process from its first task to its end."""

    job: Job
    generator: Generator


def _start(start: Callable[[], None] | None) -> None:
    """Prepare a drawing process: it leaves Ctrl-C to its parent, and one core is its share."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    take_one_core()
    if start:
        start()


def _open(job: Job) -> None:
    _ProcessState.job, _ProcessState.generator = job, open_target(job.target, job.options)


def _draw_here(task: Task) -> None:
    _draw(_ProcessState.generator, _ProcessState.job, task)
