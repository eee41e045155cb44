"""What all benchmarks share: percentiles, the machine they ran on, and how results are printed."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from rich.console import Console
from rich.table import Table

from training.machine import machine

Milliseconds = dict[str, float]

FILE_COLUMNS = 160
"""How wide a table may be where no terminal sets its width."""


def percentiles(seconds: Sequence[float]) -> Milliseconds:
    """The middle and the slow end of durations: {"p50_ms", "p95_ms", "p99_ms"}; raises ValueError without any."""
    if not len(seconds):
        raise ValueError("nothing was measured")
    middle, slow, slowest = np.percentile(np.asarray(seconds, np.float64) * 1000, (50, 95, 99))
    return {"p50_ms": round(middle, 2), "p95_ms": round(slow, 2), "p99_ms": round(slowest, 2)}


class CpuMeter:
    """How much of the processor this process used inside the `with` block, all threads together."""

    wall_seconds: float = 0.0
    cores_used: float = 0.0

    def __enter__(self) -> Self:
        """Start."""
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.wall_seconds = time.perf_counter() - self._wall
        self.cores_used = (time.process_time() - self._cpu) / self.wall_seconds

    def as_row(self) -> dict[str, float]:
        """Cores' worth of work, and the share of the whole machine in percent."""
        share = 100 * self.cores_used / (os.cpu_count() or 1)
        return {"cpu_cores_used": round(self.cores_used, 2), "cpu_share_percent": round(share, 1)}


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on standard error."""
    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right")
    for row in rows:
        table.add_row(*(f"{value:.2f}" if isinstance(value, float) else str(value) for value in row))
    Console(stderr=True, width=None if sys.stderr.isatty() else FILE_COLUMNS).print(table)


def emit(result: dict[str, Any]) -> None:
    """The result as JSON on standard output, the machine with it."""
    json.dump({**result, "machine": machine()}, sys.stdout, indent=2)
    print()
