from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from player.music.mood_model import DEFAULT_CARD, MoodModel
from player.music.sound_features import COLUMNS
from tests.data import outside
from training import music
from training.data.music_tables import RATINGS, SPLITS, TEXTURE_TABLE, TIMBRE_TABLE, read_deam
from training.errors import DataError

TEXTURE = tuple(
    c for c in COLUMNS if c.split("_")[0] in {"loudness", "brightness", "flux", "zcr", "sharpness", "hnr"}
)
TIMBRE = (*(c for c in COLUMNS if c not in TEXTURE), "delta_mfcc1_mean")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A small world in DEAM's layout, in which arousal follows loudness and valence brightness."""
    random = np.random.default_rng(0)
    songs = range(1, 121)
    loud, bright = random.normal(size=(2, 121))
    noise = random.normal(size=(121, 200))
    write_table(
        tmp_path / TIMBRE_TABLE,
        (*TIMBRE, "file", "emotion"),
        [
            [*("[120.5]" if c == "tempo" else noise[s, i] for i, c in enumerate(TIMBRE)), f"{s}.wav", "sad"]
            for s in songs
        ],
    )
    own = {"loudness_mean": loud, "brightness_mean": bright}
    write_table(
        tmp_path / TEXTURE_TABLE,
        (*TEXTURE, "song_id"),
        [[*(own[c][s] if c in own else noise[s, 150] for c in TEXTURE), s] for s in songs],
    )
    write_table(
        tmp_path / RATINGS,
        ("song_id", "valence_mean", "arousal_mean"),
        [[s, 5 + bright[s], 5 + loud[s]] for s in songs],
    )
    for number, split in enumerate(SPLITS):
        (tmp_path / f"m2e_deam_split_{split}.txt").write_text(
            "\n".join(str(s) for s in songs if s % 3 == number)
        )
    return tmp_path


def timbre(noise: NDArray[np.float64]) -> list[object]:
    """A row whose tempo is written as the real table has it, as an array."""
    return ["[120.5]" if column == "tempo" else value for column, value in zip(TIMBRE, noise, strict=False)]


def write_table(path: Path, header: tuple[str, ...], rows: list[list[object]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def test_the_tables_are_joined_and_a_tempo_in_brackets_is_read(tables: Path) -> None:
    table = read_deam(tables)

    assert table.features.shape == (120, len(COLUMNS))
    assert set(table.columns) == set(COLUMNS)
    assert set(table.features[:, table.columns.index("tempo")]) == {120.5}
    assert [int(table.rows(split).sum()) for split in SPLITS] == [40, 40, 40]


def test_the_real_tables_have_the_published_split() -> None:
    table = read_deam(outside("music_emotion"))

    assert [int(table.rows(split).sum()) for split in SPLITS] == [1261, 271, 270]
    assert not np.isnan(table.features).any()


def test_a_missing_table_or_song_is_named(tables: Path) -> None:
    (tables / "m2e_deam_split_test.txt").write_text("2\n")
    with pytest.raises(DataError, match="the split lacks 39 songs, for example 5"):
        read_deam(tables)

    (tables / RATINGS).unlink()
    with pytest.raises(DataError, match="cannot be read"):
        read_deam(tables)


def test_a_table_in_another_layout_is_named(tables: Path) -> None:
    (tables / RATINGS).write_text("name;mood\nsong;happy\n")

    with pytest.raises(DataError, match="not the table that was expected"):
        read_deam(tables)


def test_the_command_writes_a_model_that_the_player_can_use(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(music, "BOOSTERS", 1)
    monkeypatch.setattr(music, "BOOTSTRAP_ROUNDS", 50)
    out = tmp_path / "made" / "mood.onnx"

    code = music.main([str(tables), "--out", str(out)])

    card = yaml.safe_load(out.with_suffix(".yaml").read_text())
    model = MoodModel.load(out.with_suffix(".yaml"))
    quiet, loud = (
        model.mood({**dict.fromkeys(COLUMNS, 0.0), "loudness_mean": level}) for level in (-1.5, 1.5)
    )
    low, high = card["accuracy"]["test_r2_interval_95"]["arousal"]
    assert code == 0
    assert loud.arousal > quiet.arousal + 0.5
    assert "mildly optimistic" in card["caveat"]
    assert 0 < low <= card["accuracy"]["test_r2"]["arousal"] <= high


def test_the_shipped_card_warns_of_what_a_new_one_warns_of() -> None:
    assert yaml.safe_load(DEFAULT_CARD.read_text())["caveat"] == music.CAVEAT
