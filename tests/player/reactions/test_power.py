"""How many viewers a difference needs: as textbooks have it, and on the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from player.__main__ import main
from player.reactions.power import power, viewers_needed
from player.reactions.study import Study
from tests.player.reactions.people import film, keep, smiles, viewing


@pytest.mark.parametrize(
    ("effect", "design", "wanted", "needed"),
    [
        (0.5, "between", 0.8, 64),
        (0.8, "between", 0.8, 26),
        (0.5, "within", 0.8, 34),
        (0.2, "between", 0.9, 527),
    ],
)
def test_numbers_are_those_of_the_textbooks(effect: float, design: str, wanted: float, needed: int) -> None:
    """Cohen (1988), table 2.4, and G*Power."""
    assert viewers_needed(effect, design, wanted) == needed  # type: ignore[arg-type]


def test_power_is_what_simulations_find() -> None:
    random = np.random.default_rng(1)
    ps = [stats.ttest_1samp(random.normal(0.6, 1, 15), 0).pvalue for _ in range(2000)]
    assert power(0.6, 15, "within") == pytest.approx(np.mean(np.array(ps) <= 0.05), abs=0.03)


def test_more_comparisons_need_more_viewers_and_nothing_needs_no_end() -> None:
    assert (viewers_needed(0.5, "within", comparisons=10) or 0) > 34
    assert viewers_needed(1e-6, "between") is None


def test_a_plan_is_made_from_a_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = Study.open_or_create(tmp_path / "study")
    for name in ("tea", "water"):
        study.add_film(film(name))
        for number in range(6):
            keep(study, viewing(f"v{number}", name), smiles(1, 3 + number * (name == "tea")), rate=10)
    words = ["plan", "--difference", "0.05", "--figure", "smile", "--study", str(study.path)]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "if each sees both films" in said
    assert main(["plan", "--effect", "0.5", "--comparisons", "6"]) == 0
    assert main(["plan", "--difference", "0.1", "--sd", "0.2"]) == 0
    assert "64 viewers of each film or group" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--effect", "-1"],
        ["--difference", "0.1"],
        ["--effect", "0.5", "--power", "2"],
        ["--effect", "1", "--sd", "1"],
    ],
)
def test_a_plan_that_makes_no_sense_is_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1
