"""Rectifying labels: what an ensemble of emotion models reads in a face against what was meant (He et al. 2024)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS, Emotion
from training.synthesis.filters.filter_recipe import LabelsRecipe
from training.synthesis.filters.verdict import Reject, Relabel, Verdict


def judge_label(meant: Emotion | None, probabilities: NDArray[np.float32], recipe: LabelsRecipe) -> Verdict:
    """Keep, relabel or reject one face.

    probabilities: float32 [models, 7], each row calibrated and in the order of EMOTIONS. `meant` None asks for a label.
    """
    mean = probabilities.mean(axis=0)
    best = int(mean.argmax())
    agreement = float((probabilities.argmax(axis=1) == best).mean())
    read = f"read as {EMOTIONS[best]} ({mean[best]:.2f}, {agreement:.0%} of the models)"
    was = f"meant as {meant} ({mean[EMOTIONS.index(meant)]:.2f})" if meant else "meant as no emotion"
    if meant is not None and mean[EMOTIONS.index(meant)] >= recipe.keep_at:
        return None
    if mean[best] >= recipe.relabel_at and agreement >= recipe.agreement:
        if recipe.relabel:
            return Relabel(EMOTIONS[best], f"{read}, {was}")
        return Reject("read otherwise", f"{read}, {was}")
    return Reject("unsure label", f"{read}, {was}")
