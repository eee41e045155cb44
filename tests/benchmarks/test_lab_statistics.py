"""The benchmark of the ad lab's statistics counts what it says it counts, on a small population."""

from __future__ import annotations

import pytest

from benchmarks.lab_statistics import TABLES, Population, population, row


@pytest.fixture(scope="module")
def everybody() -> Population:
    return population(24)


def test_everything_is_counted_for_a_number_of_viewers(everybody: Population) -> None:
    found = row(everybody, 6, studies=10, shifted=2)
    assert {name for names in TABLES.values() for name in names} <= found.keys()
    assert all(0 <= float(value) <= 100 for name, value in found.items() if name != "viewers" and value != "")
    assert float(found["figures"]) > 80
    assert float(found["five films"]) <= float(found["five films raw"])


def test_few_viewers_claim_nothing(everybody: Population) -> None:
    found = row(everybody, 3, studies=5, shifted=0)
    assert found["figures"] == ""
    assert found["five films raw"] == 0
