"""How real a face looks: a discriminator between real and synthetic, and the distance to the nearest real faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.synthesis.filters.filter_recipe import RealismRecipe
from training.synthesis.filters.verdict import Reject, Verdict

Features = NDArray[np.float32]
Scores = NDArray[np.float64]

REGULARISATION = 0.01
"""The inverse strength of the regression's penalty: with 512 features a weaker one learns single faces by heart."""
USUAL_SHARE = 0.99


def realism_scores(real: Features, synthetic: Features, folds: int, seed: int = 0) -> tuple[Scores, float]:
    """How real each synthetic face looks, float64 [m] in [0, 1], and how well the two kinds are told apart.

    real: [n, d], synthetic: [m, d]. Every face is scored by a logistic regression that did not see it. The second
    result is the area under the ROC curve: 0.5 when nobody could tell, 1 when everybody can.
    Raises ValueError for fewer faces of a kind than folds.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if min(len(real), len(synthetic)) < folds:
        raise ValueError(f"{folds} folds need at least {folds} real and {folds} synthetic faces")
    features = np.concatenate([synthetic, real])
    is_real = np.repeat([0, 1], [len(synthetic), len(real)])
    # Balanced, so that the score does not depend on how many faces of each kind there are.
    regression = LogisticRegression(C=REGULARISATION, class_weight="balanced", max_iter=2000)
    model = make_pipeline(StandardScaler(), regression)
    shuffled = StratifiedKFold(folds, shuffle=True, random_state=seed)
    scores = cross_val_predict(model, features, is_real, cv=shuffled, method="predict_proba")[:, 1]
    return scores[: len(synthetic)], float(roc_auc_score(is_real, scores))


def neighbour_distances(faces: Features, real: Features, neighbours: int) -> Scores:
    """The distance of each face [m, d] to its `neighbours`-th nearest real face [n, d], float64 [m]."""
    from sklearn.neighbors import NearestNeighbors

    count = min(neighbours, len(real))
    return np.asarray(NearestNeighbors(n_neighbors=count).fit(real).kneighbors(faces)[0][:, -1], np.float64)


def usual_distance(real: Features, neighbours: int) -> float:
    """What 99 % of the real faces [n, d] have as distance to their own `neighbours`-th nearest other real face."""
    # The nearest of a real face among the real ones is itself.
    return float(np.quantile(neighbour_distances(real, real, neighbours + 1), USUAL_SHARE))


def judge_realism(
    score: float, lowest_score: float, distance: float, usual: float, recipe: RealismRecipe
) -> Verdict:
    """Reject one face that looks too unreal, by its score or by its distance to real faces."""
    if score < lowest_score:
        return Reject("looks synthetic", f"realism {score:.3f} is below {lowest_score:.3f}")
    if recipe.beyond is not None and distance > recipe.beyond * usual:
        return Reject(
            "far from real", f"{distance / usual:.2f} times as far from real faces as real faces are"
        )
    return None
