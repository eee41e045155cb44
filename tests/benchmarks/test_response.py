from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.footage import DirectedSource, Mark, Take, takes
from benchmarks.response import Reaction, reactions_in
from benchmarks.segments import swung
from recognizer.affect import Emotion
from recognizer.errors import SourceError
from tests.data import outside


def plain(grey: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.full((8, 8, 3), grey, np.uint8)


TAKE = Take("made up", Emotion.HAPPY, 500.0, (plain(20), plain(30)), (plain(90),) * 3, (plain(200),))


def test_an_expression_begins_exactly_where_its_mark_says() -> None:
    source = DirectedSource(TAKE, hold_seconds=0.02)
    shades = [frame.image.mean() for _ in range(7) if (frame := source.read())]
    source.cue()
    shades += [frame.image.mean() for _ in range(40) if (frame := source.read())]
    source.close()
    assert source.read() is None
    (mark,) = source.marks
    assert mark == Mark(leaves=mark.leaves, shows=mark.leaves + 3)
    assert max(shades[: mark.leaves]) < 60 < min(shades[mark.leaves : mark.shows])
    assert min(shades[mark.shows : mark.shows + 10]) > 150
    assert max(shades[mark.shows + 10 :]) < 60
    assert not source.acting


def test_frames_at_rest_differ_a_little_each_time() -> None:
    source = DirectedSource(TAKE, hold_seconds=0.1)
    frames = [source.read() for _ in range(6)]
    images = {frame.image.tobytes() for frame in frames if frame}
    assert len(images) == 6


def test_a_sequence_swings_back_and_forth() -> None:
    images = tuple(map(plain, (1, 2, 3)))
    assert [int(swung(images, place)[0, 0, 0]) for place in range(8)] == [1, 2, 3, 3, 2, 1, 1, 2]


def event(t: float, kind: str, **fields: object) -> dict[str, Any]:
    return {"t": t, "event": kind, **fields}


FRAMES = [event(10.0 + index / 10, "frame", index=index) for index in range(60)]


def test_a_reaction_is_read_from_the_trace() -> None:
    trace = [
        *FRAMES,
        event(10.1, "mood", to="happy"),
        event(11.5, "mood", to="happy"),
        event(11.5, "choice", cause="mood"),
        event(11.6, "audible"),
    ]
    (reaction,) = reactions_in(trace, [Mark(leaves=8, shows=10)], TAKE)
    assert reaction.decision_seconds == pytest.approx(0.5)
    assert reaction.from_rest_seconds == pytest.approx(0.7)
    assert reaction.sound_seconds == pytest.approx(0.6)


def test_what_never_came_is_not_made_up() -> None:
    marks = [Mark(leaves=8, shows=10)]
    assert reactions_in(FRAMES, marks, TAKE) == [Reaction(None, None, None)]
    other = [*FRAMES, event(11.5, "mood", to="sad")]
    assert reactions_in(other, marks, TAKE) == [Reaction(None, None, None)]
    stayed = [
        *FRAMES,
        event(11.5, "mood", to="happy"),
        event(12.0, "choice", cause="end"),
        event(12.1, "audible"),
    ]
    assert reactions_in(stayed, marks, TAKE)[0].sound_seconds is None
    assert reactions_in(FRAMES, [Mark(leaves=70, shows=75)], TAKE) == []


def test_the_real_clips_are_cut_where_their_expression_begins() -> None:
    found = takes(outside("videos"), Path("none.mp4"))
    assert {take.emotion for take in found} == {Emotion.HAPPY}
    for take in found:
        assert len(take.rest) >= 10
        assert len(take.shown) >= 10
        assert 0 < len(take.leaving) < 10


def test_without_any_clip_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds none of"):
        takes(tmp_path, tmp_path / "demo.mp4")
