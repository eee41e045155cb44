from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.music.track import UNKNOWN_MOOD, Track, ranked_moods
from player.replay.tracks import TrackReader, TrackWriter
from recognizer.affect import Affect

estimates = st.none() | st.floats(1.0, 9.0)
corrections = st.none() | st.builds(Affect, st.floats(-1, 1), st.floats(-1, 1))


@st.composite
def shelves(draw: st.DrawFn) -> tuple[Track, ...]:
    """Tracks as a library gives them: ranked moods, some of them corrected by the listener."""
    ids = draw(st.lists(st.integers(0, 12), unique=True, max_size=8))
    raw = [(draw(estimates), draw(estimates)) for _ in ids]
    tracks = []
    for track_id, (valence, arousal), rank in zip(ids, raw, ranked_moods(raw), strict=True):
        own = draw(corrections)
        tracks.append(
            Track(
                id=track_id,
                path=Path(f"/music/{track_id} ü.opus"),
                title=draw(st.sampled_from(["Blue", "Où es-tu", ""])),
                artist="",
                album="",
                duration_seconds=draw(st.none() | st.floats(0.1, 900.0)),
                valence=valence,
                arousal=arousal,
                mood=own or rank,
                sound_start_seconds=draw(st.floats(0, 9)),
                gain_db=draw(st.floats(-20, 20)),
                rating=draw(st.none() | st.integers(1, 5)),
                corrected=own is not None,
            )
        )
    return tuple(tracks)


@given(st.lists(shelves(), max_size=4))
def test_every_reading_of_the_library_comes_back_exactly(readings: list[tuple[Track, ...]]) -> None:
    writer, reader = TrackWriter(), TrackReader()
    for tracks in readings:
        assert reader.read(json.loads(json.dumps(writer.changes(tracks)))) == tracks


def test_only_what_changed_is_written_though_every_rank_moves() -> None:
    raw: list[tuple[float | None, float | None]] = [(value, value) for value in (2.0, 4.0, 6.0)]
    tracks = [
        Track(i, Path(f"{i}.opus"), str(i), "", "", 60.0, *raw[i], mood, 0.0, 0.0)
        for i, mood in enumerate(ranked_moods(raw))
    ]
    waiting = replace(tracks[0], id=9, path=Path("9.opus"), valence=None, arousal=None, mood=UNKNOWN_MOOD)
    writer = TrackWriter()
    first = writer.changes([*tracks, waiting])
    assert [len(first["changed"]), first["order"]] == [4, [0, 1, 2, 9]]
    assert writer.changes([*tracks, waiting]) == {"changed": []}
    moods = ranked_moods([*raw, (1.0, 9.0)])
    analysed = [replace(each, mood=mood) for each, mood in zip([*tracks, waiting], moods, strict=True)]
    analysed[-1] = replace(analysed[-1], valence=1.0, arousal=9.0)
    assert all(new.mood != old.mood for new, old in zip(analysed, tracks, strict=False))
    later = writer.changes(analysed)
    assert [each["id"] for each in later["changed"]] == [9]
    assert "order" not in later


def test_a_reading_that_does_not_fit_the_one_before_is_refused() -> None:
    with pytest.raises(KeyError):
        TrackReader().read({"changed": [], "order": [3]})
