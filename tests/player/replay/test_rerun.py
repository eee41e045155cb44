"""An evening is written down and run again, as `python -m player replay` does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from player.__main__ import main
from player.clock import VirtualClock
from player.config import Settings, settings_of
from player.core.trace import Trace
from player.errors import TraceError
from player.music.analysis.mood_curve import RawCurve
from player.music.library.library import Library
from player.music.library.mood_store import keep_curve
from player.replay.command import sentence
from player.replay.recorder import Recorder
from player.replay.rerun import rerun
from player.sound import Broken, Ended
from recognizer.affect import Affect, Emotion
from tests.player.rig import RecordingFader, Rig, fill, write_music

START_SECONDS, START_WALL = 1000.123456789, 1.7e9


@contextmanager
def written(folder: Path, trace: Path, wished: Settings | None = None) -> Iterator[Rig]:
    """A rig of which a trace is written; the library in the folder is made when it is not there."""
    clock = VirtualClock(START_SECONDS, START_WALL)
    with Library(folder / "library.db") as library, Trace(trace) as out:
        if not (folder / "music").exists():
            fill(library, write_music(folder / "music"))
        else:
            library.scan(folder / "music")
        said: list[str] = []
        fader = RecordingFader()
        recorder = Recorder(out, clock)
        made = recorder.director(library, fader, wished or Settings(), 7, said.append)
        yield PlayingRig(library, *made, fader, clock, said)


class PlayingRig(Rig):
    """A rig whose tracks go on as time passes."""

    def pass_time(self, seconds: float) -> None:
        super().pass_time(seconds)
        self.fader.at_seconds += seconds


def lively(evening: Rig) -> None:
    """Moods change, the listener wishes this and that, and a track is broken."""
    director = evening.director
    evening.begin()
    for emotion in (Emotion.HAPPY, Emotion.SAD, None, Emotion.ANGRY):
        evening.look(emotion)
        evening.pass_time(30.3)
        evening.hear()
        director.queue(evening.now)
        evening.pass_time(200.7)
    director.like()
    director.skip(evening.now)
    evening.hear()
    director.dislike(evening.now)
    path = evening.fader.sounding
    assert path is not None
    director.broke(Broken(path, "the file is empty"), evening.now)
    evening.hear()
    director.follow("calm", evening.now)
    evening.pass_time(90)
    director.toggle_pause()
    evening.pass_time(1)
    director.toggle_pause()
    path = evening.fader.sounding
    assert path is not None
    director.ended(Ended(path), evening.now)
    evening.hear()
    director.play_queued(director.queue(evening.now)[1].track.id, evening.now)
    evening.hear()


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lively evening's trace; the evening before was a lively one too."""
    folder = tmp_path_factory.mktemp("evening")
    for name in ("first.jsonl", "second.jsonl"):
        with written(folder, folder / name) as evening:
            lively(evening)
    return folder / "second.jsonl"


def edited(trace: Path, into: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The trace with every event changed."""
    events = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    for event in events:
        change(event)
    into.write_text("".join(json.dumps(event) + "\n" for event in events if event), encoding="utf-8")
    return into


def test_an_evening_run_again_decides_the_same(trace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = rerun(trace)
    assert result.difference is None
    assert result.choices >= 8
    assert result.decisions > 2 * result.choices
    assert main(["replay", str(trace)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("same: ")
    assert f"{result.choices} of them tracks" in printed.out
    assert printed.err == ""


def test_what_was_liked_on_evenings_before_counts_again(trace: Path, tmp_path: Path) -> None:
    def forget(event: dict[str, Any]) -> None:
        if event["event"] == "kept":
            event.clear()

    with pytest.raises(TraceError, match="was cut or changed"):
        rerun(edited(trace, tmp_path / "cut.jsonl", forget))


def test_a_decision_that_was_changed_by_hand_is_found_on_its_line(
    trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def lie(event: dict[str, Any]) -> None:
        if event["event"] == "choice" and event["cause"] == "dislike":
            event["title"] = "Another Song"

    false = edited(trace, tmp_path / "false.jsonl", lie)
    line = next(n for n, text in enumerate(false.read_text().splitlines(), 1) if "Another Song" in text)
    difference = rerun(false).difference
    assert difference is not None
    assert difference.line == line
    assert main(["replay", str(false)]) == 1
    printed = capsys.readouterr().out
    assert f"different at line {line}" in printed
    assert "Another Song" in printed


def test_another_face_leads_to_other_music(trace: Path, tmp_path: Path) -> None:
    def smile(event: dict[str, Any]) -> None:
        if event.get("name") in ("mood_changed", "mood_seen") and event["arguments"]["mood"]:
            event["arguments"]["mood"]["emotion"] = "happy"

    result = rerun(edited(trace, tmp_path / "smile.jsonl", smile))
    assert result.difference is not None
    assert "now it is" in sentence(result)


def test_other_settings_lead_to_other_music(trace: Path, tmp_path: Path) -> None:
    def patient(event: dict[str, Any]) -> None:
        if event["event"] == "session":
            event["settings"]["music"]["shortest_play_seconds"] = 600.0

    assert rerun(edited(trace, tmp_path / "patient.jsonl", patient)).difference is not None


def test_a_decision_that_is_missing_or_too_many_is_found(trace: Path, tmp_path: Path) -> None:
    def drop(event: dict[str, Any]) -> None:
        if event["event"] == "choice" and event["cause"] == "skip":
            event.clear()

    difference = rerun(edited(trace, tmp_path / "dropped.jsonl", drop)).difference
    assert difference is not None
    assert difference.decided is not None
    assert difference.decided.fields["cause"] == "skip"


def test_an_evening_that_was_killed_is_run_up_to_its_last_whole_line(trace: Path, tmp_path: Path) -> None:
    whole = trace.read_text(encoding="utf-8").splitlines(keepends=True)
    choices = [number for number, line in enumerate(whole) if '"event": "choice"' in line]
    killed = tmp_path / "killed.jsonl"
    for last in (choices[2], choices[2] + 1, choices[-1] - 1):
        killed.write_text("".join([*whole[:last], whole[last][:-9]]), encoding="utf-8")
        result = rerun(killed)
        assert result.difference is None
        assert result.calls > 0


def test_a_clock_that_is_set_during_the_evening_does_no_harm(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    with written(tmp_path, trace) as evening:
        evening.begin()
        assert isinstance(evening, PlayingRig)
        for hours in (5, -7):
            evening.clock.wall_seconds += hours * 3600
            evening.director.like()
            evening.director.skip(evening.now)
            evening.hear()
            evening.pass_time(20)
    assert rerun(trace).difference is None


def test_settings_of_another_version_are_named(trace: Path, tmp_path: Path) -> None:
    def older(event: dict[str, Any]) -> None:
        if event["event"] == "session":
            event["settings"]["music"]["tempo"] = 3

    with pytest.raises(TraceError, match=r"its setting music\.tempo does not fit"):
        rerun(edited(trace, tmp_path / "older.jsonl", older))


ACTIONS = st.one_of(
    st.sampled_from([*Emotion, None]).map(lambda emotion: ("look", emotion)),
    st.floats(0.01, 400.0).map(lambda seconds: ("wait", seconds)),
    st.sampled_from(
        ["skip", "dislike", "like", "hear", "queue", "toggle_pause", "broke", "gone", "known"]
    ).map(lambda name: (name, None)),
    st.sampled_from(["match", "lift", "calm", "iso", "hold"]).map(lambda name: ("follow", name)),
)


def act(evening: Rig, name: str, value: Any) -> None:
    """One thing happens."""
    director, now = evening.director, evening.now
    if name == "look":
        evening.look(value)
    elif name == "wait":
        evening.pass_time(value)
    elif name == "hear" and evening.fader.sounding is not None:
        evening.hear()
    elif name == "broke" and evening.fader.sounding is not None:
        director.broke(Broken(evening.fader.sounding, "gone"), now)
    elif name == "gone":
        director.mood_seen(None, now)
    elif name == "known":
        director.music_known(now)
    elif name == "follow":
        director.follow(value, now)
    elif name in ("like", "toggle_pause"):
        getattr(director, name)()
    elif name in ("skip", "dislike", "queue"):
        getattr(director, name)(now)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose library remembers one evening after another."""
    return tmp_path_factory.mktemp("house")


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(actions=st.lists(ACTIONS, max_size=25), most=st.integers(1, 12))
def test_any_evening_run_again_decides_the_same(
    house: Path, actions: list[tuple[str, Any]], most: int
) -> None:
    wished = settings_of({"music": {"queue_length": most, "iso_minutes": 1.0}}, "test")
    with written(house, house / "trace.jsonl", wished) as evening:
        evening.begin()
        for name, value in actions:
            act(evening, name, value)
    result = rerun(house / "trace.jsonl")
    assert result.difference is None, sentence(result)
    assert result.calls > len(actions) / 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "does not begin with a session"),
        ('{"t": 1.0, "event": "frame", "index": 0}\n', "does not begin with a session"),
        ('{"t": 1.0, "event": "session", "version": 99}\n', "another version"),
        ("hello\n", "line 1 is not an event"),
    ],
)
def test_what_is_no_trace_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text, encoding="utf-8")
    assert main(["replay", str(path)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert message in lines[0]
    assert str(path) in lines[0]


@pytest.mark.parametrize(
    "change", [{"name": "fly"}, {"arguments": {"now": "soon"}}, {"heard": {"mood": 1}}, {"arguments": 3}]
)
def test_a_call_that_cannot_be_made_is_named(
    trace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any]
) -> None:
    def spoil(event: dict[str, Any]) -> None:
        if event["event"] == "call":
            event.update(change)

    spoiled = edited(trace, tmp_path / "spoiled.jsonl", spoil)
    assert main(["replay", str(spoiled)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "cannot be run again" in lines[0]


def test_the_music_may_be_analysed_and_corrected_meanwhile(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    with written(tmp_path, trace) as evening:
        evening.begin(Emotion.SAD)
        track = evening.library.tracks()[0]
        with evening.library.database.transaction() as connection:
            connection.execute("UPDATE track SET valence = 1.5, arousal = 8.5 WHERE id = ?", (track.id,))
        evening.director.music_known(evening.now)
        evening.director.correct_mood(track.id, Affect(-0.9, -0.9))
        evening.director.rate(track.id, 5)
        evening.look(Emotion.ANGRY)
        evening.hear()
        evening.pass_time(60)
        evening.director.skip(evening.now)
    assert rerun(trace).difference is None


def test_places_within_tracks_are_chosen_again_by_the_same_curves(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    with written(tmp_path, trace) as evening:
        for track in evening.library.tracks():
            rising = RawCurve(5.0, tuple(1.0 + 0.2 * i for i in range(36)), (5.0,) * 36)
            with evening.library.database.transaction() as connection:
                keep_curve(connection, track.id, rising, "test")
        evening.begin(Emotion.SAD)
        for emotion in (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY):
            evening.look(emotion)
            evening.hear()
            evening.pass_time(100)
    starts = [event["start_seconds"] for event in events_of(trace, "choice")]
    assert max(starts) > 0
    assert len(events_of(trace, "curve")) <= len(evening.titles) + 2 * 7
    assert rerun(trace).difference is None


def test_what_the_listener_had_deleted_stays_deleted(tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    with written(tmp_path, trace) as evening:
        lively(evening)
        evening.selector.forget_listener()
        evening.director.music_known(evening.now)
        evening.look(Emotion.SAD)
        evening.pass_time(60)
        evening.director.skip(evening.now)
    assert len(events_of(trace, "forgotten")) == 1
    assert rerun(trace).difference is None


def events_of(trace: Path, name: str) -> list[dict[str, Any]]:
    events = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    return [event for event in events if event["event"] == name]
