"""The measurement of an ad session's clock agrees with its film."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reaction_sync import FLASH_SECONDS, measure, write_film
from recognizer.capture import VideoSource


def test_the_film_flashes_when_it_says(tmp_path: Path) -> None:
    path, flashes = write_film(tmp_path / "flashes.mp4", 5)
    with VideoSource(path) as film:
        bright = [frame.time_seconds for frame in film if frame.image[0, 0, 0] > 128]
    assert flashes == pytest.approx([1.0, 2.12, 3.24])
    for flash in flashes:
        inside = [seconds for seconds in bright if flash <= seconds < flash + FLASH_SECONDS]
        assert inside[0] == pytest.approx(flash, abs=1e-3)
    assert len(bright) == 5 * len(flashes)


@pytest.mark.slow
def test_flashes_are_seen_when_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vlc", reason="needs libVLC")
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    row = measure(tmp_path, 6)
    assert row["flashes"] == 4
    assert row["seen"] >= 2
    assert abs(row["median_error_milliseconds"]) < 40
