"""How long the models take for one face on one thread, beside a net that everybody knows, all in one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recognizer.classify import Classifier
from training.evaluation.cost import REFERENCE, face_run, in_turns, ratio, reference_run


@dataclass(frozen=True, slots=True)
class Speed:
    """Processor milliseconds of one face; `relative` is the median over the reference's, None without one."""

    p50_ms: float
    p95_ms: float
    relative: float | None


def speeds(models: Mapping[str, Classifier]) -> dict[str, Speed]:
    """Each model's speed by name, and the reference's where torch and timm are there to make it."""
    reference = reference_run()
    runs = {name: face_run(classifier) for name, classifier in models.items()}
    samples = in_turns(runs | {REFERENCE: reference} if reference else runs)
    return {name: _speed(times, samples.get(REFERENCE)) for name, times in samples.items()}


def _speed(seconds: Sequence[float], reference: Sequence[float] | None) -> Speed:
    middle, slow = np.percentile(seconds, (50, 95)) * 1000
    relative = ratio(list(seconds), list(reference)) if reference else None
    return Speed(round(float(middle), 3), round(float(slow), 3), relative)
