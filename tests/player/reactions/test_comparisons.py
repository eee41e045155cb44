"""Differences between films and groups: of the same viewers or others, adjusted for all that is asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from player.reactions.comparisons import (
    COMPARED,
    compare,
    false_discovery_rate,
    holm,
    independent,
    paired,
)
from player.reactions.gather import gather
from player.reactions.study import Study
from tests.player.reactions.people import NEUTRAL, film, keep, smiles, viewing


def test_the_same_viewers_are_compared_with_themselves() -> None:
    random = np.random.default_rng(1)
    first = random.normal(0.5, 0.2, 12)
    second = first - random.normal(0.1, 0.05, 12)
    difference, effect, p = paired(np.append(first, np.nan), np.append(second, 0.5))
    textbook = stats.ttest_rel(first, second)
    assert p == pytest.approx(textbook.pvalue)
    assert (difference.low, difference.high) == pytest.approx(tuple(textbook.confidence_interval()))
    assert effect == pytest.approx((first - second).mean() / (first - second).std(ddof=1) * (1 - 3 / 43))


def test_other_viewers_are_compared_by_welch() -> None:
    random = np.random.default_rng(1)
    first, second = random.normal(0.5, 0.2, 12), random.normal(0.3, 0.1, 7)
    difference, effect, p = independent(first, second)
    assert p == pytest.approx(stats.ttest_ind(first, second, equal_var=False).pvalue)
    assert difference.low < difference.mean < difference.high
    assert 0 < effect < 3


@pytest.mark.parametrize("compared", [paired, independent])
def test_few_viewers_have_a_difference_but_no_test(compared: object) -> None:
    assert callable(compared)
    difference, effect, p = compared(np.arange(4.0), np.arange(4.0) - 1)
    assert difference.mean == pytest.approx(1)
    assert np.isnan([difference.low, difference.high, effect, p]).all()
    _, _, alike = compared(np.full(6, 0.2), np.full(6, 0.2))
    assert alike == 1


def test_holm_is_holm() -> None:
    assert holm([0.01, 0.04, 0.03, float("nan")]) == pytest.approx([0.03, 0.06, 0.06, np.nan], nan_ok=True)
    assert false_discovery_rate([0.01, float("nan"), 0.04]) == pytest.approx(
        [0.02, np.nan, 0.04], nan_ok=True
    )
    assert holm([]) == false_discovery_rate([float("nan")])[:0] == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusting_keeps_the_order_and_never_helps(values: list[float]) -> None:
    for adjusted in (holm(values), false_discovery_rate(values)):
        assert all(p <= q + 1e-12 <= 1 + 1e-9 for p, q in zip(values, adjusted, strict=True))
        order = np.argsort(values, kind="stable")
        assert (np.diff(np.array(adjusted)[order]) >= -1e-12).all()


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Six viewers of tea and coffee, who smile longer at tea; six others of water; young and old ones."""
    study = Study.open_or_create(tmp_path_factory.mktemp("compare") / "study")
    for name in ("coffee", "tea", "water"):
        study.add_film(film(name))
    for number in range(6):
        group = "young" if number % 2 else "old"
        for name, seconds in (("coffee", 1), ("tea", 4)):
            script = smiles(1, 1 + seconds + number / 5 * seconds)
            keep(study, viewing(f"v{number}", name, group=group), script, rate=10)
        keep(study, viewing(f"w{number}", "water"), smiles(2, 2 + number / 5), rate=10)
    keep(study, viewing("alone", "tea"), lambda t: NEUTRAL, rate=10)
    return study


def test_every_two_films_are_compared_by_the_viewers_they_have(study: Study) -> None:
    found = compare(gather(study))
    films = [each for each in found if not each.film]
    assert len(films) == 3 * len(COMPARED)
    tea = next(each for each in films if (each.first, each.second, each.figure) == ("coffee", "tea", "smile"))
    assert (tea.design, tea.viewers) == ("within", (6, 6))
    assert tea.difference.mean == pytest.approx(-0.8 * 4.5 / 12, abs=0.01)
    assert tea.beyond_chance
    assert tea.p < tea.adjusted < 0.05
    water = next(
        each for each in films if (each.first, each.second, each.figure) == ("tea", "water", "smile")
    )
    assert (water.design, water.viewers) == ("between", (7, 6))
    assert water.effect > 1


def test_groups_of_few_are_shown_but_not_tested(study: Study) -> None:
    groups = [each for each in compare(gather(study)) if each.film == "tea"]
    assert {(each.first, each.second, each.viewers) for each in groups} == {("old", "young", (3, 3))}
    assert all(np.isnan(each.p) and not each.beyond_chance for each in groups)


def test_of_many_studies_without_a_difference_few_claim_one() -> None:
    """What Holm is for: five films from one distribution claimed a difference in seven of eight studies before."""
    random = np.random.default_rng(5)
    claimed = 0
    for _ in range(200):
        films = random.beta(1, 4, (5, 12))
        ps = [paired(films[i], films[j])[2] for i in range(5) for j in range(i)]
        claimed += min(holm(ps)) <= 0.05
    assert claimed <= 20
