"""How long recordings are measured: in a few places instead of from end to end."""

from __future__ import annotations

LONG_SECONDS = 1200.0
"""What lasts longer is measured in SAMPLES places of SAMPLE_SECONDS, evenly spread over it."""
SAMPLES = 12
SAMPLE_SECONDS = 30.0
SAMPLED_SECONDS = (SAMPLES + 1) * SAMPLE_SECONDS
"""All that is heard of it: the places, and the beginning, for where it becomes audible."""


def places(seconds: float) -> list[float]:
    """Where the samples of a recording of this length begin, in seconds."""
    step = seconds / SAMPLES
    return [(index + 0.5) * step - SAMPLE_SECONDS / 2 for index in range(SAMPLES)]
