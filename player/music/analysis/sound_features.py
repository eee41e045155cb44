"""What a stretch of music sounds like, in 72 numbers: the columns of two published tables of DEAM features.

The mood model was fitted on tables that others had computed from DEAM's recordings (the repositories
ItsHariii/music-classifier and ConnerFarrell/intensity-index), so these functions repeat both recipes: librosa's
defaults at 22,050 Hz. The mean of each delta-MFCC is left out on purpose: over an excerpt it is only the difference
between its last and first instants, so it tells how the excerpt was cut and not how the music sounds.

Everything but the tempo is measured frame by frame first, so that any stretch of a recording can be summed up without
measuring it again.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import librosa
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

SAMPLE_RATE_HZ = 22_050
HOP_SAMPLES = 512
FRAMES_PER_SECOND = SAMPLE_RATE_HZ / HOP_SAMPLES
SHORTEST_SECONDS = 3.0
"""Below this there is no tempo to speak of, and the lowest octaves of the tonnetz do not fit in."""

_MFCC_COUNT = 13
_TONNETZ_COUNT = 6
_HARMONICITY_FLOOR = 1e-9
_MEDIAN_FRAMES = 31

Signal: TypeAlias = NDArray[np.float32]
Frames: TypeAlias = Mapping[str, Signal]
"""What each frame sounds like: by name, [values, frames] or [frames], FRAMES_PER_SECOND of them."""


def features(signal: Signal) -> dict[str, float]:
    """The columns by name, in the order of COLUMNS, of a mono signal [samples] in [-1, 1] at SAMPLE_RATE_HZ.

    Raises ValueError where the signal is shorter than SHORTEST_SECONDS.
    """
    return summary(frames(signal))


def frames(signal: Signal) -> Frames:
    """What a signal sounds like frame by frame; it and its ValueError are those of `features`."""
    if signal.size < SHORTEST_SECONDS * SAMPLE_RATE_HZ:
        raise ValueError(f"at least {SHORTEST_SECONDS:g} s of sound is needed")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Trying to estimate tuning")  # there is none in silence
        spectrum = librosa.stft(signal)
        magnitude = np.abs(spectrum)
        found = dict(
            (
                *_timbre(signal),
                *_shape(magnitude),
                *_harmony(spectrum, signal.size),
                *_texture(signal, magnitude),
            )
        )
    return cut(found, 0, min(values.shape[-1] for values in found.values()))


def cut(whole: Frames, first: int, last: int) -> Frames:
    """The frames from `first` up to `last`, which is not among them."""
    return {name: values[..., first:last] for name, values in whole.items()}


def joined(parts: Sequence[Frames]) -> Frames:
    """Frames of one recording that was measured in parts, in their order; there must be at least one."""
    return {name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]}


def summary(stretch: Frames) -> dict[str, float]:
    """The columns by name, in the order of COLUMNS, of the frames of a stretch of music."""
    tempo, _ = librosa.beat.beat_track(onset_envelope=stretch["flux"], sr=SAMPLE_RATE_HZ)
    found = {"tempo": float(np.atleast_1d(tempo)[0])}
    for name, values in stretch.items():
        found[f"{name}_mean"], found[f"{name}_std"] = float(values.mean()), float(values.std())
    return {name: found[name] for name in COLUMNS}


def _timbre(signal: Signal) -> Iterator[tuple[str, Signal]]:
    mfcc = librosa.feature.mfcc(y=signal, sr=SAMPLE_RATE_HZ, n_mfcc=_MFCC_COUNT)
    delta = librosa.feature.delta(mfcc)
    for number, (row, delta_row) in enumerate(zip(mfcc, delta, strict=True), start=1):
        yield f"mfcc{number}", row
        yield f"delta_mfcc{number}", delta_row


def _shape(magnitude: Signal) -> Iterator[tuple[str, Signal]]:
    yield "chroma", librosa.feature.chroma_stft(S=magnitude**2, sr=SAMPLE_RATE_HZ)
    yield "contrast", librosa.feature.spectral_contrast(S=magnitude, sr=SAMPLE_RATE_HZ)
    yield "bandwidth", librosa.feature.spectral_bandwidth(S=magnitude, sr=SAMPLE_RATE_HZ)
    yield "rolloff", librosa.feature.spectral_rolloff(S=magnitude, sr=SAMPLE_RATE_HZ)
    yield "brightness", librosa.feature.spectral_centroid(S=magnitude, sr=SAMPLE_RATE_HZ)


def _harmony(spectrum: NDArray[np.complex64], samples: int) -> Iterator[tuple[str, Signal]]:
    harmonic = librosa.istft(spectrum * _harmonic_share(np.abs(spectrum)), length=samples)
    tonnetz = librosa.feature.tonnetz(y=harmonic, sr=SAMPLE_RATE_HZ)
    for number, row in enumerate(tonnetz, start=1):
        yield f"tonnetz{number}", row


def _harmonic_share(magnitude: Signal) -> Signal:
    """How much of each bin [bins, frames] rings on, from 0 to 1: what `librosa.decompose.hpss` takes for harmonic.

    Its two-dimensional medians take most of the time of all features; along one dimension scipy has an algorithm that
    finds the very same numbers ten times as fast.
    """
    ringing = _median_along_rows(magnitude)
    struck = np.ascontiguousarray(_median_along_rows(np.ascontiguousarray(magnitude.T)).T)
    return np.asarray(librosa.util.softmask(ringing, struck, power=2, split_zeros=True))


def _median_along_rows(values: Signal) -> Signal:
    margin = _MEDIAN_FRAMES // 2
    padded = np.pad(values, ((0, 0), (margin, margin)), mode="symmetric")
    flat = median_filter(padded.ravel(), size=_MEDIAN_FRAMES)
    return np.asarray(flat.reshape(padded.shape)[:, margin:-margin])


def _texture(signal: Signal, magnitude: Signal) -> Iterator[tuple[str, Signal]]:
    flatness = librosa.feature.spectral_flatness(S=magnitude)
    yield "loudness", librosa.feature.rms(y=signal)
    yield "zcr", librosa.feature.zero_crossing_rate(signal)
    yield "sharpness", flatness
    yield "hnr", -10 * np.log10(flatness + _HARMONICITY_FLOOR)
    yield "flux", librosa.onset.onset_strength(y=signal, sr=SAMPLE_RATE_HZ)


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
