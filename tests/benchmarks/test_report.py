"""How measurements are summed up and printed."""

from __future__ import annotations

import json

import pytest

from benchmarks.report import CpuMeter, emit, percentiles, show


def test_percentiles_are_in_milliseconds() -> None:
    assert percentiles([n / 1000 for n in range(101)]) == {"p50_ms": 50.0, "p95_ms": 95.0, "p99_ms": 99.0}


def test_nothing_measured_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentiles([])


def test_json_goes_to_standard_output_with_the_machine_and_the_table_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show("Times", ("stage", "p50"), [("faces", 4.125)])
    emit({"faces": 4.125})
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert result["faces"] == 4.125
    assert result["machine"]["cores"] >= 1
    assert "4.12" in said.err


def test_the_processor_share_of_work_and_of_waiting_can_be_told_apart() -> None:
    with CpuMeter() as meter:
        sum(range(200_000))
    assert meter.wall_seconds > 0
    assert set(meter.as_row()) == {"cpu_cores_used", "cpu_share_percent"}
