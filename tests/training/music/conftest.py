from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from player.music.analysis.sound_features import COLUMNS
from training.data.music_tables import (
    PMEMO_RATINGS,
    PMEMO_TABLE,
    RATINGS,
    SPLITS,
    TEXTURE_TABLE,
    TIMBRE_TABLE,
)
from training.music import blend

TEXTURE = tuple(
    c for c in COLUMNS if c.split("_")[0] in {"loudness", "brightness", "flux", "zcr", "sharpness", "hnr"}
)
TIMBRE = (*(c for c in COLUMNS if c not in TEXTURE), "delta_mfcc1_mean")
SONGS = range(1, 121)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A small world in the layout of the real tables, in which arousal follows loudness and valence brightness."""
    random = np.random.default_rng(0)
    loud, bright = random.normal(size=(2, 121))
    noise = random.normal(size=(121, 200))
    _write_table(
        tmp_path / TIMBRE_TABLE,
        (*TIMBRE, "file", "emotion"),
        [
            [*("[120.5]" if c == "tempo" else noise[s, i] for i, c in enumerate(TIMBRE)), f"{s}.wav", "sad"]
            for s in SONGS
        ],
    )
    own = {"loudness_mean": loud, "brightness_mean": bright}
    texture = [[*(own[c][s] if c in own else noise[s, 150] for c in TEXTURE), s] for s in SONGS]
    _write_table(tmp_path / TEXTURE_TABLE, (*TEXTURE, "song_id"), texture)
    _write_table(tmp_path / PMEMO_TABLE, (*TEXTURE, "musicId"), texture)
    _write_table(
        tmp_path / RATINGS,
        ("song_id", "valence_mean", "arousal_mean"),
        [[s, 5 + bright[s], 5 + loud[s]] for s in SONGS],
    )
    rated = [{"id": s, "v": 0.5 + bright[s] / 10, "a": 0.5 + loud[s] / 10} for s in SONGS]
    (tmp_path / PMEMO_RATINGS).write_text(json.dumps(rated))
    for number, split in enumerate(SPLITS):
        (tmp_path / f"m2e_deam_split_{split}.txt").write_text(
            "\n".join(str(s) for s in SONGS if s % 3 == number)
        )
    return tmp_path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few trees, which suffice where a rating is one of the features."""
    monkeypatch.setattr(blend, "BOOSTERS", 1)
    monkeypatch.setattr(blend, "TREES", 40)


def _write_table(path: Path, header: tuple[str, ...], rows: list[list[object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
