"""`python -m benchmarks.library`: how a library of 50,000 tracks is scanned, listed and searched, and what it holds.

The files are real FLAC and MP3 files of half a second with tags, and a cover in every tenth, made in a folder of their
own; no two sounds are the same. Searched is letter by letter, as people type; scrolled is to anywhere in the list.
"Scan again" finds nothing new, "after moves" finds a tenth of the files in other folders. "CPU" figures are this
process's own work, which other programs on the machine do not lengthen.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks.report import CpuMeter, emit, percentiles, show
from player.errors import LibraryError
from player.music.library.library import Library
from recognizer.errors import SonrisaError

RATE_HZ = 8000
PAGE_ROWS = 40
TRACKS_PER_ALBUM = 12
_WORDS = (
    *(
        "amber",
        "river",
        "night",
        "slow",
        "golden",
        "paper",
        "boats",
        "winter",
        "summer",
        "lights",
        "echo",
        "garden",
    ),
    *(
        "silver",
        "moon",
        "street",
        "café",
        "été",
        "niño",
        "straße",
        "dream",
        "blue",
        "hollow",
        "mountain",
        "train",
    ),
    *(
        "station",
        "rain",
        "window",
        "shadow",
        "fire",
        "ocean",
        "glass",
        "letter",
        "morning",
        "evening",
        "dance",
    ),
    *("love", "heart", "stone", "bird", "sky", "road", "home"),
)
_COVER = bytes(range(256)) * 200


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.library", description=__doc__)
    parser.add_argument("--tracks", type=int, default=50_000, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--searches", type=int, default=300, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where the files are made (12 KB each)")
    options = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="sonrisa-", dir=options.folder) as folder:
            emit(measure(Path(folder), options.tracks, options.searches))
    except (SonrisaError, OSError) as error:
        print(f"benchmarks.library: {error}", file=sys.stderr)
        return 1
    return 0


def measure(folder: Path, tracks: int, searches: int) -> dict[str, Any]:
    """All figures, as JSON holds them."""
    chance = random.Random(1)
    music = folder / "music"
    make_files(music, tracks, chance)
    with Library(folder / "library.db") as library:
        found: dict[str, Any] = {
            "tracks": tracks,
            "scan": _scan(library, music, tracks),
            "scan_again": _scan(library, music, tracks),
        }
        _move(music, tracks // 10)
        found["scan_after_moves"] = _scan(library, music, tracks)
    with Library(folder / "library.db") as library:
        with CpuMeter() as meter:
            kept = library.tracks()
        found["load"] = {
            "seconds": round(meter.wall_seconds, 2),
            "cpu_seconds": round(meter.wall_seconds * meter.cores_used, 2),
            "megabytes": _megabytes(folder / "library.db"),
        }
        found["search"] = _times(library.search, ((text, PAGE_ROWS) for text in typed(searches, chance)))
        places = (("", PAGE_ROWS, chance.randrange(tracks)) for _ in range(searches))
        found["scroll"] = _times(library.search, places)
        found["rate"] = _times(library.rate, ((track.id, 4) for track in chance.sample(kept, 50)))
    _show(found)
    return found


def make_files(music: Path, count: int, chance: random.Random) -> None:
    """Music files with tags, an album to a folder."""
    sounds = {ending: _sound(ending) for ending in ("FLAC", "MP3")}
    for number in range(count):
        album, index = divmod(number, TRACKS_PER_ALBUM)
        names = random.Random(album)
        artist = " ".join(names.choices(_WORDS, k=2)).title() + f" {album // 4}"
        folder = music / artist / " ".join(names.choices(_WORDS, k=2)).title()
        if index == 0:
            folder.mkdir(parents=True, exist_ok=True)
        title = " ".join(chance.choices(_WORDS, k=3)).title()
        kind = "FLAC" if number % 2 else "MP3"
        fields = {"title": title, "artist": artist, "album": folder.name, "number": str(index + 1)}
        tagged = _flac(sounds[kind], fields, number) if kind == "FLAC" else _mp3(sounds[kind], fields, number)
        (folder / f"{number:06d}.{kind.lower()}").write_bytes(tagged)


def typed(count: int, chance: random.Random) -> Iterator[str]:
    """What stands in the search box while people type two words, one letter after another."""
    made = 0
    while made < count:
        text = " ".join(chance.sample(_WORDS, 2))
        for length in range(1, len(text) + 1):
            yield text[:length]
        made += len(text)


def _sound(kind: str) -> bytes:
    noise = np.random.default_rng(1).normal(0, 0.1, RATE_HZ // 2).astype(np.float32)
    written = io.BytesIO()
    soundfile.write(written, noise, RATE_HZ, format=kind)
    return written.getvalue()


def _flac(sound: bytes, fields: dict[str, str], number: int) -> bytes:
    """The same sound with a few bytes of its own behind, and Vorbis comments (RFC 9639, section 8)."""
    names = {"title": "TITLE", "artist": "ARTIST", "album": "ALBUM", "number": "TRACKNUMBER"}
    entries = [f"{names[key]}={text}".encode() for key, text in fields.items()]
    body = b"\0\0\0\0" + len(entries).to_bytes(4, "little")
    body += b"".join(len(entry).to_bytes(4, "little") + entry for entry in entries)
    stream_info, frames = sound[8:42], sound[sound.index(b"\xff\xf8") :]
    blocks = [(0, stream_info), (4, body)]
    if number % 10 == 1:
        head = b"\0\0\0\3\0\0\0\x09image/png" + bytes(20)
        blocks.append((6, head + len(_COVER).to_bytes(4, "big") + _COVER))
    written = b"".join(
        bytes([kind | (0x80 if index == len(blocks) - 1 else 0)]) + len(block).to_bytes(3, "big") + block
        for index, (kind, block) in enumerate(blocks)
    )
    return b"fLaC" + written + frames + number.to_bytes(4, "big")


def _mp3(sound: bytes, fields: dict[str, str], number: int) -> bytes:
    """The same with an ID3v2.4 tag."""
    names = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "number": "TRCK"}
    frames = b"".join(
        names[key].encode() + len(data).to_bytes(4, "big") + b"\0\0" + data
        for key, data in ((key, b"\x03" + text.encode()) for key, text in fields.items())
    )
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + size + frames + sound + number.to_bytes(4, "big")


def _scan(library: Library, music: Path, tracks: int) -> dict[str, float]:
    with CpuMeter() as meter:
        report = library.scan(music)
    if report.failed:
        raise LibraryError(f"the scan failed for {len(report.failed)} files: {report.lines()[0]}")
    return {
        "seconds": round(meter.wall_seconds, 1),
        "files_per_second": round(tracks / meter.wall_seconds),
        "cpu_seconds": round(meter.wall_seconds * meter.cores_used, 1),
        "added": report.added,
        "moved": report.moved,
    }


def _move(music: Path, count: int) -> None:
    """Put files of many folders into a new one."""
    other = music / "sorted anew"
    other.mkdir()
    files = sorted(music.rglob("*.*"))
    for path in files[:: len(files) // count]:
        path.rename(other / path.name)


def _times(call: Callable[..., object], arguments: Iterator[tuple[Any, ...]]) -> dict[str, float]:
    """How long the calls take."""
    seconds: list[float] = []
    work: list[float] = []
    for each in arguments:
        start, worked = time.perf_counter(), time.thread_time()
        call(*each)
        work.append(time.thread_time() - worked)
        seconds.append(time.perf_counter() - start)
    cpu = {f"cpu_{name}": value for name, value in percentiles(work).items()}
    return {**percentiles(seconds), **cpu, "calls": len(seconds)}


def _megabytes(path: Path) -> float:
    """What the tracks hold in memory once they are read, by the interpreter's own count."""
    with Library(path) as library:
        tracemalloc.start()
        kept = library.tracks()
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return round(held / 1e6, 1) if kept else 0.0


def _show(found: dict[str, Any]) -> None:
    show(
        f"{found['tracks']} tracks",
        ("scan", "seconds", "CPU seconds", "files per second", "new", "moved"),
        [
            (
                name,
                *(
                    found[name][key]
                    for key in ("seconds", "cpu_seconds", "files_per_second", "added", "moved")
                ),
            )
            for name in ("scan", "scan_again", "scan_after_moves")
        ],
    )
    load = found["load"]
    show(
        f"in memory: {load['megabytes']} MB, read in {load['seconds']} s ({load['cpu_seconds']} s of CPU)",
        ("one call", "median ms", "p95 ms", "CPU median ms", "CPU p95 ms"),
        [
            (name, *(found[name][key] for key in ("p50_ms", "p95_ms", "cpu_p50_ms", "cpu_p95_ms")))
            for name in ("search", "scroll", "rate")
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
