"""Going on where the player stopped, after a quit and after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.config import POLICY_NAMES, Settings, settings_of
from player.desktop.desktop import Desktop
from player.desktop.resume import (
    KEY,
    LEAST_LEFT_SECONDS,
    WRITE_SECONDS,
    SavedSession,
    SessionStore,
    StateStore,
    from_json,
    resumed,
    saved_session_of,
)
from player.desktop.status import Status
from player.messages.view_state import ViewState
from player.music.library.database import Database
from tests.data import REPOSITORY

PLAYING = Status(track_id=7, duration_seconds=180.0, position_seconds=62.0, policy="calm", volume=0.3)
SHIPPED = Settings()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "library.db")
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> StateStore:
    return StateStore(database)


def session_store(store: StateStore, said: list[str] | None = None) -> SessionStore:
    return SessionStore(store, SHIPPED, (said if said is not None else []).append)


def test_the_next_session_finds_track_place_policy_and_volume(store: StateStore) -> None:
    session_store(store).note(PLAYING, 100.0)
    last = session_store(store).saved_session()
    assert last is not None
    assert (last.track_id, last.position_seconds, last.policy, last.volume) == (7, 62.0, "calm", 0.3)
    settings = resumed(SHIPPED, last)
    assert (settings.music.policy, settings.sound.volume) == ("calm", 0.3)


def test_the_first_time_nothing_is_remembered(store: StateStore) -> None:
    assert session_store(store).saved_session() is None
    assert resumed(SHIPPED, None) == SHIPPED


def test_a_place_is_written_every_few_seconds_and_a_change_soon(store: StateStore) -> None:
    book = session_store(store)

    def written_after(status: Status, now: float) -> float | None:
        book.note(status, now)
        last = book.saved_session()
        return last.position_seconds if last is not None else None

    assert written_after(PLAYING, 100.0) == 62.0
    assert written_after(replace(PLAYING, position_seconds=64.0), 102.0) == 62.0
    assert written_after(replace(PLAYING, position_seconds=70.0), 100.0 + WRITE_SECONDS) == 70.0
    assert written_after(replace(PLAYING, track_id=8, position_seconds=1.0), 105.5) == 70.0
    assert written_after(replace(PLAYING, track_id=8, position_seconds=2.0), 106.5) == 2.0


def test_a_track_that_was_nearly_over_is_not_begun_again() -> None:
    late = replace(PLAYING, position_seconds=180.0 - LEAST_LEFT_SECONDS / 2)
    last = saved_session_of(late, SHIPPED)
    assert (last.track_id, last.position_seconds, last.policy) == (None, 0.0, "calm")


def test_what_was_changed_in_the_settings_since_wins() -> None:
    last = saved_session_of(PLAYING, SHIPPED)
    changed = settings_of({"sound": {"volume": 0.9}, "music": {"policy": "lift"}}, "test")
    assert resumed(changed, last) == changed


def test_a_policy_named_on_the_command_line_wins() -> None:
    settings = resumed(SHIPPED, saved_session_of(PLAYING, SHIPPED), policy_asked_for=True)
    assert (settings.music.policy, settings.sound.volume) == ("match", 0.3)


def test_who_wants_no_resuming_gets_none(database: Database, store: StateStore) -> None:
    fresh = settings_of({"desktop": {"resume": False}}, "test")
    session_store(store).note(PLAYING, 100.0)
    desktop = Desktop(fresh, database, print)
    assert desktop.settings == fresh
    desktop.show(ViewState(now_seconds=200.0, policy="hold"))
    desktop.close()
    last = session_store(store).saved_session()
    assert last is not None
    assert last.policy == "calm"


def test_the_last_instant_is_written_when_it_ends_in_peace(store: StateStore) -> None:
    book = session_store(store)
    book.note(PLAYING, 100.0)
    book.note(replace(PLAYING, volume=0.9), 100.2)
    book.close()
    last = book.saved_session()
    assert last is not None
    assert last.volume == 0.9


@given(
    st.sampled_from(POLICY_NAMES),
    st.floats(0, 1),
    st.none() | st.integers(1, 10**6),
    st.floats(0, 10**5),
)
def test_what_is_written_is_read_back(
    policy: str, volume: float, track_id: int | None, position_seconds: float
) -> None:
    last = SavedSession(policy, volume, "match", 0.8, track_id, position_seconds)
    assert from_json(asdict(last)) == last


damage = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers())
)


@given(
    st.dictionaries(st.sampled_from([*asdict(saved_session_of(PLAYING, SHIPPED)), "more"]), damage) | damage
)
def test_a_damaged_note_is_no_reason_not_to_play(found: object) -> None:
    settings = resumed(SHIPPED, from_json(found))
    assert settings.music.policy in POLICY_NAMES
    assert 0 <= settings.sound.volume <= 1


def test_text_that_is_no_json_is_no_state(database: Database, store: StateStore) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO state (key, value) VALUES (?, ?)", (KEY, "{half"))
    assert session_store(store).saved_session() is None


def test_a_library_that_cannot_be_written_is_said_once(database: Database, store: StateStore) -> None:
    said: list[str] = []
    book = session_store(store, said)
    database.close()
    book.note(PLAYING, 100.0)
    book.note(replace(PLAYING, track_id=8), 200.0)
    assert len(said) == 1
    assert "will not go on" in said[0]


WRITER = """
import sys
from pathlib import Path
from player.config import Settings
from player.desktop.resume import SessionStore
from player.desktop.resume import StateStore
from player.desktop.status import Status
from player.music.library.database import Database
book = SessionStore(StateStore(Database(Path(sys.argv[1]))), Settings(), print)
now = 0.0
while True:
    now += 10.0
    book.note(Status(track_id=3, duration_seconds=1e9, position_seconds=now, policy="lift", volume=0.5), now)
    print(now, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_after_a_kill_it_goes_on_where_it_was_written_last(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        env=dict(os.environ),
    )
    assert writer.stdout is not None
    told = max(float(writer.stdout.readline()) for _ in range(20))
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=30)
    database = Database(path)
    last = session_store(StateStore(database)).saved_session()
    database.close()
    assert last is not None
    assert (last.track_id, last.policy) == (3, "lift")
    assert last.position_seconds >= told
