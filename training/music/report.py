"""What the exported regressor reached: printed, as JSON, and as a picture."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from matplotlib.figure import Figure

from training.data.music_tables import MusicTable
from training.errors import DataError
from training.music.blend import BLENDS, Ratings
from training.music.export import CAVEAT, predictions
from training.music.measures import OUTPUTS, Score, Scores, r2, rank_correlation, scores
from training.music.transfer import Transfer, transfer

PUBLISHED: Mapping[str, Mapping[str, float]] = {
    "Music2Emo (Kang and Herremans 2025)": {"valence": 0.518, "arousal": 0.623},
}
"""R2 on the same test songs. Music2Emo stands on a large pretrained model of sound; ours on 72 numbers."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How the exported model did on DEAM's test songs, and how what it learnt holds on PMEmo."""

    blend: str
    truth: Ratings
    guess: Ratings
    explained: Scores
    ranked: Scores
    abroad: Transfer


def report(model_path: Path, deam: MusicTable, pmemo: MusicTable, folder: Path, seed: int) -> None:
    """Judge the model, print the figures, and write music_mood.json and music_mood.png into the folder."""
    judged = judge(model_path, deam, pmemo, seed)
    for line in lines(judged):
        print(line)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "music_mood.json").write_text(json.dumps(as_json(judged), indent=1) + "\n", encoding="utf-8")
    draw(judged.truth, judged.guess, judged.explained, folder / "music_mood.png")


def judge(model_path: Path, deam: MusicTable, pmemo: MusicTable, seed: int) -> Judged:
    """Measure the exported model; raises DataError where it cannot be read or belongs to other tables."""
    content, card = _read(model_path)
    blend = str(card["method"]).split(",")[0]
    if tuple(card["features"]) != deam.columns or blend not in BLENDS:
        raise DataError(f"{model_path}: was fitted by another recipe; fit it anew without --report")
    test = deam.rows("test")
    truth, guess = deam.ratings[test], predictions(content, deam.features[test])
    return Judged(
        blend=blend,
        truth=truth,
        guess=guess,
        explained=scores(truth, guess, r2, seed),
        ranked=scores(truth, guess, rank_correlation, seed),
        abroad=transfer(deam, pmemo, blend, seed),
    )


def lines(judged: Judged) -> list[str]:
    """The report in plain words."""
    abroad = judged.abroad
    found = [f"{judged.blend} on {len(judged.truth)} test songs of DEAM, with 95 % bootstrap intervals"]
    for output in OUTPUTS:
        explained, ranked = judged.explained[output], judged.ranked[output]
        found.append(f"  {output:<8} R2 {explained}, rank correlation {ranked}")
        found += [
            f"           {name}: {figures[output]:.3f}, reached in {explained.share_at_least(figures[output]):.0%}"
            " of the resamples"
            for name, figures in PUBLISHED.items()
        ]
    found.append(f"with the {abroad.columns} features that PMEmo has, too ({abroad.songs} songs of PMEmo)")
    for output in OUTPUTS:
        found += [
            f"  {output:<8} DEAM to DEAM    R2 {abroad.home_r2[output]}, rank correlation {abroad.home[output]}",
            f"           DEAM to PMEmo   rank correlation {abroad.abroad[output]}",
            f"           PMEmo to PMEmo  R2 {abroad.native_r2[output]}, rank correlation {abroad.native[output]}",
        ]
    return [*found, f"note: {CAVEAT}"]


def as_json(judged: Judged) -> dict[str, Any]:
    """The figures for programs."""
    abroad = judged.abroad
    return {
        "blend": judged.blend,
        "test_songs": len(judged.truth),
        "r2": _plain(judged.explained),
        "rank_correlation": _plain(judged.ranked),
        "published_r2": {name: dict(figures) for name, figures in PUBLISHED.items()},
        "share_of_resamples_that_reach_it": {
            name: {output: judged.explained[output].share_at_least(figures[output]) for output in OUTPUTS}
            for name, figures in PUBLISHED.items()
        },
        "transfer": {
            name: _plain(value) if isinstance(value, dict) else value
            for name, value in ((name, getattr(abroad, name)) for name in Transfer.__slots__)
        },
        "caveat": CAVEAT,
    }


def _plain(found: Scores) -> dict[str, dict[str, float]]:
    return {output: _figures(score) for output, score in found.items()}


def _figures(score: Score) -> dict[str, float]:
    return {
        name: round(float(value), 4)
        for name, value in asdict(score).items()
        if name in ("value", "low", "high")
    }


def _read(model_path: Path) -> tuple[bytes, Mapping[str, Any]]:
    card_path = model_path.with_suffix(".yaml")
    try:
        content, card = model_path.read_bytes(), yaml.safe_load(card_path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read ({error.strerror}); fit a model first") from error
    if hashlib.sha256(content).hexdigest() != card["sha256"]:
        raise DataError(f"{model_path}: is not the file that {card_path.name} describes; fit it anew")
    return content, dict(card)


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
