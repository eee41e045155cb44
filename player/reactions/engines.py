"""Where the jobs run: processes of this machine, or Dask workers on any number of machines.

Both are used through one interface, Python's own `concurrent.futures.Executor`. Dask (BSD-3-Clause, `pip install
distributed`) opens connections between its scheduler and workers only. Workers on other machines must see the
recordings and the study under the same paths.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from player.errors import StudyError
from player.reactions.jobs import Job, Outcome, do
from player.reactions.workers import end_with_parent
from recognizer.errors import UsageError


@contextmanager
def _processes(address: str, workers: int) -> Iterator[Executor]:
    if address:
        raise UsageError("the engine processes runs on this machine only; for others use dask=ADDRESS")
    # Not forked: the models' libraries have threads, which a fork would leave behind locked.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=end_with_parent) as pool:
        before = set(multiprocessing.active_children())
        try:
            yield pool
        except BaseException:
            for worker in set(multiprocessing.active_children()) - before:
                worker.terminate()
            raise


@contextmanager
def _dask(address: str, workers: int) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("the engine dask needs the package distributed: pip install distributed") from error
    try:
        logging.getLogger("distributed").setLevel(logging.ERROR)
        client_of: Any = Client
        with client_of(**_dask_options(address, workers)) as client:
            yield client.get_executor(pure=False)
    except OSError as error:
        raise StudyError(
            f"dask={address}: no scheduler answers there ({error}); start one: dask scheduler"
        ) from error


def _dask_options(address: str, workers: int) -> dict[str, Any]:
    if address:
        return {"address": address, "timeout": 10}
    # One thread a worker: the models are not for several threads at once.
    return {"n_workers": workers, "threads_per_worker": 1, "processes": True, "dashboard_address": None}


ENGINES: dict[str, Callable[[str, int], Any]] = {"processes": _processes, "dask": _dask}
"""Plug point: a name to a context manager that gives an Executor, from an address (empty: here) and a number."""


def check_engine(engine: str) -> None:
    """Raise UsageError unless the engine is one of ENGINES, perhaps with `=ADDRESS`."""
    if engine.partition("=")[0] not in ENGINES:
        raise UsageError(f"--engine must be one of {', '.join(ENGINES)} or dask=ADDRESS, not {engine!r}")


def run_jobs(jobs: list[Job], engine: str, workers: int) -> Generator[Outcome, None, None]:
    """Do jobs many at a time; outcomes come as they are ready. Closing the iterator drops what was not begun.

    Raises StudyError where the workers die. What ends the iteration early, say Ctrl-C, ends the workers as well.
    """
    name, _, address = engine.partition("=")
    with ENGINES[name](address, workers) as executor:
        futures = [executor.submit(do, job) for job in jobs]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool as error:
            raise StudyError(
                "a worker died (out of memory?); run it again to go on, with fewer --workers"
            ) from error
        finally:
            for future in futures:
                future.cancel()
