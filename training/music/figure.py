"""What the regressor says of songs against what listeners said."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from training.music.blend import Ratings
from training.music.measures import OUTPUTS, Scores

_LOWEST, _HIGHEST = 1.0, 9.0


def draw(truth: Ratings, guess: Ratings, explained: Scores, path: Path) -> None:
    """One panel for each output of [songs, 2], written as a picture."""
    figure = Figure(figsize=(9, 4.6), layout="constrained")
    axes = figure.subplots(1, len(OUTPUTS), sharex=True, sharey=True)
    for column, (output, axis) in enumerate(zip(OUTPUTS, axes, strict=True)):
        axis.plot([_LOWEST, _HIGHEST], [_LOWEST, _HIGHEST], color="#b0b4bb", linewidth=1, zorder=1)
        axis.scatter(
            truth[:, column], guess[:, column], s=16, color="#2f6f8f", alpha=0.6, linewidths=0, zorder=2
        )
        axis.set_title(f"{output}: R² {explained[output]}", fontsize=11, loc="left")
        axis.set_xlabel("listeners (mean)")
        axis.set_aspect("equal")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("estimated from the sound")
    axes[0].set(xlim=(_LOWEST, _HIGHEST), ylim=(_LOWEST, _HIGHEST))
    figure.savefig(path, dpi=110)
