"""Which recordings there are, from a table or from a folder's layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.reactions.recordings import Recording, list_recordings
from recognizer.errors import SourceError, UsageError


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_names_everything(tmp_path: Path) -> None:
    table = write(
        tmp_path / "list.csv",
        "\ufeffviewer,video,film,category,offset_seconds,group,remark",
        "ben,b/two.mp4,tea,drinks,1.5,old,late",
        "ada,one.mp4,films/coffee.mp4,drinks,,,",
    )
    assert list_recordings(table).recordings == (
        Recording(
            tmp_path / "one.mp4", "ada", "coffee", "drinks", film_file=tmp_path / "films" / "coffee.mp4"
        ),
        Recording(
            tmp_path / "b" / "two.mp4", "ben", "tea", "drinks", 1.5, "old", attributes={"remark": "late"}
        ),
    )


def test_a_folder_is_read_by_its_layout_and_films_are_found_by_name(tmp_path: Path) -> None:
    for name in (
        "drinks/tea/ada.mp4",
        "drinks/tea/ben.MOV",
        "cars/van/ada.mp4",
        "drinks/tea/notes.txt",
        "x.mp4",
    ):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"")
    films = tmp_path / "films"
    films.mkdir()
    (films / "tea.mp4").write_bytes(b"")
    found = list_recordings(tmp_path / "in", films).recordings
    assert [(each.viewer, each.film, each.category) for each in found] == [
        ("ada", "tea", "drinks"),
        ("ada", "van", "cars"),
        ("ben", "tea", "drinks"),
    ]
    assert [each.film_file for each in found] == [films / "tea.mp4", None, films / "tea.mp4"]


def test_a_folder_with_a_list_is_read_by_the_list(tmp_path: Path) -> None:
    write(tmp_path / "recordings.csv", "video,viewer,film,category", "a.mp4,ada,tea,drinks")
    assert len(list_recordings(tmp_path).recordings) == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("a.mp4,../ada,tea,drinks,", "row 2: viewer must be a plain name"),
        ("a.mp4,ada,,drinks,", "row 2: film must be"),
        ("a.mp4,ada,tea,drinks,soon", "row 2: offset_seconds"),
        ("a.mp4,ada,tea,drinks,nan", "row 2: offset_seconds"),
        ("a.mp4,eve,tea,drinks,0\nb.mp4,eve,tea,drinks,0", "row 3: eve saw tea twice"),
        ("a.mp4,eve,tea,drinks,0\nb.mp4,ada,tea,cars,0", "row 3: category of tea is cars, but drinks"),
    ],
)
def test_a_row_that_makes_no_sense_is_named_and_costs_only_itself(
    tmp_path: Path, line: str, says: str
) -> None:
    last = "z.mp4,zoe,water,drinks,-3"
    table = write(tmp_path / "list.csv", "video,viewer,film,category,offset_seconds", line, last)
    listing = list_recordings(table)
    (problem,) = listing.problems
    assert says in problem
    assert problem.endswith("left out")
    assert listing.recordings[-1].offset_seconds == -3
    assert len(listing.recordings) == 1 + line.count("\n")


def test_where_nothing_is_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder or csv"):
        list_recordings(tmp_path / "nothing")
    with pytest.raises(SourceError, match="no recordings here"):
        list_recordings(tmp_path)
    with pytest.raises(SourceError, match="folder of films"):
        list_recordings(
            write(tmp_path / "l.csv", "video,viewer,film,category", "a,b,c,d"), tmp_path / "films"
        )
    with pytest.raises(UsageError, match="lacks the column category"):
        list_recordings(write(tmp_path / "m.csv", "video,viewer,film"))
    (tmp_path / "n.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="cannot be read"):
        list_recordings(tmp_path / "n.csv")


def test_a_list_that_excel_saved_is_read(tmp_path: Path) -> None:
    """Semicolons, decimal commas, Latin-1, and a path of Windows."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "zwei.mp4").write_bytes(b"")
    table = tmp_path / "list.csv"
    table.write_bytes(
        "Video;Viewer;Film;Category;Offset_Seconds;Ort\r\nb\\zwei.mp4;jörg;tee;tee;1,5;Köln\r\n".encode(
            "latin-1"
        )
    )
    (found,) = list_recordings(table).recordings
    assert (found.video, found.viewer, found.offset_seconds) == (tmp_path / "b" / "zwei.mp4", "jörg", 1.5)
    assert found.attributes == {"ort": "Köln"}


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_a_list_from_a_spreadsheet_on_windows_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "a.mp4").touch()
    text = "sep=;\r\nVideo;Viewer;Film;Category;Offset_seconds\r\nclips\\a.mp4;Zoé 1;tea;drinks;1,5\r\n"
    (tmp_path / "recordings.csv").write_bytes(text.replace("é", "e").encode(encoding))
    (found,) = list_recordings(tmp_path).recordings
    assert found.video == tmp_path / "clips" / "a.mp4"
    assert (found.viewer, found.offset_seconds) == ("Zoe 1", 1.5)
