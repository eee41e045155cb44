from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from player.music.analysis.sound_features import COLUMNS
from tests.data import outside
from tests.training.music.conftest import TEXTURE, tables
from training.data.music_tables import PMEMO_RATINGS, RATINGS, SPLITS, read_deam, read_pmemo
from training.errors import DataError

__all__ = ["tables"]


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


def test_pmemos_songs_come_with_the_features_that_both_have(tables: Path) -> None:
    pmemo = read_pmemo(tables)
    shared = read_deam(tables).with_columns(pmemo.columns)

    assert pmemo.columns == shared.columns == TEXTURE
    assert np.array_equal(shared.features, pmemo.features)
    assert pmemo.rows("test").all()


def test_the_real_ratings_of_pmemo_lie_on_the_scale_of_deam() -> None:
    pmemo = read_pmemo(outside("music_emotion"))

    assert pmemo.ratings.shape == (767, 2)
    assert 1 <= pmemo.ratings.min() < 3
    assert 7 < pmemo.ratings.max() <= 9


def test_a_missing_table_or_song_is_named(tables: Path) -> None:
    (tables / "m2e_deam_split_test.txt").write_text("2\n")
    with pytest.raises(DataError, match="the split lacks 39 songs, for example 5"):
        read_deam(tables)
    (tables / PMEMO_RATINGS).write_text('[{"id": 1, "v": 0.5, "a": 0.5}]')
    with pytest.raises(DataError, match="lacks 119 songs, for example 2"):
        read_pmemo(tables)

    (tables / RATINGS).unlink()
    with pytest.raises(DataError, match="cannot be read"):
        read_deam(tables)


@pytest.mark.parametrize("content", ["{", "[1, 2]", '[{"id": "one", "v": 0, "a": 0}]', '[{"id": 1}]'])
def test_ratings_in_another_layout_are_named(tables: Path, content: str) -> None:
    (tables / PMEMO_RATINGS).write_text(content)

    with pytest.raises(DataError, match="not the list of ratings that was expected"):
        read_pmemo(tables)


def test_a_table_in_another_layout_is_named(tables: Path) -> None:
    (tables / RATINGS).write_text("name;mood\nsong;happy\n")

    with pytest.raises(DataError, match="not the table that was expected"):
        read_deam(tables)
