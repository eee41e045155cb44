"""`python -m benchmarks.footprint`: memory and processor time of the player without a window (not on Windows)."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import emit, show

BYTES_PER_KIBIBYTE = 1024
MEGABYTE = 1e6


def main(argv: Sequence[str] | None = None) -> int:
    """Run the player for a while; prints a table on stderr and JSON on stdout. Returns the player's exit code."""
    parser = argparse.ArgumentParser("python -m benchmarks.footprint", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long it plays (default: 60)")
    parser.add_argument("--source", default="player/assets/demo.mp4", help="clip or camera")
    options = parser.parse_args(argv)
    code, row = measure(options.source, options.seconds)
    show("The whole player", ("measure", "value"), [(name.replace("_", " "), v) for name, v in row.items()])
    emit({"player": row})
    return code


def measure(source: str, seconds: float) -> tuple[int, dict[str, Any]]:
    """The player's exit code, and its peak resident memory and cores used, helper processes included."""
    with tempfile.TemporaryDirectory() as home:
        command = [
            sys.executable,
            "-m",
            "player",
            "--headless",
            "--source",
            source,
            "--seconds",
            str(seconds),
        ]
        started = time.monotonic()
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment(Path(home))
        ) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall_seconds = time.monotonic() - started
    # Linux counts kibibytes, macOS bytes.
    peak_bytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else BYTES_PER_KIBIBYTE)
    row = {
        "seconds": round(wall_seconds, 1),
        "peak_memory_megabytes": round(peak_bytes / MEGABYTE),
        "cores_used": round((usage.ru_utime + usage.ru_stime) / wall_seconds, 2),
    }
    return process.returncode, row


def _environment(home: Path) -> dict[str, str]:
    """A first start: an empty library of its own, and nothing of the user's is touched."""
    return {**os.environ, "XDG_DATA_HOME": str(home)}


if __name__ == "__main__":
    sys.exit(main())
