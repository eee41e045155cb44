"""Rows: the same columns in all three kinds of file, kept however the writing ends."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from recognizer.affect import Emotion, Mood
from recognizer.circumplex import affect_of
from recognizer.errors import OutputError, SonrisaError, UsageError
from recognizer.faces import BLENDSHAPES
from recognizer.rows import COLUMNS, WRITERS, open_rows
from tests.recognizer.timelines import reading, showing

HAPPY = showing(Emotion.HAPPY)


def mood(emotion: Emotion | None, face_id: int = 1) -> Mood:
    return Mood(0.5, face_id, emotion, 0.9, affect_of(HAPPY), HAPPY)


def written(path: Path) -> list[dict[str, object]]:
    """The rows of a file as somebody else's program would read them, all values as text or None."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]
    if path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    else:
        rows = pq.read_table(path).to_pylist()
    return [{k: None if v is None else str(v) for k, v in row.items()} for row in rows]


def write_many(path: Path, count: int, then: BaseException | None = None) -> None:
    with open_rows(path) as rows:
        for index in range(count):
            rows.write(reading(index / 30, HAPPY, index=index), None)
        if then:
            raise then


@pytest.mark.parametrize("ending", WRITERS)
def test_every_kind_of_file_holds_the_same(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows{ending}"
    with open_rows(path) as rows:
        rows.write(reading(0.5, HAPPY, index=15, quality=0.75), mood(Emotion.HAPPY))
        rows.write(reading(0.6, HAPPY, face_id=2, index=16), mood(None))
        rows.write(reading(0.7, HAPPY, face_id=2, index=17), None)
    first, second, third = written(path)
    assert list(first) == list(COLUMNS)
    assert (first["time_seconds"], first["frame"], first["face_id"]) == ("0.5", "15", "1")
    assert (first["p_happy"], first["emotion"], first["quality"]) == ("0.9", "happy", "0.75")
    assert second["emotion"] is None
    assert third["emotion"] is None
    assert second["face_id"] == "2"


def test_a_row_has_everything_that_was_measured() -> None:
    assert [name for name in COLUMNS if name.startswith("p_")] == [
        *("p_angry", "p_disgust", "p_fear", "p_happy", "p_sad", "p_surprise", "p_neutral")
    ]
    assert set(BLENDSHAPES) < set(COLUMNS)
    assert {"left_px", "width_px", "valence", "arousal", "yaw_degrees", "quality"} < set(COLUMNS)


@pytest.mark.parametrize("ending", WRITERS)
def test_the_file_appears_whole_and_at_the_end(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows{ending}"
    path.write_text("an older result")
    rows = open_rows(path)
    rows.write(reading(0.0, HAPPY), None)
    assert path.read_text() == "an older result"
    rows.close()
    rows.close()
    assert len(written(path)) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", WRITERS)
def test_what_was_written_is_kept_when_the_work_is_broken_off(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows{ending}"
    with pytest.raises(KeyboardInterrupt):
        write_many(path, 1500, KeyboardInterrupt())
    assert len(written(path)) == 1500


@pytest.mark.parametrize("ending", WRITERS)
def test_a_source_without_faces_gives_a_file_without_rows(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"rows{ending}"
    open_rows(path).close()
    assert written(path) == []


def test_text_files_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        with open_rows(tmp_path / name) as rows:
            rows.write(replace(reading(1 / 3, HAPPY), quality=2 / 3), mood(Emotion.HAPPY))
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("rows.xlsx", UsageError, "csv"),
        ("nowhere/rows.csv", OutputError, "no folder"),
        ("folder.csv", OutputError, "is a folder"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_in_one_line(
    tmp_path: Path, name: str, kind: type[SonrisaError], says: str
) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(kind, match=says) as refusal:
        open_rows(tmp_path / name)
    assert "\n" not in str(refusal.value)


def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    (tmp_path / ".rows.csv.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space left"):
        write_many(tmp_path / "rows.csv", 100)
