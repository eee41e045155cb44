"""A picture of a fit: losses and accuracy over its epochs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from training.fitting.history import Epoch, best_epoch

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TRAIN_COLOUR, VALID_COLOUR, F1_COLOUR = "#8a8f98", "#1f6feb", "#d9822b"


def draw_curves(history: Sequence[Epoch], name: str, path: Path) -> None:
    """Write a PNG with the loss of both splits on the left, accuracy and macro-F1 on the right."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    losses, scores = figure.subplots(1, 2)
    epochs = [epoch.epoch + 1 for epoch in history]
    losses.plot(epochs, [epoch.loss for epoch in history], color=TRAIN_COLOUR, label="training (all terms)")
    losses.set_title("Loss in nats", loc="left")
    # The first averages of weights may answer wildly: on their scale the rest of the fit would be a flat line.
    losses.set_ylim(0, 1.15 * max(epoch.loss for epoch in history))
    measured = [epoch for epoch in history if epoch.valid_accuracy is not None]
    if measured:
        at = [epoch.epoch + 1 for epoch in measured]
        losses.plot(at, [e.valid_loss for e in measured], color=VALID_COLOUR, label="validation (label)")
        accuracies = [100 * (e.valid_accuracy or 0) for e in measured]
        scores.plot(at, accuracies, color=VALID_COLOUR, label="accuracy")
        scores.plot(at, [100 * (e.valid_macro_f1 or 0) for e in measured], color=F1_COLOUR, label="macro-F1")
        _mark_best(scores, measured)
        scores.legend(loc="lower right", frameon=False)
    scores.set_title("Validation split, averaged weights, in %", loc="left")
    losses.legend(loc="upper right", frameon=False)
    for axes in (losses, scores):
        _shade_sizes(axes, history)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(name, x=0.01, ha="left", weight="bold")
    figure.savefig(path, dpi=120)


def _mark_best(axes: Axes, measured: Sequence[Epoch]) -> None:
    number = best_epoch(measured, "accuracy")
    best = next(epoch for epoch in measured if epoch.epoch == number)
    accuracy = 100 * (best.valid_accuracy or 0)
    axes.plot([best.epoch + 1], [accuracy], "o", color=VALID_COLOUR)
    axes.annotate(
        f"{accuracy:.1f} %", (best.epoch + 1, accuracy), (0, 6), textcoords="offset points", ha="center"
    )
    axes.margins(y=0.12)


def _shade_sizes(axes: Axes, history: Sequence[Epoch]) -> None:
    """A line and a word where the images grow."""
    for before, now in pairwise(history):
        if now.size_px != before.size_px:
            axes.axvline(now.epoch + 0.5, color="#c0c4cc", linestyle=":", linewidth=1)
            axes.annotate(
                f"{now.size_px} px",
                (now.epoch + 0.5, 0.01),
                (3, 0),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                color="#8a8f98",
                fontsize=8,
            )
