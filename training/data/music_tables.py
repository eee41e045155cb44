"""Readers of the published tables about DEAM: features of the sound, ratings by listeners, and Music2Emo's split."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from training.errors import DataError

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")

TIMBRE_TABLE = "deam_librosa78_itshariii_1802.csv"
TEXTURE_TABLE = "deam_librosa12_intensityindex_1802.csv"
RATINGS = "m2e_deam_static_annotations.csv"


@dataclass(frozen=True, slots=True)
class MusicTable:
    """DEAM's excerpts, one row each.

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


def _is_edge_artefact(column: str) -> bool:
    """Means of deltas tell how an excerpt was cut (its last minus its first instant), not how it sounds."""
    return column.startswith("delta_") and column.endswith("_mean")


def _features(path: Path, key: str) -> dict[int, dict[str, float]]:
    """The numeric columns of a csv by song id, which stands in column `key` as `12` or `12.wav`."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return {int(row[key].split(".")[0]): _numbers(row, key) for row in csv.DictReader(file)}
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except (KeyError, ValueError, AttributeError, UnicodeDecodeError) as error:
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
