"""Labelled stretches of clips: what their file says, and how readings are judged by them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.segments import (
    LABELS,
    LEAST_SECONDS,
    Score,
    Seen,
    Segment,
    Word,
    labelled,
    meant,
    prolonged,
    raw_words,
    score,
    steadied_words,
    thinned,
    total,
)
from benchmarks.steadying import DEMO, measure_segments
from recognizer.affect import Emotion
from recognizer.errors import SourceError
from recognizer.steady import SteadySettings
from tests.recognizer.timelines import Scene, jittered, showing

HEADER = "file,start_seconds,end_seconds,label,what\n"
HAPPY = Segment("a.mp4", 1.0, 3.0, Emotion.HAPPY)


def said(*words: tuple[float, Emotion | None], rate: float = 100.0, ends: float = 4.0) -> list[Word]:
    """What is said from each time on, at so many pictures a second."""
    times = [index / rate for index in range(round(ends * rate))]
    return [(now, [word for since, word in words if since <= now][-1]) for now in times]


def judged(*words: tuple[float, Emotion | None]) -> Score:
    return score(HAPPY, said((0.0, Emotion.NEUTRAL), *words))


def test_a_word_that_stands_in_time_and_is_held_is_as_it_should_be() -> None:
    found = judged((1.5, Emotion.HAPPY))
    assert found.delay_seconds == pytest.approx(0.5)
    assert (found.lost_seconds, found.false_words, found.changes) == (0, 0, 1)
    assert found.right_seconds == pytest.approx(1.5)
    assert found.as_it_should_be


@pytest.mark.parametrize(
    ("words", "false_words", "lost"),
    [
        (((1.8, Emotion.HAPPY),), 1, 0.0),
        (((1.2, Emotion.HAPPY), (2.0, Emotion.SAD), (2.4, Emotion.HAPPY)), 1, 0.4),
        (((1.2, Emotion.HAPPY), (2.5, None)), 0, 0.5),
        ((), 1, 0.0),
    ],
)
def test_late_wrong_lost_or_never_is_not(
    words: tuple[tuple[float, Emotion | None], ...], false_words: int, lost: float
) -> None:
    found = judged(*words)
    assert found.false_words == false_words
    assert found.lost_seconds == pytest.approx(lost)
    assert not found.as_it_should_be


@given(st.lists(st.sampled_from((None, *Emotion)), min_size=4, max_size=80))
def test_shares_of_a_segment_never_exceed_it(words: list[Emotion | None]) -> None:
    found = score(Segment("a", 0.1, math.inf, Emotion.SAD), [(0.1 * i, word) for i, word in enumerate(words)])
    assert found.right_seconds + found.unsure_seconds <= found.seconds + 1e-9
    assert 0 <= total([found]).right_share <= 1 + 1e-9


def test_a_folder_tells_its_segments(tmp_path: Path) -> None:
    assert labelled(tmp_path) == []
    (tmp_path / "a.mp4").touch()
    (tmp_path / LABELS).write_text(
        f"{HEADER}a.mp4,0.5,1.5,happy,a grin\na.mp4,2,,neutral,\n", encoding="utf-8"
    )
    assert labelled(tmp_path) == [
        Segment("a.mp4", 0.5, 1.5, Emotion.HAPPY),
        Segment("a.mp4", 2.0, math.inf, Emotion.NEUTRAL),
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("file,label\n", "lacks the columns start_seconds, end_seconds"),
        (f"{HEADER}a.mp4,0,1,glad,\n", "line 2: 'glad' is none of angry"),
        (f"{HEADER}a.mp4,soon,1,happy,\n", "line 2: 'soon' to '1' are no seconds"),
        (f"{HEADER}a.mp4,2,1,happy,\n", "line 2: 2 to 1 is no stretch"),
        (f"{HEADER}a.mp4,nan,1,happy,\n", "line 2: nan to 1 is no stretch"),
        (f"{HEADER}a.mp4,0,1\n", "line 2: '' is none of angry"),
        (f"{HEADER}b.mp4,0,1,happy,\n", "line 2: there is no clip 'b.mp4'"),
        ("", "lacks the columns"),
    ],
)
def test_a_file_of_segments_that_cannot_be_understood_says_where(
    tmp_path: Path, text: str, complaint: str
) -> None:
    (tmp_path / "a.mp4").touch()
    (tmp_path / LABELS).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=complaint):
        labelled(tmp_path)


def test_the_demo_clip_tells_what_it_means() -> None:
    found = meant(DEMO)
    assert {each.emotion for each in found} > {Emotion.HAPPY, Emotion.SAD, Emotion.NEUTRAL}
    assert all(each.start_seconds < each.end_seconds for each in found)


def tape(*scenes: Scene) -> list[Seen]:
    """A clip of scripted scenes."""
    return [(each.time_seconds, each) for each in jittered(scenes)]


def test_a_last_stretch_that_its_clip_cuts_short_goes_on() -> None:
    seen = tape(Scene(1, showing(Emotion.HAPPY)))
    whole = prolonged(seen, [Segment("a", 0.8, math.inf, Emotion.HAPPY)])
    assert whole[: len(seen)] == seen
    assert whole[-1][0] == pytest.approx(0.8 + LEAST_SECONDS, abs=0.1)
    assert all(reading is not None and reading.time_seconds == now for now, reading in whole)
    assert prolonged(seen, [Segment("a", 0.8, 0.9, Emotion.HAPPY)]) == seen


def test_a_slow_machine_sees_every_few_pictures() -> None:
    seen: list[Seen] = [(index / 30, None) for index in range(90)]
    assert len(thinned(seen, 10)) in (30, 31)
    assert thinned(seen, math.inf) == seen


def test_single_pictures_and_the_steadied_mood_are_told_apart() -> None:
    scenes = [
        Scene(2, showing(Emotion.NEUTRAL)),
        Scene(0.05, showing(Emotion.SAD)),
        Scene(1, showing(Emotion.NEUTRAL)),
    ]
    seen = tape(*scenes)
    assert Emotion.SAD in {word for _, word in raw_words(seen)}
    assert {word for _, word in steadied_words(seen, SteadySettings())} == {None, Emotion.NEUTRAL}


def test_the_report_holds_every_segment_raw_and_steadied_and_other_constants(
    capsys: pytest.CaptureFixture[str],
) -> None:
    scenes = [Scene(2, showing(Emotion.NEUTRAL)), Scene(3, showing(Emotion.HAPPY))]
    seen = tape(*scenes)
    segments = [Segment("a", 0.5, 2.0, Emotion.NEUTRAL), Segment("a", 2.0, math.inf, Emotion.HAPPY)]
    found = measure_segments(segments, {"a": seen}, vary=True)
    assert [row["as it should be"] for row in found["segments"]] == [True, True]
    assert found["as_wanted"]
    assert [row["readings"] for row in found["together"]][:2] == ["single pictures", "steadied"]
    assert {row["constant"].split(" = ")[0] for row in found["varied"]} >= {
        "dwell_seconds",
        "smoothing_seconds",
    }
    assert "as it should be" in capsys.readouterr().err
