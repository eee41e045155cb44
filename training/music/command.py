"""`python -m training music TABLES`: choose, fit, judge and export the regressor of music's mood.

It learns valence and arousal from tables of sound features about DEAM (see `training.data.music_tables`). Blends of
regressors are compared by cross-validation on the training and validation songs of Music2Emo's split. Several come out
alike, and of these the one is taken that keeps the order of PMEmo's songs best: they are louder than DEAM's, as
listeners' own music is. It is fitted once more on all of DEAM's songs but the test ones, and judged on those. With
`--report` the model that is there is judged instead, on DEAM and, as far as the published features go, on PMEmo.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean

from recognizer.invocation import as_typed
from recognizer.whole_file import replacing
from training.data.music_tables import MusicTable, read_deam, read_pmemo
from training.music.blend import BLENDS, cross_validated, fit
from training.music.export import make_card, parity, predictions, to_onnx, write_card
from training.music.measures import figures, scores
from training.music.report import report
from training.music.transfer import kept_ranks
from training.option_types import a_seed

DEFAULT_MODEL = Path("models/music_mood.onnx")
ALIKE = 0.003
"""R2. Another seed of the cross-validation moves the figures by as much."""


def main(argv: Sequence[str]) -> int:
    """Fit and export, or judge what was exported."""
    parser = argparse.ArgumentParser(
        as_typed("python -m training music"), description="Fit the regressor of music's mood, or judge it."
    )
    parser.add_argument("tables", type=Path, help="folder with the tables about DEAM and PMEmo")
    parser.add_argument(
        "--out", type=Path, default=DEFAULT_MODEL, help="where the model goes, or lies (default: %(default)s)"
    )
    parser.add_argument(
        "--report", type=Path, metavar="FOLDER", help="judge the model that is there, and write how it did"
    )
    parser.add_argument("--seed", type=a_seed, default=0)
    options = parser.parse_args(argv)
    deam = read_deam(options.tables)
    if options.report is not None:
        report(options.out, deam, read_pmemo(options.tables), options.report, options.seed)
    else:
        make(options.out, deam, read_pmemo(options.tables), options.seed)
    return 0


def make(out: Path, table: MusicTable, pmemo: MusicTable, seed: int) -> None:
    """Choose, fit, judge, export, and write the card; says how it goes."""
    known, test = table.rows("train", "validation"), table.rows("test")
    features, ratings = table.features[known], table.ratings[known]
    compared = {
        name: figures(ratings, guess) for name, guess in cross_validated(features, ratings, seed).items()
    }
    kept = kept_ranks(table, pmemo, seed)
    for name, found in compared.items():
        print(
            f"cross-validated  {name:<30} {_in_words(found)}; ranks kept on PMEmo {kept[name]:.3f}",
            flush=True,
        )
    blend = chosen({name: fmean(found.values()) for name, found in compared.items()}, kept)
    model = fit(features, ratings, BLENDS[blend], seed)
    content = to_onnx(model, len(table.columns))
    worst = parity(content, model, table.features)
    judged = scores(table.ratings[test], predictions(content, table.features[test]), seed=seed)
    print(f"test             {blend:<30} {_in_words(judged)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as file:
        file.write(content)
    write_card(
        make_card(out.name, content, table, blend, compared[blend], judged, worst), out.with_suffix(".yaml")
    )
    print(f"{out}: {len(content) / 1e6:.1f} MB, differs from scikit-learn by {worst:.1g} at most")


def chosen(explained: Mapping[str, float], kept: Mapping[str, float]) -> str:
    """Among the blends that explain as much as the best one but for ALIKE, the one that keeps ranks best elsewhere."""
    best = max(explained.values())
    return max((name for name in explained if explained[name] >= best - ALIKE), key=lambda name: kept[name])


def _in_words(found: Mapping[str, object]) -> str:
    return ", ".join(
        f"{output} {value:.3f}" if isinstance(value, float) else f"{output} {value}"
        for output, value in found.items()
    )
