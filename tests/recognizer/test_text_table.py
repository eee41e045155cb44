"""Tables as spreadsheets of several systems and countries save them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.text_table import TableRow, format_of, number_in, path_in, rows_of

ROWS = [TableRow(1, {"path": "a.png", "name": "Zoë"}), TableRow(2, {"path": "b; c.png", "name": ""})]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("sep", [False, True])
def test_every_usual_way_of_writing_gives_the_same_rows(
    tmp_path: Path, delimiter: str, encoding: str, line_end: str, sep: bool
) -> None:
    lines = [["Path", " NAME "], ["a.png", " Zoë"], ['"b; c.png"'], [""]]
    text = line_end.join(delimiter.join(line) for line in lines)
    table = tmp_path / "table.csv"
    table.write_bytes((f"sep={delimiter}{line_end}" * sep + text).encode(encoding))
    assert format_of(table).names == ("Path", "NAME")
    assert list(rows_of(table)) == ROWS


def test_a_separator_of_its_own_is_obeyed_where_it_is_stated(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text('"sep=#"\na#b\n1,5#x\n')
    assert list(rows_of(tmp_path / "table.csv")) == [TableRow(1, {"a": "1,5", "b": "x"})]


def test_a_file_in_which_two_encodings_were_mixed_is_read(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"a,b\n" + "é,".encode() + "é\x81\n".encode("latin-1"))
    assert list(rows_of(tmp_path / "table.csv")) == [TableRow(1, {"a": "é", "b": "é\x81"})]


@given(st.binary(max_size=400))
def test_what_is_no_table_gives_columns_of_no_use(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("tables") / "table.csv"
    path.write_bytes(content)
    try:
        assert all(isinstance(name, str) for name in format_of(path).names)
        assert all(row.number > 0 for row in rows_of(path))
    except UnicodeError:
        assert content[:2] in {b"\xff\xfe", b"\xfe\xff"} or 0 in content


@pytest.mark.parametrize(("cell", "number"), [("1.5", 1.5), ("1,5", 1.5), ("-3", -3.0), (" 2,25 ", 2.25)])
def test_numbers_may_have_a_decimal_comma(cell: str, number: float) -> None:
    assert number_in(cell) == number


def test_paths_written_on_windows_are_found(tmp_path: Path) -> None:
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces" / "a.png").touch()
    (tmp_path / "odd\\name.png").touch()
    assert path_in(r"faces\a.png", tmp_path) == tmp_path / "faces" / "a.png"
    assert path_in(r".\faces\a.png", tmp_path).exists()
    assert path_in(r"odd\name.png", tmp_path).exists()
