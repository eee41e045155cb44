"""The data for other programs: complete, explained, and the same however they are read."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from player import __version__
from player.__main__ import main
from player.errors import StudyError
from player.reactions.facts import Decision
from player.reactions.measures import TRACES
from player.reactions.study import Study
from player.reactions.tables import COLUMNS, load_study, study_tables
from player.reactions.tables.plain_cells import harmless
from tests.data import REPOSITORY
from tests.player.reactions.people import NEUTRAL, keep, make_study, smiles, viewing


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    study = make_study(tmp_path_factory.mktemp("tables") / "study", viewers=("ada", "ben"))
    keep(study, viewing("cleo"), lambda seconds: NEUTRAL, seconds=3)
    return study


def test_every_table_is_written_as_csv_and_parquet(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    assert main(["data", str(study.path), "--out", str(out)]) == 0
    names = {*COLUMNS, "dictionary"}
    assert {path.name for path in out.iterdir()} == {
        "study.xlsx",
        *(f"{name}{end}" for name in names for end in (".csv", ".parquet")),
    }
    assert len(capsys.readouterr().out.splitlines()) == 2 * len(names) + 1
    for name in names:
        with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        table = pq.read_table(out / f"{name}.parquet")
        assert rows[0] == table.column_names
        assert len(rows) - 1 == len(table)


def test_tables_of_others_are_not_written_over(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "viewings.csv").write_text("name,age\nada,7\n")
    assert main(["data", str(study.path), "--out", str(tmp_path)]) == 2
    assert "is no table of ours" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["viewings.csv"]
    assert main(["data", str(study.path), "--out", str(study.path / "viewers")]) == 2
    for words in ([], ["--overwrite"]):
        assert main(["data", str(study.path), "--out", str(tmp_path), *words]) == (0 if words else 2)
    assert main(["data", str(study.path), "--out", str(tmp_path)]) == 0


def test_traces_are_long(study: Study) -> None:
    rows = study_tables(study)["traces"].to_pylist()
    assert len(rows) == 3 * 60 * len(TRACES)
    smile = {(row["viewer"], row["seconds"]): row["value"] for row in rows if row["measure"] == "smile"}
    assert smile["ada", 5.1] == pytest.approx(0.8)
    assert smile["ada", 1.1] == 0
    assert smile["cleo", 5.1] is None
    assert {row["viewer"] for row in rows if not row["used"]} == {"cleo"}


def test_viewings_say_why_they_are_left_out(study: Study) -> None:
    rows = study_tables(study)["viewings"].to_pylist()
    (cleo,) = [row for row in rows if row["viewer"] == "cleo" and row["measure"] == "watched"]
    assert cleo["value"] == pytest.approx(0.25)
    assert cleo["grade"] == 6
    assert "that was watched" in cleo["excluded_because"]
    (ada,) = [row for row in rows if row["viewer"] == "ada" and row["measure"] == "happy"]
    assert ada["value"] == pytest.approx(4 / 12)
    assert ada["excluded_because"] == ""


def test_the_dictionary_explains_every_column(study: Study) -> None:
    tables = study_tables(study)
    rows = tables["dictionary"].to_pylist()
    explained = {(row["table"], row["column"]): row["meaning"] for row in rows}
    units = {(row["table"], row["name"]): row["unit"] for row in rows if row["name"]}
    assert set(units) >= {("traces", name) for name in TRACES}
    assert all(units.values())
    assert units["figures", "blinks"] == "per minute"
    assert units["viewings", "pose"] == "degrees"
    assert set(explained) == {(name, column) for name in COLUMNS for column in tables[name].column_names}
    assert all(explained.values())


def test_a_study_becomes_a_pandas_frame(study: Study) -> None:
    pandas = pytest.importorskip("pandas", reason="needs the package pandas")
    frame = load_study(study.path)
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == [column.name for column in COLUMNS["traces"]]
    wide = load_study(str(study.path), wide=True)
    assert len(wide) == 3 * 60
    assert list(wide.columns)[-len(TRACES) :] == list(TRACES)
    ada = wide[(wide.viewer == "ada") & (wide.seconds > 4) & (wide.seconds < 8)]
    assert ada.smile.mean() == pytest.approx(0.8)
    with pytest.raises(StudyError, match="no study here"):
        load_study(study.path / "nowhere")


FORMULA = '=HYPERLINK("http://example.org")'


def test_no_cell_is_a_formula_whoever_named_it(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada",))
    keep(study, viewing("ben", group="@SUM(A1)"), lambda seconds: NEUTRAL)
    study.tell_about("ada", {"=x": "+1+cmd|' /C calc'!A0", "liking": "-2", "why": FORMULA})
    study.state(title="=1+1")
    study.decide("ada", "tea", Decision(made="2026-01-01", what="exclude", reason="-1+2"))
    assert main(["data", str(study.path), "--out", str(tmp_path / "out")]) == 0
    cells = {
        cell
        for path in (tmp_path / "out").glob("*.csv")
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines())
        for cell in row
    }
    book = load_workbook(tmp_path / "out" / "study.xlsx")
    texts = {cell.value for sheet in book for row in sheet for cell in row if isinstance(cell.value, str)}
    assert not {cell.data_type for sheet in book for row in sheet for cell in row} & {"f"}
    for found in (cells, texts):
        assert {"'@SUM(A1)", "'=x", "-2", f"'{FORMULA}", "'=1+1", "'-1+2"} <= found
        assert not [text for text in found if text[:1] in "=+@\t\r" and text[:1]]
    raw = pq.read_table(tmp_path / "out" / "attributes.parquet").column("value").to_pylist()
    assert FORMULA in raw


@given(st.text())
def test_what_is_made_harmless_begins_with_nothing_that_runs(text: str) -> None:
    found = harmless(text)
    assert found in (text, f"'{text}")
    assert not found.startswith(("=", "@"))


def test_the_workbook_holds_every_table_and_is_known_again(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", str(study.path), "--out", str(tmp_path)]) == 0
    book = load_workbook(tmp_path / "study.xlsx", read_only=True)
    assert book.sheetnames == [*study_tables(study)]
    rows = list(book["traces"].iter_rows(values_only=True))
    assert len(rows) - 1 == 3 * 60
    assert rows[0][-len(TRACES) :] == tuple(TRACES)
    smile = rows[0].index("smile")
    assert [row[smile] for row in rows if row[0] == "ada" and row[5] == 5.1] == [pytest.approx(0.8)]
    book.close()
    assert main(["data", str(study.path), "--out", str(tmp_path)]) == 0
    other = Workbook()
    other.save(tmp_path / "study.xlsx")
    capsys.readouterr()
    assert main(["data", str(study.path), "--out", str(tmp_path)]) == 2
    assert "study.xlsx: is there already" in capsys.readouterr().err


def test_sessions_say_their_order_seed_and_rates(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada",))
    facts: dict[str, Any] = {
        "order": 2,
        "seed": 7,
        "frames_per_second": 24.5,
        "dropped_frames": 3,
        "shown_pictures": 299,
    }
    keep(study, viewing("ben", consent="consent/1.yaml", **facts), smiles(), rate=10)
    rows = [row for row in study_tables(study)["viewings"].to_pylist() if row["viewer"] == "ben"]
    assert {name: rows[0][name] for name in facts} == facts


def test_an_empty_study_has_empty_tables(tmp_path: Path) -> None:
    tables = study_tables(Study.open_or_create(tmp_path / "study"))
    assert {name for name, table in tables.items() if len(table)} == {"about", "dictionary"}


def test_a_place_that_cannot_be_written_is_one_line(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["data", str(study.path), "--out", str(tmp_path / "file" / "out")]) == 1
    assert main(["data", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert main(["data", str(study.path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert "cannot be written" in said[0]


def test_what_is_written_beside_readings_is_the_version_of_the_package() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__
