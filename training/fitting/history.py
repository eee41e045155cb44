"""The record of a fit: one line for each epoch, and what can be told from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from recognizer.words import clock


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch. The figures on the validation split are by the averaged weights; None where it was not read.

    `epoch` counts from 0. `loss` is the mean over the epoch's steps, with all that the recipe adds to it; `valid_loss`
    is the cross-entropy with the labels alone, in nats. `seconds` are for the epoch with its evaluation.
    """

    epoch: int
    size_px: int
    learning_rate: float
    loss: float
    valid_accuracy: float | None
    valid_loss: float | None
    valid_macro_f1: float | None
    seconds: float
    images_per_second: float


def write_history(path: Path, history: Sequence[Epoch]) -> None:
    """One line of JSON for each epoch."""
    path.write_text("".join(json.dumps(asdict(epoch)) + "\n" for epoch in history), encoding="utf-8")


def best_epoch(history: Sequence[Epoch], watch: str) -> int | None:
    """The first epoch with the best `watch` ("accuracy" or "loss") on the validation split; None without figures."""
    scores = {
        epoch.epoch: epoch.valid_accuracy if watch == "accuracy" else -epoch.valid_loss
        for epoch in history
        if epoch.valid_accuracy is not None and epoch.valid_loss is not None
    }
    return max(scores, key=lambda number: (scores[number], -number)) if scores else None


def has_stalled(history: Sequence[Epoch], watch: str, patience: int) -> bool:
    """True once the last `patience` epochs brought no improvement; never with a patience of 0."""
    best = best_epoch(history, watch)
    return patience > 0 and best is not None and history[-1].epoch - best >= patience


def summary_line(epoch: Epoch, epochs: int, seconds_left: float) -> str:
    """The epoch in words for a terminal or a log."""
    valid = "not validated"
    if epoch.valid_accuracy is not None:
        valid = (
            f"valid {epoch.valid_accuracy:6.2%}  loss {epoch.valid_loss:.3f}  F1 {epoch.valid_macro_f1:.3f}"
        )
    width = len(str(epochs))
    return (
        f"epoch {epoch.epoch + 1:>{width}}/{epochs}  {epoch.size_px} px  loss {epoch.loss:.3f}  {valid}  "
        f"{epoch.images_per_second:,.0f} images/s  {clock(round(epoch.seconds))}, {clock(round(seconds_left))} left"
    )
