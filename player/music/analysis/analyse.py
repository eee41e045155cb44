"""One track's sound, measured: mood, the mood along it, loudness, and where it becomes audible.

`python -m player.music.analysis.analyse FILE...` prints one JSON line per file. Without arguments it reads file names
from standard input, a JSON string per line, and answers each at once: so the player runs it as a process of its own,
at low priority, where neither a long computation nor a decoder that crashes can disturb the music.
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

from player.errors import LibraryError
from player.music.analysis.decode import Block, SoundFile, true_seconds
from player.music.analysis.estimate import estimate, estimate_samples
from player.music.analysis.loudness import LoudnessMeter, gain_db
from player.music.analysis.mood_model import MoodModel
from player.music.analysis.sampling import LONG_SECONDS, SAMPLE_SECONDS, places
from player.music.analysis.sound_features import (
    SAMPLE_RATE_HZ,
    SHORTEST_SECONDS,
    Frames,
    Signal,
    frames,
    joined,
)
from player.music.track import Measured
from recognizer.errors import SonrisaError
from recognizer.media_file import Undecodable

_PART_SECONDS = 60.0


def analyse(path: Path, model: MoodModel) -> Measured:
    """Measure a music file; raises LibraryError with the reason where it is silent, too short or cannot be decoded.

    Raises OSError where the disk or the network fails, which says nothing about the file.
    """
    try:
        seconds = true_seconds(path, links_too=False)
        with SoundFile(path) as sound:
            if seconds is not None and seconds > LONG_SECONDS:
                return _sampled(sound, seconds, model)
            return _measured(sound, model)
    except Undecodable as reason:
        raise LibraryError(str(reason)) from reason


def _measured(sound: SoundFile, model: MoodModel) -> Measured:
    """The whole sound."""
    meter = LoudnessMeter(sound.rate_hz, sound.channels)
    parts = [frames(part) for part in _parts(_metered(sound.blocks(), meter), sound.rate_hz)]
    if not parts:
        raise LibraryError(f"it lasts only {meter.seconds:.1f} s")
    start_seconds = _audible(meter)
    mood, curve = estimate(joined(parts), model)
    gain = gain_db(meter.loudness_lufs(), meter.peak)
    return Measured(meter.seconds, mood.valence, mood.arousal, start_seconds, gain, curve)


def _sampled(sound: SoundFile, seconds: float, model: MoodModel) -> Measured:
    """The first seconds, for where it becomes audible, then places all along."""
    meter = LoudnessMeter(sound.rate_hz, sound.channels)
    for block in _first(sound, SAMPLE_SECONDS):
        meter.feed(block)
    start_seconds = meter.sound_start_seconds or 0.0
    samples: list[Frames] = []
    for place in places(seconds):
        sound.seek(place)
        excerpt = [*_metered(_first(sound, SAMPLE_SECONDS), meter)]
        if sum(map(len, excerpt)) >= SHORTEST_SECONDS * sound.rate_hz:
            samples.append(frames(_resampled(excerpt, sound.rate_hz)))
    if not samples:
        raise LibraryError("no sound in it can be decoded")
    _audible(meter)
    mood, curve = estimate_samples(samples, seconds, model)
    gain = gain_db(meter.loudness_lufs(), meter.peak)
    return Measured(seconds, mood.valence, mood.arousal, start_seconds, gain, curve)


def _audible(meter: LoudnessMeter) -> float:
    """Where the sound becomes audible, in seconds."""
    if meter.sound_start_seconds is None:
        raise LibraryError("it is silent throughout")
    return meter.sound_start_seconds


def _first(sound: SoundFile, seconds: float) -> Iterator[Block]:
    """The sound from where it stands, about so much of it."""
    left = round(seconds * sound.rate_hz)
    for block in sound.blocks():
        yield block[:left]
        left -= len(block)
        if left <= 0:
            return


def _metered(blocks: Iterable[Block], meter: LoudnessMeter) -> Iterator[Block]:
    for block in blocks:
        meter.feed(block)
        yield block


def _parts(sound: Iterable[Block], rate_hz: int) -> Iterator[Signal]:
    """The sound as mono signals at SAMPLE_RATE_HZ, each about a minute: so a long mix needs no more memory than a song.

    None is too short for its features; nothing comes where all the sound is.
    """
    waiting: list[Block] = []
    held, longest, shortest = 0, round(_PART_SECONDS * rate_hz), round(SHORTEST_SECONDS * rate_hz)
    for block in sound:
        if held >= longest and len(block) >= shortest:
            yield _resampled(waiting, rate_hz)
            waiting, held = [], 0
        waiting.append(block)
        held += len(block)
    if held >= shortest:
        yield _resampled(waiting, rate_hz)


def _resampled(sound: Sequence[Block], rate_hz: int) -> Signal:
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
    """What was found, or a problem: `lasting` where the file itself is the reason, which may be remembered."""
    try:
        return {"path": str(path), **asdict(analyse(path, model))}
    except LibraryError as error:
        return {"path": str(path), "problem": str(error), "lasting": True}
    except OSError as error:
        return {"path": str(path), "problem": f"it cannot be read now ({error.strerror})", "lasting": False}
    except MemoryError:
        return {"path": str(path), "problem": "there is too little memory to measure it", "lasting": False}
    except ValueError as error:
        return {"path": str(path), "problem": f"its sound could not be measured ({error})", "lasting": True}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
