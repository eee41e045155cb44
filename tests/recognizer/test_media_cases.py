"""Videos that other programs failed on, through the command."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from recognizer.__main__ import main
from recognizer.videos import VideoSource
from tests.cases import media_case
from tests.recognizer.models import write_model
from tests.recognizer.web import served

pytestmark = pytest.mark.usefixtures("face_model")


SQUEEZED_FRAMES = 30
"""sar6445.mp4 holds the first frames of the smiling clip, squeezed to pixels of 64 to 45."""


def means_of(video: Path, rows: Path) -> dict[str, float]:
    """The means of the probabilities of its first frames, by the command."""
    assert main([str(video), "--out", str(rows), "--quiet"]) == 0
    with rows.open(encoding="utf-8", newline="") as file:
        first = list(csv.DictReader(file))[:SQUEEZED_FRAMES]
    return {name: float(np.mean([float(row[name]) for row in first])) for name in ("p_happy", "p_neutral")}


def test_faces_in_pixels_that_are_not_square_are_read_like_any_other(
    tmp_path: Path, smiling_clip: Path
) -> None:
    squeezed = means_of(media_case("sar6445.mp4"), tmp_path / "squeezed.csv")
    assert squeezed == pytest.approx(means_of(smiling_clip, tmp_path / "square.csv"), abs=0.05)


def test_the_annotated_video_of_an_uneven_recording_keeps_its_time(tmp_path: Path) -> None:
    seen, model = tmp_path / "seen:1.mp4", str(write_model(tmp_path))
    assert main([str(media_case("recorder.webm")), "--model", model, "--video", str(seen), "--quiet"]) == 0
    with VideoSource(seen) as source:
        assert source.duration_seconds == pytest.approx(2.33, abs=0.05)
        times = [frame.time_seconds for frame in source]
    with VideoSource(media_case("recorder.webm")) as source:
        assert times == pytest.approx([frame.time_seconds - 0.007 for frame in source], abs=1e-3)


def test_a_recording_at_an_address_gives_the_rows_of_the_file(tmp_path: Path, smiling_clip: Path) -> None:
    model = str(write_model(tmp_path))
    rows: list[str] = []
    with served(smiling_clip.parent) as address:
        for source in (str(smiling_clip), f"{address}/{smiling_clip.name}"):
            out = tmp_path / f"{len(rows)}.csv"
            assert main([source, "--model", model, "--out", str(out), "--quiet"]) == 0
            rows.append(out.read_text())
    assert rows[0] == rows[1]
    assert len(rows[0].splitlines()) == 73
