"""Two models on the same faces: is one better, and can these faces show it?

The exact McNemar test (McNemar 1947) asks whether the faces that only one of them reads are shared out evenly. The
paired bootstrap draws the faces again and looks at the difference itself. Both speak of these two files: another seed
would give other models, so neither says that one way of training is better than another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from recognizer.affect import EMOTIONS
from training.evaluation.bootstrap import ROUNDS, Figure, interval, resamples, single_units
from training.evaluation.weighted import Labels, Measures, Probabilities, Values, Weights, f1, recall

SIGNIFICANCE = 0.05


@dataclass(frozen=True, slots=True)
class Paired:
    """Two models side by side on one set of faces; counts of faces, differences as first minus second.

    `differences` has an entry for each headline figure, `recall` and `f1` one for each emotion.
    `disagreement`: how often the first answered the row's emotion while the second answered the column's, [7][7].
    """

    faces: int
    both_right: int
    only_first_right: int
    only_second_right: int
    neither_right: int
    same_answer: int
    mcnemar_p: float
    differences: Mapping[str, Figure]
    recall: Mapping[str, Figure]
    f1: Mapping[str, Figure]
    disagreement: tuple[tuple[int, ...], ...]

    @property
    def shows_a_difference(self) -> bool:
        """Whether the test and the interval of the accuracy's difference agree that there is one."""
        return self.mcnemar_p < SIGNIFICANCE and self.differences["accuracy"].is_clear


def compare(
    first: Probabilities,
    second: Probabilities,
    labels: Labels,
    seed: int = 0,
    units: NDArray[np.int64] | None = None,
    rounds: int = ROUNDS,
) -> Paired:
    """Compare probabilities float [n, 7] of two models on the same n > 0 faces (labels int [n]).

    `units` int [n] says which faces belong together (`bootstrap.units_of`); None: none do.
    """
    answers = first.argmax(1), second.argmax(1)
    a, b = (one == labels for one in answers)
    only_first, only_second = int((a & ~b).sum()), int((b & ~a).sum())
    together = single_units(len(labels)) if units is None else units
    draws = resamples(together, seed, rounds)
    differences = _differences(Measures(first, labels), Measures(second, labels), len(labels), draws)
    size = len(EMOTIONS)
    crossed = np.bincount(answers[0] * size + answers[1], minlength=size**2).reshape(size, size)
    emotions = [str(emotion) for emotion in EMOTIONS]
    return Paired(
        faces=len(labels),
        both_right=int((a & b).sum()),
        only_first_right=only_first,
        only_second_right=only_second,
        neither_right=int((~a & ~b).sum()),
        same_answer=int((answers[0] == answers[1]).sum()),
        mcnemar_p=mcnemar(only_first, only_second),
        differences={name: one for name, one in differences.items() if " " not in name},
        recall={emotion: differences[f"recall {emotion}"] for emotion in emotions},
        f1={emotion: differences[f"f1 {emotion}"] for emotion in emotions},
        disagreement=tuple(tuple(row) for row in crossed.tolist()),
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """The exact two-sided p of McNemar's test from the faces that only one model reads; 1 where there are none."""
    discordant = only_first + only_second
    return float(binomtest(only_first, discordant, 0.5).pvalue) if discordant else 1.0


def verdict(paired: Paired, first: str, second: str) -> str:
    """One plain sentence on which of two models (by these names) is better on these faces."""
    difference = paired.differences["accuracy"]
    value = difference.value or 0.0
    low, high = difference.interval_95 or (0.0, 0.0)
    if not paired.shows_a_difference:
        return (
            f"Between {first} and {second} there is no difference in accuracy that these {paired.faces:,} faces"
            f" can show ({first} minus {second}: {_points(value)} points, 95 % {_points(low)} to {_points(high)};"
            f" McNemar {p_text(paired.mcnemar_p)})."
        )
    if value < 0:
        first, value, low, high = second, -value, -high, -low
    return (
        f"{first} is better by {_points(value)} points of accuracy (95 % {_points(low)} to {_points(high)};"
        f" McNemar {p_text(paired.mcnemar_p)}) on {paired.faces:,} faces."
    )


def p_text(p: float) -> str:
    """A p value as papers print it."""
    written = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    return written.replace(" ", "\N{NO-BREAK SPACE}")


def _differences(
    first: Measures, second: Measures, faces: int, draws: Iterable[Weights]
) -> dict[str, Figure]:
    once = _minus(first, second, np.ones((1, faces)))
    blocks = [_minus(first, second, weights) for weights in draws]
    return {
        name: Figure(
            float(value[0]) if np.isfinite(value[0]) else None,
            interval(np.concatenate([block[name] for block in blocks])) if np.isfinite(value[0]) else None,
        )
        for name, value in once.items()
    }


def _minus(first: Measures, second: Measures, weights: Weights) -> dict[str, Values]:
    a, b = _figures(first, weights), _figures(second, weights)
    return {name: a[name] - b[name] for name in a}


def _figures(measures: Measures, weights: Weights) -> dict[str, Values]:
    """The headline figures, and "recall angry", "f1 angry" and so on, each [m]."""
    confusion = measures.confusion(weights)
    return {
        **measures.headlines(weights),
        **_by_emotion("recall", recall(confusion).T),
        **_by_emotion("f1", f1(confusion).T),
    }


def _by_emotion(name: str, columns: Iterable[Values]) -> dict[str, Values]:
    return {f"{name} {emotion}": column for emotion, column in zip(EMOTIONS, columns, strict=True)}


def _points(share: float) -> str:
    return f"{100 * share:.1f}".replace("-0.0", "0.0")
