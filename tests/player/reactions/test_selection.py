"""Attributes of viewers: merged from any table, chosen by, split by, weighed by; and what was decided by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from scipy import stats

from player.__main__ import main
from player.reactions.aggregate import SUMMARY, shares, summary
from player.reactions.answers import merge_answers
from player.reactions.comparisons import compare, independent, paired
from player.reactions.gather import gather
from player.reactions.intervals import band, moments_of, value
from player.reactions.selection import Selection, selection_of
from player.reactions.study import Study
from recognizer.errors import UsageError
from tests.player.reactions.people import NEUTRAL, film, keep, smiles, viewing

VIEWERS = tuple(f"v{number}" for number in range(12))
ANSWERS = "viewer;age;market;liking;weight\n" + "".join(
    f"v{n};{'young' if n % 2 else 'old'};{'DE' if n < 6 else 'FR'};{n % 5 + 1};{'2,5' if n % 2 else '0,5'}\n"
    for n in range(12)
)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Twelve viewers of two films; those with an odd number smile, the others do not."""
    study = Study.open_or_create(tmp_path / "study")
    for name in ("coffee", "tea"):
        study.add_film(film(name))
        for number, viewer in enumerate(VIEWERS):
            script = smiles(3, 6 + number / 10) if number % 2 else lambda seconds: NEUTRAL
            keep(study, viewing(viewer, name), script, rate=10)
    return study


def as_csv(encoding: str, separator: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / "answers.csv"
        text = ANSWERS.replace("young", "jünger")
        path.write_bytes((text if separator == ";" else text.replace(";", separator)).encode(encoding))
        return path

    return write


def as_workbook(folder: Path) -> Path:
    book = Workbook()
    for line in ANSWERS.replace("young", "jünger").splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line.split(";")])
    book.save(folder / "answers.xlsx")
    return folder / "answers.xlsx"


@pytest.mark.parametrize(
    "write", [as_csv("utf-8-sig", ";"), as_csv("latin-1", ";"), as_csv("utf-16", "\t"), as_workbook]
)
def test_answers_of_any_spreadsheet_are_merged_by_viewer(
    write: Callable[[Path], Path], study: Study, tmp_path: Path
) -> None:
    told, problems = merge_answers(study, write(tmp_path))
    assert (told, problems) == (12, ())
    assert study.about("v1").attributes == {"age": "jünger", "market": "DE", "liking": "2", "weight": "2,5"}


def test_answers_about_a_film_belong_to_it_and_rows_are_judged_one_by_one(
    study: Study, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("viewer,film,liking\nv0,tea,5\nv0,coffee,1\nv1,water,3\nghost,tea,2\n")
    told, problems = merge_answers(study, tmp_path / "a.csv")
    assert told == 1
    assert [problem.split(": ", 1)[1] for problem in problems] == [
        "the study holds no film water; left out",
        "the study holds no viewer ghost; left out",
    ]
    coffee, tea = gather(study)
    liking = [each.attributes.get("liking") for each in (coffee.used[0], tea.used[0])]
    assert liking == ["1", "5"]
    study.delete_viewer("v0")
    assert not list(study.path.rglob("*v0*"))


def test_viewers_are_chosen_and_split_by_any_attribute(study: Study, tmp_path: Path) -> None:
    merge_answers(study, as_csv("utf-8", ";")(tmp_path))
    chosen = selection_of(["market=DE", "age=jünger,old"], ["age", "market"], "")
    tea = gather(study, selection=chosen)[1]
    assert tea.viewers == [f"v{n}" for n in range(6)]
    assert tea.groups_by("age") == ("jünger", "old")
    assert summary(tea.only("old", "age"))["happy"].mean == 0
    everybody = gather(study, selection=selection_of([], ["age", "market"], ""))
    found = {(each.film, each.split, each.first, each.second) for each in compare(everybody) if each.film}
    assert ("tea", "age", "jünger", "old") in found
    assert ("tea", "market", "DE", "FR") in found
    assert chosen.says == "viewers whose market is DE and whose age is jünger or old"


@pytest.mark.parametrize(
    ("where", "splits", "weights", "says"),
    [
        (["age"], [], "", "NAME=VALUE"),
        (["shoe=42"], [], "", "no viewer has such an attribute"),
        ([], ["shoe"], "", "no viewer has such an attribute"),
        ([], [], "market", "must be a number above 0"),
    ],
)
def test_a_selection_that_makes_no_sense_is_one_line(
    where: list[str], splits: list[str], weights: str, says: str, study: Study, tmp_path: Path
) -> None:
    merge_answers(study, as_csv("utf-8", ";")(tmp_path))
    with pytest.raises(UsageError, match=says):
        gather(study, selection=selection_of(where, splits, weights))


def test_weights_say_how_much_a_viewer_counts(study: Study, tmp_path: Path) -> None:
    merge_answers(study, as_csv("utf-8", ";")(tmp_path))
    tea = gather(study, selection=selection_of([], [], "weight"))[1]
    alike = gather(study)[1]
    each = SUMMARY["happy"].of(tea)
    assert summary(tea)["happy"].mean == pytest.approx(np.average(each, weights=tea.weights))
    assert summary(tea)["happy"].mean > 1.5 * summary(alike)["happy"].mean
    assert shares(tea).mean[4].max() == pytest.approx(2.5 / 3)


@given(st.lists(st.floats(0, 1), min_size=5, max_size=30), st.floats(0.1, 9))
def test_equal_weights_change_nothing(values: list[float], weight: float) -> None:
    numbers, weights = np.array(values), np.full(len(values), weight)
    one, other = value(numbers), value(numbers, weights=weights)
    assert (other.mean, other.low, other.high) == pytest.approx((one.mean, one.low, one.high), nan_ok=True)


def test_weighted_moments_are_those_of_the_textbook() -> None:
    """By linearisation: variance n/(n-1) sum w^2 (x - mean)^2 / (sum w)^2, written down anew."""
    random = np.random.default_rng(3)
    x, w = random.uniform(0, 1, 20), random.uniform(0.2, 3, 20)
    mean = np.average(x, weights=w)
    error = np.sqrt(20 / 19 * (w**2 * (x - mean) ** 2).sum()) / w.sum()
    found = moments_of(x, w)
    assert float(found.mean) == pytest.approx(mean)
    assert float(found.variance) == pytest.approx(error**2)
    assert float(found.effective) == pytest.approx(w.sum() ** 2 / (w**2).sum())
    difference, _, p = paired(x, np.zeros(20), w)
    assert p == pytest.approx(2 * stats.t.sf(mean / error, 19))
    assert independent(x, x, (w, w))[0].mean == 0
    assert difference.low == pytest.approx(mean - stats.t.ppf(0.975, 19) * error)
    low = band(x, weights=w).low
    assert 0 < float(low) < mean


def test_what_is_left_out_by_hand_has_a_reason_and_leaves_a_trail(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(study.path)
    assert main(["exclude", place, "v1", "tea", "--reason", "was on the telephone", "--by", "kim"]) == 0
    assert main(["exclude", place, "v3", "tea", "--reason", "sneezed", "--from", "3", "--to", "5"]) == 0
    tea = gather(study)[1]
    (v1,) = tea.excluded
    assert v1.grade.excluded_because == "left out by hand: was on the telephone"
    v3 = tea.used[tea.viewers.index("v3")]
    assert np.isnan(v3.measured.traces[15:25]).all()
    assert not np.isnan(v3.measured.traces[[14, 25], 0]).any()
    assert v3.grade.remarks == ("masked by hand from 3 to 5 s: sneezed",)
    assert main(["exclude", place, "v1", "tea", "--restore", "--reason", "it was another viewer"]) == 0
    (v1,) = [each for each in gather(study)[1].used if each.facts.viewer == "v1"]
    assert [each.what for each in v1.decisions] == ["exclude", "restore"]
    assert [each.reason for each in v1.decisions] == ["was on the telephone", "it was another viewer"]
    capsys.readouterr()
    for words in (
        ["v1", "tea"],
        ["v1", "tea", "--reason", " "],
        ["v1", "water", "--reason", "x"],
        ["v1", "tea", "--reason", "x", "--from", "5", "--to", "4"],
        ["v1", "tea", "--reason", "x", "--from", "5"],
    ):
        assert main(["exclude", place, *words]) in (1, 2)
    assert capsys.readouterr().err.count("exclude: ") >= 4


def test_a_selection_says_itself() -> None:
    assert Selection().says == ""
    assert Selection(weights="w").says == "all viewers, weighted by w"
