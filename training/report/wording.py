"""What a report says in words: definitions, sources, names of parts, and how numbers are written."""

from __future__ import annotations

from collections.abc import Sequence

from recognizer.card import ModelCard
from training.data.copies import NEAR_COPY_CORRELATION
from training.evaluation.bootstrap import LEVEL_PERCENT, ROUNDS, Figure, Interval
from training.evaluation.evaluate import ALL, MAJORITY, VOTES, WITHOUT_COPIES
from training.evaluation.weighted import ECE_BINS

UNKNOWN = "no such faces"
MINUS = "\N{MINUS SIGN}"

PART_NAMES = {"train": "training", "valid": "validation", "test": "test", ALL: "all faces"}

JUDGES = {VOTES: "most votes", MAJORITY: "FER+'s majority"}

HEADLINE_NAMES = (
    ("accuracy", "Accuracy", "percent"),
    ("macro_f1", "Macro-F1", "figure"),
    ("pr_auc", "PR-AUC", "figure"),
    ("roc_auc", "ROC-AUC", "figure"),
    ("calibration_error", "Calibration error (ECE)", "figure"),
)
COMPARED_NAMES = (
    *HEADLINE_NAMES,
    ("balanced_accuracy", "Balanced accuracy", "figure"),
    ("log_loss", "Log loss", "figure"),
    ("brier", "Brier score", "figure"),
)

DEFINITIONS = (
    ("accuracy", "the share of faces whose most probable emotion is the label"),
    ("balanced accuracy", "the mean of the emotions' recalls: a rare emotion counts as much as a common one"),
    ("macro-F1", "the mean of the emotions' F1 (twice the hits / (faces with the label + answers with it))"),
    (
        "PR-AUC",
        "average precision of an emotion against the rest, every probability taken as a threshold: the sum of"
        " precision times gained recall, without interpolation; the headline is the mean over the emotions",
    ),
    (
        "ROC-AUC",
        "area under the ROC curve of an emotion against the rest, by trapezoids; the mean over the emotions",
    ),
    (
        "ECE",
        f"expected calibration error: answers in {ECE_BINS} bins of equal width by confidence; the mean distance"
        " between confidence and share of right answers, weighted by the faces in each bin",
    ),
    ("log loss", "the mean of -ln(probability of the label), in nats"),
    (
        "most votes",
        "where people voted, the label is the emotion that more of them saw than any other; faces without one, and"
        " faces that most called contempt or could not name, are left out. The log loss with votes is the mean"
        " cross-entropy with the shares of the votes",
    ),
    (
        "FER+'s majority",
        "FER+'s own protocol: single votes are left out, then more than half of the rest must agree; faces without such"
        " a majority are left out. Of eight: its faces of contempt count too, as read wrongly",
    ),
    (
        "Brier score",
        "the mean squared distance between probabilities and label, summed over the emotions (0 to 2)",
    ),
    ("means", "over the emotions that the part has faces of; an emotion without faces is named and left out"),
    (
        "intervals",
        f"{LEVEL_PERCENT:g} % percentile bootstrap of the faces, {ROUNDS:,} draws, seeded; where the people are known,"
        " people are drawn with all their faces. Bars of the reliability diagram and robustness have Wilson's interval",
    ),
    (
        "near copies",
        f"faces whose pixels correlate above {NEAR_COPY_CORRELATION} with those of a training image (Pearson)",
    ),
    (
        "two models",
        "the exact McNemar test on the faces that only one of them reads rightly, and the bootstrap of the difference"
        " on the same draws. A difference is called one where p < 0.05 and the interval of the accuracy's difference"
        " leaves out zero",
    ),
    (
        "speed",
        "processor time of the measuring thread, the models in turns, 400 runs each after a warm-up; relative: median"
        " over the median of the reference net, measured in the same run",
    ),
)

SOURCES = (
    "Barsoum, Zhang, Canton Ferrer and Zhang (2016): Training deep networks for facial expression recognition with"
    " crowd-sourced label distribution. ICMI.",
    "Brier (1950): Verification of forecasts expressed in terms of probability. Monthly Weather Review 78.",
    "Davis and Goadrich (2006): The relationship between precision-recall and ROC curves. ICML.",
    "Davison and Hinkley (1997): Bootstrap methods and their application. Cambridge University Press.",
    "DeGroot and Fienberg (1983): The comparison and evaluation of forecasters. The Statistician 32.",
    "Dietterich (1998): Approximate statistical tests for comparing supervised classification learning algorithms."
    " Neural Computation 10.",
    "Efron (1979): Bootstrap methods: another look at the jackknife. Annals of Statistics 7.",
    "Fawcett (2006): An introduction to ROC analysis. Pattern Recognition Letters 27.",
    "Guo, Pleiss, Sun and Weinberger (2017): On calibration of modern neural networks. ICML.",
    "Hendrycks and Dietterich (2019): Benchmarking neural network robustness to common corruptions. ICLR.",
    "McNemar (1947): Note on the sampling error of the difference between correlated proportions. Psychometrika 12.",
    "Wilson (1927): Probable inference, the law of succession, and statistical inference. JASA 22.",
)


def part(name: str) -> str:
    """A part's name for people, such as "test without near copies"."""
    if name.endswith(WITHOUT_COPIES):
        return f"{part(name.removesuffix(WITHOUT_COPIES))} without near copies"
    for ending, judge in JUDGES.items():
        if name.endswith(ending):
            return f"{part(name.removesuffix(ending))} by {judge}"
    return PART_NAMES.get(name, name)


def percent(share: float) -> str:
    """A share as "70.9 %"."""
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def whole_percent(share: float) -> str:
    """A share as "71 %"."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def ends(interval: Interval) -> str:
    """Both ends of an interval of shares in percent: "69.5 to 72.4"."""
    return f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}"


def figure(value: float | None, unknown: str = UNKNOWN) -> str:
    """Three digits, or words for what the faces cannot tell."""
    return unknown if value is None else f"{value:.3f}"


def span(interval: Interval) -> str:
    """Both ends of an interval with three digits."""
    return f"{interval[0]:.3f} to {interval[1]:.3f}"


def signed(value: float) -> str:
    """Three digits with a sign, a true minus among them."""
    return f"{value:+.3f}".replace("-", MINUS)


def signed_span(interval: Interval) -> str:
    """Both ends of a difference's interval."""
    return f"{signed(interval[0])} to {signed(interval[1])}"


def points(share: float) -> str:
    """A share's difference in points with its sign, a true minus among them."""
    return f"{100 * share:+.1f}".replace("-", MINUS).replace("+0.0", "0.0").replace(f"{MINUS}0.0", "0.0")


def points_span(one: Figure) -> str:
    """Both ends of a difference's interval in points."""
    low, high = one.interval_95 or (0.0, 0.0)
    return f"{points(low)} to {points(high)}"


def whole_signed(share: float) -> str:
    """A share with its sign, in whole percent."""
    return f"{100 * share:+.0f}\N{NO-BREAK SPACE}%".replace("-", MINUS)


def interval_text(one: Figure) -> str:
    """Both ends in percent."""
    return ends(one.interval_95) if one.interval_95 else "not known"


def count(number: int) -> str:
    """A number with commas at the thousands."""
    return f"{number:,}"


def card_facts(card: ModelCard) -> Sequence[tuple[str, str]]:
    """What the card says, without what it leaves empty."""
    spec = card.input
    size = f"{spec.size_px[1]} x {spec.size_px[0]} pixels, {spec.colour}"
    megabytes = f", {card.size_bytes / 1e6:.2f} MB" if card.size_bytes else ""
    facts = (
        ("file", f"{card.file}{megabytes}"),
        ("sha256", f"{card.sha256[:16]}…"),
        ("created", card.created),
        ("input", size),
        ("temperature", f"{card.temperature:g}"),
        ("trained on", card.trained_on),
        ("data's terms", card.data_terms),
        ("licence", card.licence),
        ("recipe", card.recipe),
        ("revision", card.revision),
        ("notes", card.notes),
    )
    return [(name, value) for name, value in facts if value]
