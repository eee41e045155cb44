"""What only views need: the library's page and what was remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.clock import VirtualClock
from player.core.views import Views
from player.messages.intents import Browse, DeleteMemory, ExportMemory, Search, ShowView, Skip
from player.messages.view_state import LibraryView, MemoryView, ViewName
from player.music.library.library import Library
from tests.player.rig import CORNERS, fill, write_music


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db") as library:
        fill(library, write_music(tmp_path / "music"))
        yield library


@pytest.fixture
def views(library: Library) -> Views:
    views = Views(library, VirtualClock(wall_seconds=1_000_000_000.0))
    views.obey(ShowView(ViewName.LIBRARY))
    return views


def titles(views: Views) -> list[str]:
    return [row.title for row in views.library().rows]


def test_the_library_is_listed_where_it_is_shown(views: Views) -> None:
    assert sorted(title.lower() for title in titles(views)) == sorted(CORNERS)
    assert views.library().total == len(CORNERS)
    views.obey(ShowView(ViewName.PLAYER))
    assert views.library() == LibraryView()


def test_a_page_is_shown_from_any_row(views: Views) -> None:
    every = titles(views)
    views.obey(Browse(3, 2))
    assert titles(views) == every[3:5]
    assert (views.library().first_row, views.library().total) == (3, len(CORNERS))


def test_a_search_begins_at_the_first_row(views: Views) -> None:
    views.obey(Browse(5, 2))
    views.obey(Search("bright"))
    shown = views.library()
    assert (shown.query, shown.first_row, shown.total) == ("bright", 0, 3)
    assert all("bright" in title.lower() for title in titles(views))


def test_a_change_shows_after_a_refresh(views: Views, library: Library) -> None:
    (row, *_) = views.library().rows
    library.rate(row.track_id, 5)
    assert views.library().rows[0].rating is None
    views.refresh()
    assert views.library().rows[0].rating == 5
    assert views.obey(DeleteMemory(confirmed=True))
    assert views.library().rows[0].rating is None


def test_a_library_that_cannot_be_read_shows_nothing(views: Views, library: Library) -> None:
    library.close()
    views.obey(Search("anything"))
    assert views.library() == LibraryView("anything")
    assert views.memory(0.0) == MemoryView()
    assert "library" in views.obey(DeleteMemory(confirmed=True))


def test_memory_is_exported_to_the_home_of_the_listener(
    views: Views, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    words = views.obey(ExportMemory())
    (path,) = tmp_path.glob("sonrisa-memory-2001-09-0*.json")
    assert str(path) in words
    assert json.loads(path.read_text(encoding="utf-8"))["format"] == 1
    assert "is there already" in views.obey(ExportMemory(path))


def test_memory_is_deleted_only_when_that_is_confirmed(views: Views, library: Library) -> None:
    with library.database.transaction() as connection:
        connection.execute("INSERT INTO feedback (track_id, kind, at_seconds) VALUES (1, 'play', 5)")
    assert views.memory(0.0).plays == 1
    assert "press" in views.obey(DeleteMemory()).lower()
    assert views.memory(100.0).plays == 1
    assert "forgotten" in views.obey(DeleteMemory(confirmed=True))
    assert views.memory(100.1) == MemoryView()


def test_other_wishes_are_not_about_views(views: Views) -> None:
    assert views.obey(Skip()) == ""
