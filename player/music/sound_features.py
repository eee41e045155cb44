"""What a stretch of music sounds like, in 72 numbers: the columns of two published tables of DEAM features.

The mood model was fitted on tables that others had computed from DEAM's recordings (the repositories
ItsHariii/music-classifier and ConnerFarrell/intensity-index), so these functions repeat both recipes: librosa's
defaults at 22,050 Hz. The mean of each delta-MFCC is left out on purpose: over an excerpt it is only the difference
between its last and first instants, so it tells how the excerpt was cut and not how the music sounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import librosa
import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 22_050
SHORTEST_SECONDS = 3.0
"""Below this there is no tempo to speak of, and the lowest octaves of the tonnetz do not fit in."""

_MFCC_COUNT = 13
_TONNETZ_COUNT = 6
_HARMONICITY_FLOOR = 1e-9

Signal: TypeAlias = NDArray[np.float32]
Named: TypeAlias = Iterator[tuple[str, float]]


def features(signal: Signal) -> dict[str, float]:
    """The columns by name, in the order of COLUMNS, of a mono signal [samples] in [-1, 1] at SAMPLE_RATE_HZ.

    Raises ValueError where the signal is shorter than SHORTEST_SECONDS.
    """
    if signal.size < SHORTEST_SECONDS * SAMPLE_RATE_HZ:
        raise ValueError(f"at least {SHORTEST_SECONDS:g} s of sound is needed")
    magnitude = np.abs(librosa.stft(signal))
    onsets = librosa.onset.onset_strength(y=signal, sr=SAMPLE_RATE_HZ)
    groups = (
        _timbre(signal),
        _spectrum(magnitude),
        _harmony(signal),
        _texture(signal, magnitude),
        _rhythm(onsets),
    )
    return {name: value for group in groups for name, value in group}


def _timbre(signal: Signal) -> Named:
    mfcc = librosa.feature.mfcc(y=signal, sr=SAMPLE_RATE_HZ, n_mfcc=_MFCC_COUNT)
    delta = librosa.feature.delta(mfcc)
    for number, (row, delta_row) in enumerate(zip(mfcc, delta, strict=True), start=1):
        yield from _mean_and_std(f"mfcc{number}", row)
        yield f"delta_mfcc{number}_std", float(delta_row.std())


def _spectrum(magnitude: Signal) -> Named:
    chroma = librosa.feature.chroma_stft(S=magnitude**2, sr=SAMPLE_RATE_HZ)
    yield from _mean_and_std("chroma", chroma)
    yield from _mean_and_std("contrast", librosa.feature.spectral_contrast(S=magnitude, sr=SAMPLE_RATE_HZ))
    yield from _mean_and_std("bandwidth", librosa.feature.spectral_bandwidth(S=magnitude, sr=SAMPLE_RATE_HZ))
    yield from _mean_and_std("rolloff", librosa.feature.spectral_rolloff(S=magnitude, sr=SAMPLE_RATE_HZ))
    yield from _mean_and_std("brightness", librosa.feature.spectral_centroid(S=magnitude, sr=SAMPLE_RATE_HZ))


def _harmony(signal: Signal) -> Named:
    harmonic = librosa.effects.harmonic(signal)
    tonnetz = librosa.feature.tonnetz(y=harmonic, sr=SAMPLE_RATE_HZ)
    for number, row in enumerate(tonnetz, start=1):
        yield from _mean_and_std(f"tonnetz{number}", row)


def _texture(signal: Signal, magnitude: Signal) -> Named:
    flatness = librosa.feature.spectral_flatness(S=magnitude)
    yield from _mean_and_std("loudness", librosa.feature.rms(y=signal))
    yield from _mean_and_std("zcr", librosa.feature.zero_crossing_rate(signal))
    yield from _mean_and_std("sharpness", flatness)
    yield from _mean_and_std("hnr", -10 * np.log10(flatness + _HARMONICITY_FLOOR))


def _rhythm(onsets: Signal) -> Named:
    yield from _mean_and_std("flux", onsets)
    tempo, _ = librosa.beat.beat_track(onset_envelope=onsets, sr=SAMPLE_RATE_HZ)
    yield "tempo", float(np.atleast_1d(tempo)[0])


def _mean_and_std(name: str, values: NDArray[np.floating]) -> Named:
    yield f"{name}_mean", float(values.mean())
    yield f"{name}_std", float(values.std())


def _mean_and_std_names(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{statistic}" for name in names for statistic in ("mean", "std"))


COLUMNS: tuple[str, ...] = (
    *(
        f"{name}{number}_{statistic}"
        for number in range(1, _MFCC_COUNT + 1)
        for name, statistic in (("mfcc", "mean"), ("mfcc", "std"), ("delta_mfcc", "std"))
    ),
    *_mean_and_std_names("chroma", "contrast", "bandwidth", "rolloff", "brightness"),
    *_mean_and_std_names(*(f"tonnetz{number}" for number in range(1, _TONNETZ_COUNT + 1))),
    *_mean_and_std_names("loudness", "zcr", "sharpness", "hnr", "flux"),
    "tempo",
)
"""All names, in the order in which `features` gives them; a model's card names those that it takes."""
