"""One track's sound, measured: mood, the mood along it, loudness, and where it becomes audible.

`python -m player.music.analysis.analyse FILE...` prints one JSON line per file. Without arguments it reads file
names from standard input, a JSON string per line, and answers each at once: so the player runs it as a process of
its own, at low priority, where neither a long computation nor a decoder that crashes can disturb the music.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import librosa
import numpy as np
from soundfile import SoundFile

from player.errors import LibraryError
from player.music.analysis.decode import DecoderMissing, blocks, opened
from player.music.analysis.estimate import estimate
from player.music.analysis.loudness import Blocks, LoudnessMeter, gain_db
from player.music.analysis.mood_model import MoodModel
from player.music.analysis.sound_features import SAMPLE_RATE_HZ, SHORTEST_SECONDS, Signal, frames, joined
from player.music.track import Measured
from recognizer.errors import SonrisaError

_LEAST_COMPLETE = 0.9
_PART_SECONDS = 60.0


def analyse(path: Path, model: MoodModel) -> Measured:
    """Measure a music file; raises LibraryError with the reason where it is broken, cut off, silent or too short."""
    with opened(path) as sound:
        meter = LoudnessMeter(sound.samplerate, sound.channels)
        parts = [frames(part) for part in _parts(_metered(sound, meter), sound.samplerate)]
        stated_seconds = sound.frames / sound.samplerate
    if meter.seconds < _LEAST_COMPLETE * stated_seconds:
        raise LibraryError(f"it is cut off: {meter.seconds:.1f} s of {stated_seconds:.1f} s are there")
    if not parts:
        raise LibraryError(f"it lasts only {meter.seconds:.1f} s")
    start_seconds = meter.sound_start_seconds
    if start_seconds is None:
        raise LibraryError("it is silent throughout")
    mood, curve = estimate(joined(parts), model)
    return Measured(
        duration_seconds=meter.seconds,
        valence=mood.valence,
        arousal=mood.arousal,
        sound_start_seconds=start_seconds,
        gain_db=gain_db(meter.loudness_lufs(), meter.peak),
        curve=curve,
    )


def _metered(sound: SoundFile, meter: LoudnessMeter) -> Iterator[Blocks]:
    for block in blocks(sound):
        meter.feed(block)
        yield block


def _parts(sound: Iterable[Blocks], rate_hz: int) -> Iterator[Signal]:
    """The sound as mono signals at SAMPLE_RATE_HZ, each about a minute: so a long mix needs no more memory than a song.

    None is too short for its features; nothing comes where all the sound is.
    """
    waiting: list[Blocks] = []
    held, longest, shortest = 0, round(_PART_SECONDS * rate_hz), round(SHORTEST_SECONDS * rate_hz)
    for block in sound:
        if held >= longest and len(block) >= shortest:
            yield _resampled(waiting, rate_hz)
            waiting, held = [], 0
        waiting.append(block)
        held += len(block)
    if held >= shortest:
        yield _resampled(waiting, rate_hz)


def _resampled(sound: Sequence[Blocks], rate_hz: int) -> Signal:
    mono = np.concatenate([block.mean(axis=1) for block in sound])
    return librosa.resample(mono, orig_sr=rate_hz, target_sr=SAMPLE_RATE_HZ)


def main(arguments: Sequence[str]) -> int:
    """Answer for the files named, or for those that standard input names; 1 where the model cannot be used."""
    try:
        model = MoodModel.load()
    except SonrisaError as error:
        if not arguments:
            print(json.dumps({"problem": str(error)}), flush=True)
        print(error, file=sys.stderr)
        return error.exit_code
    if arguments:
        for name in arguments:
            print(json.dumps(_answer(Path(name), model)))
    else:
        _serve(model)
    return 0


def _serve(model: MoodModel) -> None:
    """Say that all is loaded, then answer each line of standard input until it ends, at low priority."""
    if hasattr(os, "nice"):
        os.nice(10)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(_answer(Path(json.loads(line)), model)), flush=True)


def _answer(path: Path, model: MoodModel) -> dict[str, object]:
    try:
        return {"path": str(path), **asdict(analyse(path, model))}
    except DecoderMissing as error:
        return {"path": str(path), "problem": str(error), "lasting": False}
    except LibraryError as error:
        return {"path": str(path), "problem": str(error)}
    except (OSError, ValueError, MemoryError) as error:
        return {"path": str(path), "problem": f"its sound could not be measured ({error})"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
