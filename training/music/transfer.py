"""Does what was learnt about one set of songs hold for another, rated by other people?

PMEmo's published table has 12 of the features only, so a regressor of the same kinds is fitted on those columns of
DEAM. It stands for the shipped one, which knows more; what the missing features cost is seen on DEAM itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from training.data.music_tables import MusicTable
from training.music.blend import BLENDS, cross_validated, fit, predicted
from training.music.measures import Scores, figures, r2, rank_correlation, scores


@dataclass(frozen=True, slots=True)
class Transfer:
    """Rank correlations of the regressor with the features that both sets have, and how much of it is due to what.

    home: fitted on DEAM, on DEAM's test songs; abroad: the same one on all songs of PMEmo; native: fitted on
    PMEmo, cross-validated there. `home_r2` and `native_r2` are the same as explained variance.
    """

    songs: int
    columns: int
    home: Scores
    home_r2: Scores
    abroad: Scores
    native: Scores
    native_r2: Scores


def kept_ranks(deam: MusicTable, pmemo: MusicTable, seed: int) -> dict[str, float]:
    """The rank correlation on PMEmo, mean of valence and arousal, of each blend fitted on DEAM."""
    shared = deam.with_columns(pmemo.columns)
    known = shared.rows("train", "validation")
    guesses = predicted(shared.features[known], shared.ratings[known], pmemo.features, seed)
    return {
        name: fmean(figures(pmemo.ratings, guess, rank_correlation).values())
        for name, guess in guesses.items()
    }


def transfer(deam: MusicTable, pmemo: MusicTable, blend: str, seed: int) -> Transfer:
    """Fit on DEAM's training and validation songs, judge there and on PMEmo."""
    shared = deam.with_columns(pmemo.columns)
    known, test = shared.rows("train", "validation"), shared.rows("test")
    model = fit(shared.features[known], shared.ratings[known], BLENDS[blend], seed)
    home = shared.ratings[test], model.predict(shared.features[test])
    native = pmemo.ratings, cross_validated(pmemo.features, pmemo.ratings, seed)[blend]
    return Transfer(
        songs=len(pmemo.song_ids),
        columns=len(pmemo.columns),
        home=scores(*home, rank_correlation, seed),
        home_r2=scores(*home, r2, seed),
        abroad=scores(pmemo.ratings, model.predict(pmemo.features), rank_correlation, seed),
        native=scores(*native, rank_correlation, seed),
        native_r2=scores(*native, r2, seed),
    )
