"""One track's sound, measured: mood, loudness, and where it becomes audible.

`python -m player.music.analyse FILE...` prints one JSON line per file. Without arguments it reads file names from
standard input, a JSON string per line, and answers each at once: so the player runs it as a process of its own, at
low priority, where neither a long computation nor a decoder that crashes can disturb the music.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import librosa
import numpy as np
from numpy.typing import NDArray

from player.errors import LibraryError
from player.music.decode import DecoderMissing, blocks, opened
from player.music.loudness import LoudnessMeter, gain_db
from player.music.mood_model import MoodModel
from player.music.sound_features import SAMPLE_RATE_HZ, SHORTEST_SECONDS, features
from player.music.track import Measured
from recognizer.errors import SonrisaError

EXCERPT_SECONDS = 30.0
_LEAST_COMPLETE = 0.9


@dataclass(frozen=True, slots=True)
class _Listened:
    """A whole recording went by: its meter, and the excerpt [samples] kept at its own rate, mixed to mono."""

    meter: LoudnessMeter
    excerpt: NDArray[np.float32]
    rate_hz: int
    seconds: float


def analyse(path: Path, model: MoodModel) -> Measured:
    """Measure a music file; raises LibraryError with the reason where it is broken, cut off, silent or too short.

    The mood is read from the middle 30 s: beginnings and ends (count-ins, fades, applause) are unlike the rest, while
    by the middle the whole arrangement usually plays. The model learnt from excerpts out of the midst of songs, too.
    """
    heard = _listen(path)
    if heard.seconds < SHORTEST_SECONDS:
        raise LibraryError(f"it lasts only {heard.seconds:.1f} s")
    start_seconds = heard.meter.sound_start_seconds
    if start_seconds is None:
        raise LibraryError("it is silent throughout")
    signal = librosa.resample(heard.excerpt, orig_sr=heard.rate_hz, target_sr=SAMPLE_RATE_HZ)
    mood = model.mood(features(signal))
    return Measured(
        duration_seconds=heard.seconds,
        valence=mood.valence,
        arousal=mood.arousal,
        sound_start_seconds=start_seconds,
        gain_db=gain_db(heard.meter.loudness_lufs(), heard.meter.peak),
    )


def _listen(path: Path) -> _Listened:
    with opened(path) as sound:
        meter = LoudnessMeter(sound.samplerate, sound.channels)
        length = round(EXCERPT_SECONDS * sound.samplerate)
        first = max((sound.frames - length) // 2, 0)
        kept: list[NDArray[np.float32]] = []
        seen = 0
        for block in blocks(sound):
            meter.feed(block)
            kept.append(block[max(first - seen, 0) : max(first + length - seen, 0)].mean(axis=1))
            seen += len(block)
        if seen < _LEAST_COMPLETE * sound.frames:
            stated, found = sound.frames / sound.samplerate, seen / sound.samplerate
            raise LibraryError(f"it is cut off: {found:.1f} s of {stated:.1f} s are there")
        return _Listened(
            meter, np.concatenate([np.zeros(0, np.float32), *kept]), sound.samplerate, seen / sound.samplerate
        )


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
