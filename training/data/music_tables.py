"""Readers of the published tables about DEAM and PMEmo: sound features, listeners' ratings, and Music2Emo's split."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recognizer.text_table import rows_of
from training.errors import DataError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

TIMBRE_TABLE = "deam_librosa78_itshariii_1802.csv"
TEXTURE_TABLE = "deam_librosa12_intensityindex_1802.csv"
RATINGS = "m2e_deam_static_annotations.csv"
PMEMO_TABLE = "pmemo_librosa12_intensityindex_767.csv"
PMEMO_RATINGS = "pmemo_static_labels_767.json"


@dataclass(frozen=True, slots=True)
class MusicTable:
    """The excerpts of a set of songs, one row each.

    features: float32 [n, len(columns)], float32 because that is what the exported model is given.
    ratings: float64 [n, 2], valence and arousal from 1 to 9, means over listeners.
    split: the name of the part of Music2Emo's split that a row belongs to, [n].
    """

    song_ids: NDArray[np.int64]
    columns: tuple[str, ...]
    features: NDArray[np.float32]
    ratings: NDArray[np.float64]
    split: NDArray[np.str_]

    def rows(self, *splits: Split) -> NDArray[np.bool_]:
        """Which rows belong to these parts of the split."""
        return np.isin(self.split, splits)

    def with_columns(self, names: Sequence[str]) -> MusicTable:
        """The same songs with these features only, in this order."""
        places = [self.columns.index(name) for name in names]
        return replace(self, columns=tuple(names), features=self.features[:, places])


def read_deam(folder: Path) -> MusicTable:
    """Both feature tables, joined with ratings and split; raises DataError where one is missing or lacks a song."""
    timbre = _features(folder / TIMBRE_TABLE, "file")
    texture = _features(folder / TEXTURE_TABLE, "song_id")
    ratings = _features(folder / RATINGS, "song_id")
    split = {song: part for part in SPLITS for song in _song_list(folder / f"m2e_deam_split_{part}.txt")}
    song_ids = sorted(timbre)
    for name, table in ((TEXTURE_TABLE, texture), (RATINGS, ratings), ("the split", split)):
        absent = set(song_ids) - set(table)
        if absent:
            raise DataError(f"{folder}: {name} lacks {len(absent)} songs, for example {min(absent)}")
    joined = {song: {**texture[song], **timbre[song]} for song in song_ids}
    columns = tuple(name for name in joined[song_ids[0]] if not _is_edge_artefact(name))
    return MusicTable(
        song_ids=np.array(song_ids),
        columns=columns,
        features=np.array([[joined[song][name] for name in columns] for song in song_ids], dtype=np.float32),
        ratings=np.array(
            [[ratings[song][name] for name in ("valence_mean", "arousal_mean")] for song in song_ids]
        ),
        split=np.array([split[song] for song in song_ids]),
    )


def read_pmemo(folder: Path) -> MusicTable:
    """PMEmo's choruses with the features that were published, all of them `test`; ratings brought to 1 to 9.

    Raises DataError where a table is missing or lacks a song.
    """
    features = _features(folder / PMEMO_TABLE, "musicid")
    ratings = _pmemo_ratings(folder / PMEMO_RATINGS)
    songs = sorted(features)
    absent = set(songs) - set(ratings)
    if absent:
        raise DataError(f"{folder}: {PMEMO_RATINGS} lacks {len(absent)} songs, for example {min(absent)}")
    columns = tuple(features[songs[0]])
    return MusicTable(
        song_ids=np.array(songs),
        columns=columns,
        features=np.array([[features[song][name] for name in columns] for song in songs], np.float32),
        ratings=1 + 8 * np.array([ratings[song] for song in songs]),
        split=np.full(len(songs), "test"),
    )


def _pmemo_ratings(path: Path) -> dict[int, tuple[float, float]]:
    """Valence and arousal from 0 to 1 by song."""
    try:
        songs = json.loads(path.read_text(encoding="utf-8"))
        return {int(song["id"]): (float(song["v"]), float(song["a"])) for song in songs}
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except (KeyError, ValueError, TypeError) as error:
        raise DataError(f"{path}: is not the list of ratings that was expected ({error})") from error


def _is_edge_artefact(column: str) -> bool:
    """Means of deltas tell how an excerpt was cut (its last minus its first instant), not how it sounds."""
    return column.startswith("delta_") and column.endswith("_mean")


def _features(path: Path, key: str) -> dict[int, dict[str, float]]:
    """The numeric columns of a csv by song id, which stands in column `key` as `12` or `12.wav`."""
    try:
        cells = [row.cells for row in rows_of(path)]
        return {int(row[key].split(".")[0]): _numbers(row, key) for row in cells}
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except (KeyError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: is not the table that was expected ({error})") from error


def _numbers(row: Mapping[str, str], key: str) -> dict[str, float]:
    """The cells as numbers; one recipe wrote its tempo as an array, `[143.6]`; `emotion` is that recipe's own class."""
    return {name: float(cell.strip("[]")) for name, cell in row.items() if name not in (key, "emotion")}


def _song_list(path: Path) -> list[int]:
    try:
        return [int(line) for line in path.read_text(encoding="utf-8").split()]
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise DataError(f"{path}: is not a list of song numbers ({error})") from error
