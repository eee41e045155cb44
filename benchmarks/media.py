"""`python -m benchmarks.media`: reading sound, videos and tags as it is done now, against how it was done before.

Before, libsndfile decoded sound, OpenCV videos, and tinytag alone read the tags of whatever began like a known kind.
All files are made in a folder of their own: ten minutes of stereo noise in each kind, a 640x480 video of a minute, and
half a thousand tagged files. Both ways take turns and the fastest of some rounds counts; a ratio below 1 is faster now.
Memory is Python's own peak while a sound is read block by block.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np
import soundfile
from tinytag import TinyTag

from benchmarks.library import make_files
from benchmarks.report import emit, show
from player.music.analysis.decode import BLOCK_SECONDS, SoundFile
from player.music.analysis.replaygain import stated_gain_db
from player.music.library.content import content_key, id3_bytes
from player.music.library.file_matching import FileRead, Stamp
from player.music.library.library import Library
from player.music.library.tags import Tags
from recognizer.errors import SonrisaError
from recognizer.video_writer import VideoWriter
from recognizer.videos import VideoSource

RATE_HZ = 44_100
KINDS = {"mp3": "MP3", "flac": "FLAC", "wav": "WAV", "ogg": "OGG", "opus": "OGG"}
VIDEO_FRAMES_PER_SECOND = 30.0
HEAD_BYTES = 4096


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.media", description=__doc__)
    parser.add_argument("--sound-seconds", type=float, default=600.0, help="(default: %(default)s)")
    parser.add_argument("--video-seconds", type=float, default=60.0, help="(default: %(default)s)")
    parser.add_argument("--files", type=int, default=500, help="with tags (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    options = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="sonrisa-") as name:
            emit(measure(Path(name), options))
    except (SonrisaError, OSError) as error:
        print(f"benchmarks.media: {error}", file=sys.stderr)
        return 1
    return 0


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All figures, as JSON holds them."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        path = _sound(folder / f"sound.{kind}", options.sound_seconds)
        now, before = (lambda path=path: _decode(path)), (lambda path=path: _decode_before(path))
        found[f"decode {kind}"] = {**_ratio(now, before, options.rounds), **_peaks(now, before)}
        path.unlink()
    video = _video(folder / "video.mp4", options.video_seconds)
    found["read video"] = _ratio(lambda: _read(video), lambda: _read_before(video), options.rounds)
    make_files(folder / "music", options.files, random.Random(1))
    files = sorted((folder / "music").rglob("*.*"))
    found["look into files"] = _ratio(
        lambda: [FileRead.of(file, Stamp.of(file)) for file in files],
        lambda: [_look_into_before(file, Stamp.of(file)) for file in files],
        options.rounds,
    )
    with patch.object(FileRead, "of", _look_into_before):
        scan_before = _fastest_scan(folder, options.rounds)
    found["scan"] = _as_ratio(_fastest_scan(folder, options.rounds), scan_before)
    _show(found)
    return found


def _ratio(now: Callable[[], object], before: Callable[[], object], rounds: int) -> dict[str, float]:
    """The fastest CPU seconds of each, measured in turns."""
    seconds: dict[str, list[float]] = {"now": [], "before": []}
    for _ in range(rounds):
        for name, work in (("now", now), ("before", before)):
            started = time.process_time()
            work()
            seconds[name].append(time.process_time() - started)
    return _as_ratio(min(seconds["now"]), min(seconds["before"]))


def _as_ratio(now: float, before: float) -> dict[str, float]:
    return {
        "now_cpu_seconds": round(now, 3),
        "before_cpu_seconds": round(before, 3),
        "ratio": round(now / before, 2),
    }


def _fastest_scan(folder: Path, rounds: int) -> float:
    """The fastest CPU seconds of a first scan, the library written."""
    fastest = float("inf")
    for number in range(rounds):
        with Library(folder / f"library-{time.monotonic_ns()}-{number}.db") as library:
            started = time.process_time()
            library.scan(folder / "music")
            fastest = min(fastest, time.process_time() - started)
    return fastest


def _peaks(now: Callable[[], object], before: Callable[[], object]) -> dict[str, float]:
    """The most memory in MB that each held at once."""
    found = {}
    for name, work in (("now", now), ("before", before)):
        tracemalloc.start()
        work()
        found[f"{name}_peak_mb"] = round(tracemalloc.get_traced_memory()[1] / 1e6, 1)
        tracemalloc.stop()
    return found


def _sound(path: Path, seconds: float) -> Path:
    noise = np.random.default_rng(1).normal(0, 0.05, (RATE_HZ * 10, 2)).astype(np.float32)
    opus = path.suffix == ".opus"
    rate_hz = 48_000 if opus else RATE_HZ
    with soundfile.SoundFile(
        path, "w", rate_hz, 2, format=KINDS[path.suffix[1:]], subtype="OPUS" if opus else None
    ) as file:
        for _ in range(round(seconds / 10)):
            file.write(noise)
    return path


def _decode(path: Path) -> None:
    with SoundFile(path) as sound:
        for _ in sound.blocks():
            pass


def _decode_before(path: Path) -> None:
    with soundfile.SoundFile(path) as sound:
        while len(sound.read(BLOCK_SECONDS * sound.samplerate, dtype="float32", always_2d=True)):
            pass


def _video(path: Path, seconds: float) -> Path:
    """Something that moves over something with detail."""
    detail = np.random.default_rng(1).integers(0, 255, (60, 80, 3), np.uint8)
    picture = np.asarray(cv2.resize(detail, (640, 480), interpolation=cv2.INTER_CUBIC), np.uint8)
    with VideoWriter(path, VIDEO_FRAMES_PER_SECOND) as video:
        for index in range(round(seconds * VIDEO_FRAMES_PER_SECOND)):
            video.write(np.roll(picture, index, axis=1), index / VIDEO_FRAMES_PER_SECOND)
    return path


def _read(path: Path) -> None:
    with VideoSource(path) as video:
        for _ in video:
            pass


def _read_before(path: Path) -> None:
    video = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    while video.read()[0]:
        video.get(cv2.CAP_PROP_POS_MSEC)
    video.release()


def _look_into_before(path: Path, stamp: Stamp) -> FileRead:
    with path.open("rb") as file:
        file.seek(id3_bytes(file))
        file.read(HEAD_BYTES)
    tag = TinyTag.get(path, duration=True, image=True)

    def clean(text: str | None) -> str:
        return " ".join((text or "").replace("\0", " ").split())

    track_db, album_db = (stated_gain_db(tag.other, scope) for scope in ("track", "album"))
    tags = Tags(
        clean(tag.title), clean(tag.artist), clean(tag.album), tag.duration, clean(tag.albumartist), clean(tag.genre),
        None, tag.track, tag.disc, track_db, album_db, tag.images.any is not None,
    )  # fmt: skip
    return FileRead(path, stamp, content_key(path), tags)


def _show(found: dict[str, Any]) -> None:
    columns = ("now_cpu_seconds", "before_cpu_seconds", "ratio", "now_peak_mb", "before_peak_mb")
    rows = [(name, *(row.get(column, "") for column in columns)) for name, row in found.items()]
    show("reading, now and before", ("", "s now", "s before", "ratio", "MB now", "MB before"), rows)


if __name__ == "__main__":
    sys.exit(main())
