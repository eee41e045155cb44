"""`python -m benchmarks.crossfade`: what a listener hears where one track takes over from another.

The real crossfader plays through a sound backend to a sound server whose output is recorded. Tones tell of clicks and
of a loudness that sags, since the least disturbance of a tone stands out; real tracks tell of silences. Run it on a
quiet machine: where the processor is short, it is the sound engine that drops out, and this shows it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks.loudspeaker import (
    RATE_HZ,
    Ear,
    NoLoudspeaker,
    Samples,
    levels,
    longest_silence_seconds,
    null_sink,
    worst_click,
    write_tone,
)
from benchmarks.report import emit, show
from player.music.library.bundled_music import default_music
from player.sound import Audible, Crossfader, SoundEvent, open_backend

LOW_HZ, HIGH_HZ = 440.0, 660.0
FADES_SECONDS = (0.4, 1.2, 3.0)
"""The fades that the player ships with: a skip, a change of mood, the end of a track."""
JOIN_ENDINGS = ("wav", "flac", "mp3", "opus", "ogg")
_BEFORE_SECONDS, _AFTER_SECONDS = 0.5, 0.6
_PREPARE_SECONDS = 1.2
_WAIT_SECONDS = 20.0

Row = dict[str, Any]


class MeasuredCrossfader:
    """A crossfader on a backend, and a recording of its output."""

    def __init__(self, backend: str, ear: Ear) -> None:
        self.ear = ear
        self._events: list[SoundEvent] = []
        self.fader = Crossfader(open_backend(backend, self._events.append))
        if self.fader.backend.name != backend:
            self.close()
            raise NoLoudspeaker(f"the backend {backend} cannot be used here")

    def heard(self, path: Path) -> float:
        """Wait for a track's first sound; returns its moment. Raises TimeoutError."""
        give_up_at = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < give_up_at:
            for event in self._events:
                if isinstance(event, Audible) and event.path == path:
                    self._events.clear()
                    return event.at_seconds
            time.sleep(0.005)
        raise TimeoutError(f"{path.name} was not heard")

    def begin(self, path: Path, start_seconds: float = 0.0) -> float:
        """Play a track alone, from silence."""
        self.fader.stop()
        time.sleep(0.2)
        self.fader.play(path, start_seconds)
        return self.heard(path)

    def close(self) -> None:
        """Release the backend."""
        self.fader.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crossfade", description=__doc__)
    parser.add_argument("--backend", choices=("vlc", "mixer"), default="vlc", help="what makes the sound")
    parser.add_argument(
        "--tracks", type=int, default=8, metavar="N", help="how many real tracks to go through"
    )
    options = parser.parse_args(argv)
    try:
        result = measure(options.backend, options.tracks)
    except NoLoudspeaker as error:
        print(f"crossfade: {error}", file=sys.stderr)
        return 1
    _print(result)
    emit(result)
    return 0


def measure(backend: str, tracks: int) -> dict[str, Any]:
    """All three measurements on a loudspeaker of our own. Raises NoLoudspeaker."""
    with null_sink() as server, Ear(server) as ear, tempfile.TemporaryDirectory() as folder:
        os.environ["PULSE_SERVER"] = server
        os.environ["SDL_AUDIODRIVER"] = "pulseaudio"
        measured = MeasuredCrossfader(backend, ear)
        try:
            return {
                "backend": backend,
                "tones": [_tones(measured, Path(folder), fade) for fade in FADES_SECONDS],
                "real_tracks": _real_tracks(measured, tracks),
                "joins": [_join(measured, Path(folder), ending) for ending in JOIN_ENDINGS],
            }
        finally:
            measured.close()


def _tones(measured: MeasuredCrossfader, folder: Path, fade_seconds: float) -> Row:
    """One tone crossfades into another; the loudness that both have alone should hold all the way."""
    low, high = (write_tone(folder / f"{hz:.0f}.wav", hz, 30.0) for hz in (LOW_HZ, HIGH_HZ))
    began = measured.begin(low)
    measured.fader.prepare(high)
    time.sleep(_PREPARE_SECONDS)
    asked = time.monotonic()
    measured.fader.play(high, fade_seconds=fade_seconds)
    measured.heard(high)
    time.sleep(fade_seconds + _AFTER_SECONDS)
    heard = measured.ear.between(max(began, asked - _BEFORE_SECONDS), time.monotonic() - 0.2)
    steady = float(levels(heard)[0])
    sag_db, swell_db = (20 * float(np.log10(level / steady)) for level in _extremes(levels(heard)))
    return {
        "fade_seconds": fade_seconds,
        "longest_silence_ms": _ms(longest_silence_seconds(heard)),
        "worst_click": round(worst_click(heard, LOW_HZ, HIGH_HZ), 4),
        "sag_db": round(sag_db, 2),
        "swell_db": round(swell_db, 2),
    }


def _real_tracks(measured: MeasuredCrossfader, count: int) -> Row:
    """Real tracks one after the other, each taking over in the middle of the one before."""
    tracks = sorted(default_music().rglob("*.opus"))[:count]
    measured.begin(tracks[0], 2.0)
    silences = []
    for _, after in pairwise(tracks):
        measured.fader.prepare(after, 2.0)
        time.sleep(_PREPARE_SECONDS)
        asked = time.monotonic()
        measured.fader.play(after, 2.0, fade_seconds=1.2)
        measured.heard(after)
        time.sleep(1.2 + _AFTER_SECONDS)
        silences.append(longest_silence_seconds(measured.ear.between(asked, time.monotonic() - 0.2)))
    return {"crossfades": len(silences), "longest_silence_ms": _ms(max(silences))}


def _join(measured: MeasuredCrossfader, folder: Path, ending: str) -> Row:
    """A steady tone in two files, as two neighbours of an album: the second follows the first without a gap."""
    first, second = (_part(folder, ending, number) for number in range(2))
    began = measured.begin(first)
    measured.fader.follow(second)
    joined = measured.heard(second)
    time.sleep(1.0 + _AFTER_SECONDS)
    heard = measured.ear.between(joined - 1.0, joined + 1.0)
    return {
        "format": ending,
        "longest_silence_ms": _ms(longest_silence_seconds(heard)),
        "lowest_level": round(float(levels(heard, 0.02).min() / np.median(levels(heard, 0.02))), 2),
        "first_track_sounded_seconds": round(joined - began, 2),
    }


def _part(folder: Path, ending: str, number: int, seconds: float = 4.0) -> Path:
    """One half of a tone that goes on across both."""
    path = write_tone(folder / f"part{number}.wav", LOW_HZ, seconds, begins_seconds=number * seconds)
    if ending == "wav":
        return path
    samples, rate_hz = soundfile.read(path)
    encoded = path.with_suffix(f".{ending}")
    kinds = {"opus": {"format": "OGG", "subtype": "OPUS"}, "ogg": {"format": "OGG", "subtype": "VORBIS"}}
    soundfile.write(encoded, samples, rate_hz, **kinds.get(ending, {}))
    return encoded


def _extremes(values: Samples) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


def _print(result: dict[str, Any]) -> None:
    tables: tuple[tuple[str, str, Callable[[Any], list[Row]]], ...] = (
        ("tones", "Crossfades of two tones", list),
        ("real_tracks", "Crossfades of real tracks", lambda row: [row]),
        ("joins", "Tracks of one album, joined", list),
    )
    for key, title, rows_of in tables:
        rows = rows_of(result[key])
        show(
            f"{title} ({result['backend']}, {RATE_HZ} Hz)",
            list(rows[0]),
            [list(row.values()) for row in rows],
        )


if __name__ == "__main__":
    sys.exit(main())
