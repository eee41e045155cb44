"""What was remembered can be counted, taken out and forgotten."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.core.personal_data import TABLES, PersonalData, export_path
from player.errors import LibraryError
from player.messages.view_state import MemoryView
from player.music.library.library import Library
from tests.player.rig import fill, write_music

SECRET = "Rumpelstiltskin"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library with one of everything that is remembered."""
    with Library(tmp_path / "library.db") as library:
        fill(library, write_music(tmp_path / "music"))
        with library.database.transaction() as connection:
            for kind in ("play", "play", "like"):
                connection.execute(
                    "INSERT INTO feedback (track_id, kind, at_seconds) VALUES (1, ?, 5)", (kind,)
                )
            connection.execute("INSERT INTO mood_correction VALUES (2, 0.5, -0.5, 6)")
            connection.execute(
                "INSERT INTO person (name, made_seconds, baseline, baseline_seconds) VALUES (?, 7, ?, 8)",
                (SECRET, b"\x01\x02"),
            )
            connection.execute("INSERT INTO response VALUES (1, 1, 9, 30, 0, 0, 0.1, 0.2)")
            connection.execute("INSERT INTO state VALUES ('volume', '0.5')")
            connection.execute("UPDATE track SET rating = 4 WHERE id = 3")
        yield library


def test_all_is_counted(library: Library) -> None:
    assert PersonalData(library.database).counts() == MemoryView(plays=2, verdicts=2, corrections=1, people=1)


def test_an_export_holds_everything_and_only_its_owner_reads_it(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    PersonalData(library.database).export(path)
    found = json.loads(path.read_text(encoding="utf-8"))
    assert [act["kind"] for act in found["plays_and_verdicts"]] == ["play", "play", "like"]
    assert found["plays_and_verdicts"][0]["path"].endswith(".wav")
    assert found["corrected_moods"][0]["valence"] == 0.5
    assert found["people"] == [
        {
            "id": 1,
            "name": SECRET,
            "made_seconds": 7.0,
            "baseline": "AQI=",
            "baseline_seconds": 8.0,
            "shape": None,
        }
    ]
    assert found["stars"][0]["rating"] == 4
    assert len(found["responses"]) == len(found["state"]) == 1
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_export_overwrites_nothing_and_says_what_is_wrong(library: Library, tmp_path: Path) -> None:
    memory, path = PersonalData(library.database), tmp_path / "export.json"
    path.write_text("mine")
    with pytest.raises(LibraryError, match="is there already"):
        memory.export(path)
    assert path.read_text() == "mine"
    with pytest.raises(LibraryError, match="cannot be written"):
        memory.export(tmp_path / "nowhere" / "export.json")


def test_a_day_has_room_for_more_than_one_export(tmp_path: Path) -> None:
    first = export_path(tmp_path, "2031-05-04")
    assert first.name == "sonrisa-memory-2031-05-04.json"
    first.touch()
    assert export_path(tmp_path, "2031-05-04").name == "sonrisa-memory-2031-05-04-2.json"


def test_what_is_forgotten_is_gone_from_the_disk_and_the_music_stays(
    library: Library, tmp_path: Path
) -> None:
    tracks = len(library.tracks())
    memory = PersonalData(library.database)
    memory.delete()
    assert memory.counts() == MemoryView()
    assert len(library.tracks()) == tracks
    for table in TABLES:
        assert library.database.rows(f"SELECT * FROM {table}") == []
    for file in tmp_path.glob("library.db*"):
        assert SECRET.encode() not in file.read_bytes()
