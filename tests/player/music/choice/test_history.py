from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from player.music.choice.feedback import Feedback, FeedbackKind
from player.music.choice.history import HistoryStore
from player.music.choice.response import Response
from player.music.library.library import Library
from recognizer.affect import Affect
from tests.player.music.sounds import tone, write

NOW = 1_800_000_000.0


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    write(tmp_path / "music" / "one.wav", tone(0.2))
    with Library(tmp_path / "library.db") as made:
        made.scan(tmp_path / "music")
        yield made


def test_every_act_comes_back_with_what_was_so_at_that_moment(library: Library, tmp_path: Path) -> None:
    track_id = library.tracks()[0].id
    play = Feedback(track_id, FeedbackKind.PLAY, NOW)
    skip = Feedback(
        track_id,
        FeedbackKind.SKIP,
        NOW + 30,
        affect=Affect(0.5, -0.25),
        wanted=Affect(0.6, 0.1),
        hour=21,
        volume=0.75,
        heard_share=0.125,
        session="1800000000",
    )
    for act in (play, skip):
        HistoryStore(library.database).record(act)
    library.close()

    with Library(tmp_path / "library.db") as reopened:
        assert HistoryStore(reopened.database).feedback() == (play, skip)


def test_responses_come_back_as_they_were_oldest_first(library: Library) -> None:
    store, track_id = HistoryStore(library.database), library.tracks()[0].id
    late = Response(track_id, NOW + 400, 60.0, Affect(0.0, 0.5), Affect(0.25, 0.0))
    early = Response(track_id, NOW, 45.0, Affect(-0.5, 0.0), Affect(0.25, -0.125))
    for response in (late, early):
        store.respond(response)

    assert store.responses() == (early, late)
