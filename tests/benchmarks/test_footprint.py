"""The footprint is that of a player that really ran."""

from __future__ import annotations

import pytest

from benchmarks.footprint import measure
from tests.data import REPOSITORY


def test_a_few_seconds_of_the_player_are_weighed(face_model: object) -> None:
    code, row = measure(str(REPOSITORY / "player" / "assets" / "demo.mp4"), 3.0)
    assert code == 0
    assert row["seconds"] >= 3
    assert 50 < row["peak_memory_megabytes"] < 4000
    assert 0 < row["cores_used"] < 64


def test_a_source_that_is_not_there_gives_the_players_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = measure("nothing-there.mp4", 60.0)
    assert code == 1
