"""How loud a file says that it is: ReplayGain tags, and Opus's own R128 ones, as gains in dB to REFERENCE_LUFS.

ReplayGain 2.0 (wiki.hydrogenaud.io, "ReplayGain 2.0 specification") brings to -18 LUFS, as we do ourselves. Opus
files (RFC 7845, section 5.2.1) state a gain to -23 LUFS as a whole number of 1/256 dB.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Literal

REFERENCE_LUFS = -18.0
"""Where ReplayGain 2.0 brings every track."""
QUIETEST_GAIN_DB, LOUDEST_GAIN_DB = -24.0, 12.0

Scope = Literal["track", "album"]

_R128_REFERENCE_LUFS = -23.0
_R128_STEPS_PER_DB = 256
_NUMBER = re.compile(r"^\s*([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)")
_MOST_DB = 51.0
"""From there on, up or down, a tag is damaged: some taggers write "51.00 dB" where they could not measure."""


def stated_gain_db(tags: Mapping[str, Sequence[str]], scope: Scope) -> float | None:
    """The gain that a file's tags state, by their names in small letters; None where they state none.

    A gain upwards goes no further than the stated peak lets it without clipping. Values such as "-7.03 dB" and
    "-7,03" are read alike.
    """
    gain = _number(tags.get(f"replaygain_{scope}_gain"))
    if gain is None:
        steps = _number(tags.get(f"r128_{scope}_gain"))
        if steps is None:
            return None
        gain = steps / _R128_STEPS_PER_DB + REFERENCE_LUFS - _R128_REFERENCE_LUFS
    if abs(gain) >= _MOST_DB:
        return None
    peak = _number(tags.get(f"replaygain_{scope}_peak"))
    if peak is not None and peak > 0:
        gain = min(gain, max(-20 * math.log10(peak), 0.0))
    return min(max(gain, QUIETEST_GAIN_DB), LOUDEST_GAIN_DB)


def album_gain_db(tracks: Sequence[tuple[float, float]]) -> float:
    """The one gain for an album whose tracks have these (gain in dB, duration in seconds).

    The mean power of the whole, as if the album were one recording; what its gates would leave out is not known here.
    """
    seconds = sum(duration for _, duration in tracks)
    if seconds <= 0:
        return 0.0
    power = sum(10 ** (-gain / 10) * duration for gain, duration in tracks) / seconds
    return -10 * math.log10(power)


def _number(values: Sequence[str] | None) -> float | None:
    found = _NUMBER.match(values[0].replace("\u2212", "-")) if values else None
    number = float(found[1].replace(",", ".")) if found else math.nan
    return number if math.isfinite(number) else None
