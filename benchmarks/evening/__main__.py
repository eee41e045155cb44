"""`python -m benchmarks.evening`: hours of listening on a clock that runs ahead, and whether all goes well.

The whole player runs, with real tracks on the silent backend and readings that the real recogniser made of real clips.
People come and go and make faces, the listener skips, likes, pauses and turns the volume, the camera is pulled out, a
network folder vanishes, tracks are overwritten while they wait. At the end the evening's trace is run again.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.evening.music import lay_out
from benchmarks.evening.outcome import faults_in, figures, log_lines, played_in
from benchmarks.evening.picture import draw, moods_of_tracks
from benchmarks.evening.scenario import scenario
from benchmarks.evening.tapes import Performer, performers
from benchmarks.evening.view_recorder import ViewRecorder
from benchmarks.evening.world import SimulatedApp, World
from benchmarks.report import CpuMeter, emit, show
from benchmarks.steadying import clips_folder
from player.app import Options
from player.camera.sources import DEMO_CLIP
from player.config import Settings, settings_of
from player.replay.command import sentence
from player.replay.rerun import rerun
from recognizer.errors import SonrisaError

MEMORY_SECONDS = 60.0
"""How often, in the evening's time, memory is looked at."""
MOST_PEOPLE = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Simulate, print a table on stderr and JSON on stdout; 1 where something did not go well."""
    parser = argparse.ArgumentParser("python -m benchmarks.evening", description=__doc__)
    parser.add_argument("--hours", type=float, default=4.0, help="of the evening's own time (default: 4)")
    parser.add_argument("--seed", type=int, default=1, help="which evening it is (default: 1)")
    parser.add_argument("--rate", type=float, default=10.0, help="pictures a second (default: 10)")
    parser.add_argument("--clips", type=Path, default=clips_folder(), help="folder of the clips")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the trace, the log and a picture here")
    options = parser.parse_args(argv)
    try:
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sonrisa-evening-")))
            out = options.out or home
            out.mkdir(parents=True, exist_ok=True)
            cast = performers(options.clips, DEMO_CLIP)[:MOST_PEOPLE]
            row = evening(options.hours, options.seed, options.rate, cast, home, out)
    except (SonrisaError, OSError) as error:
        print(f"benchmarks.evening: {error}", file=sys.stderr)
        return 1
    show("An evening", ("measure", "value"), [(name.replace("_", " "), value) for name, value in row.items()])
    emit({"evening": row})
    faults = faults_in(row)
    for line in faults:
        print(f"benchmarks.evening: {line}", file=sys.stderr)
    return 1 if faults else 0


def evening(
    hours: float, seed: int, rate: float, cast: Sequence[Performer], home: Path, out: Path
) -> dict[str, Any]:
    """Run one evening in an empty folder `home`; the trace, the log and the picture go to `out`."""
    people = {each.name: each for each in cast}
    happenings = scenario(hours, seed, {name: tuple(each.shown) for name, each in people.items()})
    view_recorder = ViewRecorder(home / "notes.jsonl")
    world = World(happenings, people, lay_out(home / "music"), view_recorder, rate)
    settings, trace = _settings(home), out / "evening.jsonl"
    app = SimulatedApp(settings, Options(headless=True, seconds=3600 * hours, trace=trace), world, people)
    started = time.monotonic()
    with CpuMeter() as meter:
        memory = _run(app, world)
    verdict = rerun(trace)
    played = played_in(trace)
    (out / "evening.log").write_text("".join(f"{line}\n" for line in log_lines(played)), encoding="utf-8")
    draw(
        out / "evening.png", list(view_recorder.samples()), played, moods_of_tracks(trace), happenings, memory
    )
    row = figures(
        world.clock.monotonic() / 3600, trace, view_recorder, memory, settings.music.most_changes_per_hour
    )
    return {
        **row,
        "happenings": len(happenings),
        "tracks_broken_meanwhile": len(world.broken_files),
        "lines_said": len(app.said),
        "run_again": sentence(verdict),
        "took_seconds": round(time.monotonic() - started, 1),
        "processor_seconds": round(meter.cores_used * meter.wall_seconds, 1),
    }


def _settings(home: Path) -> Settings:
    return settings_of(
        {
            "music": {"folder": str(home / "music"), "library": str(home / "library.db")},
            "window": {"frames_per_second": 5},
            "desktop": {"media_keys": False, "remote_control": False},
        },
        "the evening's settings",
    )


def _run(app: SimulatedApp, world: World) -> list[tuple[float, float]]:
    """Let the evening pass; returns memory samples (seconds of the evening, bytes)."""
    samples: list[tuple[float, float]] = []
    with ExitStack() as stack:
        session = app.start(stack)
        while not session.ended:
            app.loop_once()
            now = world.clock.monotonic()
            if now >= MEMORY_SECONDS * len(samples):
                gc.collect()
                samples.append((now, _resident_bytes()))
        if session.fault is not None:
            raise session.fault
    return samples


def _resident_bytes() -> float:
    """This process's resident memory. Raises OSError where there is no /proc (macOS, Windows)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return float(pages * os.sysconf("SC_PAGE_SIZE"))


if __name__ == "__main__":
    sys.exit(main())
