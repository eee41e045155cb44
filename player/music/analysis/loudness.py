"""How loud a recording is to a listener (ITU-R BS.1770-4), and where its first audible moment lies.

A meter is fed blocks of any size, so that a long recording never has to fit into memory.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from player.music.analysis.replaygain import LOUDEST_GAIN_DB, QUIETEST_GAIN_DB, REFERENCE_LUFS

Blocks: TypeAlias = NDArray[np.float32]

AUDIBLE_DBFS = -50.0

_STEP_SECONDS = 0.1
_STEPS_PER_GATE = 4
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OFFSET_LUFS = -0.691


def gain_db(loudness_lufs: float | None, peak: float) -> float:
    """The gain in dB that brings a track to REFERENCE_LUFS without clipping; 0 where nothing could be measured.

    `peak` is the greatest absolute sample, 1.0 at full scale.
    """
    if loudness_lufs is None or peak <= 0:
        return 0.0
    headroom_db = -20 * math.log10(peak)
    wanted_db = min(REFERENCE_LUFS - loudness_lufs, max(headroom_db, 0.0))
    return min(max(wanted_db, QUIETEST_GAIN_DB), LOUDEST_GAIN_DB)


class LoudnessMeter:
    """Integrated loudness, peak and first audible moment of a recording that arrives in blocks."""

    def __init__(self, sample_rate_hz: int, channels: int) -> None:
        self._rate_hz = sample_rate_hz
        self._step = max(round(_STEP_SECONDS * sample_rate_hz), 1)
        self._sections = _k_weighting(sample_rate_hz)
        self._state = np.zeros((len(self._sections), 2, channels))
        self._rest = np.zeros((0, channels))
        self._powers: list[NDArray[np.float64]] = []
        self._seen = 0
        self._audible_at: int | None = None
        self.peak = 0.0

    @property
    def sound_start_seconds(self) -> float | None:
        """The first moment at or above AUDIBLE_DBFS, None in silence."""
        return None if self._audible_at is None else self._audible_at / self._rate_hz

    @property
    def seconds(self) -> float:
        """How much was fed."""
        return self._seen / self._rate_hz

    def feed(self, block: Blocks) -> None:
        """Take the next samples [samples, channels], full scale at 1."""
        loudest = np.abs(block).max(axis=1, initial=0.0)
        self.peak = max(self.peak, float(loudest.max(initial=0.0)))
        if self._audible_at is None:
            audible = np.flatnonzero(loudest >= 10 ** (AUDIBLE_DBFS / 20))
            self._audible_at = self._seen + int(audible[0]) if audible.size else None
        self._seen += len(block)
        self._weigh(block)

    def _weigh(self, block: Blocks) -> None:
        weighted, self._state = sosfilt(self._sections, block, axis=0, zi=self._state)
        weighted = np.concatenate([self._rest, weighted])
        whole = len(weighted) // self._step * self._step
        steps = weighted[:whole].reshape(-1, self._step, weighted.shape[1])
        self._powers.append((steps**2).mean(axis=1).sum(axis=1))
        self._rest = weighted[whole:]

    def loudness_lufs(self) -> float | None:
        """Integrated loudness of all that was fed; None for silence or less than 0.4 s."""
        powers = np.concatenate([np.zeros(0), *self._powers])
        if powers.size < _STEPS_PER_GATE:
            return None
        gates = np.convolve(powers, np.full(_STEPS_PER_GATE, 1 / _STEPS_PER_GATE), mode="valid")
        gates = gates[gates > _power(_ABSOLUTE_GATE_LUFS)]
        if not gates.size:
            return None
        gates = gates[gates > _power(_lufs(gates.mean()) + _RELATIVE_GATE_LU)]
        return _lufs(gates.mean())


def _lufs(power: float) -> float:
    return _OFFSET_LUFS + 10 * math.log10(power)


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LUFS) / 10))


def _k_weighting(rate_hz: int) -> NDArray[np.float64]:
    """BS.1770's two filters for any sampling rate, as second-order sections [2, 6].

    The standard gives coefficients for 48 kHz only; these analogue values reproduce them there (De Man 2014).
    """
    return np.stack([_high_shelf(rate_hz), _high_pass(rate_hz)])


def _high_shelf(rate_hz: int) -> NDArray[np.float64]:
    gain, quality = 10 ** (3.999843853973347 / 20), 0.7071752369554196
    warp = math.tan(math.pi * 1681.974450955533 / rate_hz)
    middle = gain**0.4996667741545416
    norm = 1 + warp / quality + warp**2
    numerator = (
        gain + middle * warp / quality + warp**2,
        2 * (warp**2 - gain),
        gain - middle * warp / quality + warp**2,
    )
    denominator = (norm, 2 * (warp**2 - 1), 1 - warp / quality + warp**2)
    return np.array([*numerator, *denominator]) / norm


def _high_pass(rate_hz: int) -> NDArray[np.float64]:
    quality = 0.5003270373238773
    warp = math.tan(math.pi * 38.13547087602444 / rate_hz)
    norm = 1 + warp / quality + warp**2
    denominator = np.array([norm, 2 * (warp**2 - 1), 1 - warp / quality + warp**2]) / norm
    return np.array([1.0, -2.0, 1.0, *denominator])
