"""A simulated evening: its parts by themselves, and a short one whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.evening.__main__ import evening, main
from benchmarks.evening.eye import SimulatedEye
from benchmarks.evening.music import lay_out
from benchmarks.evening.outcome import faults_in, most_in_an_hour, slope_of
from benchmarks.evening.scenario import HOUR_SECONDS, ExpressionShown, PersonArrives, PersonLeaves, scenario
from benchmarks.evening.tapes import Performer, Tape
from benchmarks.evening.view_recorder import ViewRecorder, ViewSample, still_after
from player.clock import VirtualClock
from player.messages.events import CameraOpened, PlayerEvent
from player.messages.view_state import ViewState
from recognizer.affect import EMOTIONS, Affect, Emotion, FaceBox, HeadPose, Reading
from recognizer.faces import Face
from recognizer.pipeline import Failed, Observed, PipelineEvent, SourceLost, SourceRestored
from recognizer.steady import SteadySettings

FRONTAL = HeadPose(0.0, 0.0, 0.0)
HEAD = np.random.default_rng(0).uniform(100, 250, (478, 3)).astype(np.float32)
BOX = FaceBox(100.0, 80.0, 150.0, 180.0)


def tape(emotion: Emotion, pictures: int = 5) -> Tape:
    """Somebody who looks like this, each picture a little different."""
    shares = tuple(0.88 if each is emotion else 0.02 for each in EMOTIONS)
    dice = np.random.default_rng(len(emotion))
    seen = []
    for index in range(pictures):
        landmarks, depth = HEAD[:, :2] + dice.normal(0, 0.3, (478, 2)).astype(np.float32), HEAD[:, 2]
        shapes = np.zeros(52, np.float32)
        reading = Reading(index / 10, index, 3, BOX, shares, Affect(0.0, 0.0), FRONTAL, (0.0,) * 52, 0.9)
        seen.append((Face(3, BOX, landmarks, shapes, FRONTAL, depth), reading))
    return Tape(10.0, tuple(seen))


def performer(name: str) -> Performer:
    shown = {emotion: tape(emotion) for emotion in (Emotion.HAPPY, Emotion.SAD, Emotion.ANGRY)}
    return Performer(name, tape(Emotion.NEUTRAL), shown)


CAST = {name: performer(name) for name in ("listener", "guest")}
EMOTIONS_OF = {name: tuple(each.shown) for name, each in CAST.items()}


def test_the_same_seed_gives_the_same_evening_in_the_order_of_time() -> None:
    first = scenario(3.0, 7, EMOTIONS_OF)
    assert first == scenario(3.0, 7, EMOTIONS_OF)
    assert [each.what for each in first] == [each.what for each in scenario(3.0, 7, EMOTIONS_OF)]
    assert [each.at_seconds for each in first] != [each.at_seconds for each in scenario(3.0, 8, EMOTIONS_OF)]
    times = [each.at_seconds for each in first]
    assert times == sorted(times)
    assert times[-1] < 3 * HOUR_SECONDS
    assert first[0].what in (PersonArrives("listener"), ExpressionShown("listener", Emotion.HAPPY))


@given(st.integers(0, 50))
def test_whoever_goes_had_come(seed: int) -> None:
    there: set[str] = set()
    for each in scenario(6.0, seed, EMOTIONS_OF):
        if isinstance(each.what, PersonArrives):
            assert each.what.person not in there
            there.add(each.what.person)
        elif isinstance(each.what, PersonLeaves):
            there.remove(each.what.person)


class EyeRig:
    """An eye on a clock, and what it posts."""

    def __init__(self) -> None:
        self.posted: list[PlayerEvent | PipelineEvent] = []
        self.clock = VirtualClock()
        self.eye = SimulatedEye(CAST, SteadySettings(), self.clock, self.posted.append)

    def look(self, seconds: float) -> list[Observed]:
        """Ten pictures a second for a while; returns what was seen."""
        before = len(self.posted)
        for _ in range(round(10 * seconds)):
            self.clock.advance(0.1)
            self.eye.look()
        return [each for each in self.posted[before:] if isinstance(each, Observed)]


def test_a_face_is_steadied_by_the_real_steadier() -> None:
    rig = EyeRig()
    rig.eye.open()
    rig.eye.comes("listener")
    rig.look(3)
    rig.eye.shows("listener", Emotion.HAPPY)
    twitch = rig.look(0.1)
    assert twitch[-1].analysis.moods[0].emotion is Emotion.NEUTRAL
    assert rig.look(2)[-1].analysis.moods[0].emotion is Emotion.HAPPY


def test_whoever_comes_back_has_a_new_number_and_the_listener_sits_in_front() -> None:
    rig = EyeRig()
    rig.eye.open()
    rig.eye.comes("listener")
    rig.eye.comes("guest")
    listener, guest = rig.look(0.1)[0].analysis.readings
    assert listener.box.area_px > 1.3 * guest.box.area_px
    rig.eye.goes("listener")
    rig.eye.comes("listener")
    numbers = [reading.face_id for reading in rig.look(0.1)[0].analysis.readings]
    assert sorted(numbers) == [1, 2]


def test_a_camera_that_is_pulled_out_says_so_and_sees_nothing() -> None:
    rig = EyeRig()
    rig.eye.open()
    rig.eye.comes("listener")
    rig.eye.breaks(True)
    assert rig.look(1) == []
    rig.eye.breaks(False)
    assert rig.look(1) != []
    kinds = [type(each) for each in rig.posted if not isinstance(each, Observed)]
    assert [kind for kind in kinds if kind in (CameraOpened, SourceLost, SourceRestored)] == [
        CameraOpened,
        SourceLost,
        SourceRestored,
    ]
    rig.eye.breaks(True)
    rig.eye.close()
    rig.eye.open()
    assert isinstance(rig.posted[-1], Failed)


def test_the_network_folder_goes_and_comes_back_and_a_file_breaks(tmp_path: Path) -> None:
    folders = lay_out(tmp_path / "music")
    tracks = sorted(folders.root.rglob("*.opus"))
    assert len(list(folders.network.rglob("*.opus"))) > 5
    for _ in range(2):
        folders.vanish(True)
    assert not folders.network.exists()
    for _ in range(2):
        folders.vanish(False)
    assert sorted(folders.root.rglob("*.opus")) == tracks
    broken = folders.break_file(0.999)
    assert broken == tracks[-1]
    assert broken.read_bytes().startswith(b"this was a track once")


@given(st.lists(st.floats(0, 3 * HOUR_SECONDS), max_size=30).map(sorted))
def test_the_fullest_hour_is_found(moments: list[float]) -> None:
    counts = [sum(start <= each <= start + HOUR_SECONDS for each in moments) for start in moments]
    assert most_in_an_hour(moments) == max(counts, default=0)


NOTED = ViewSample(10.0, 1, 5.0, 60.0, False, "", None, None, "match")


def test_music_stands_still_only_where_nothing_moves_and_nobody_paused() -> None:
    later = replace(NOTED, at_seconds=12.0)
    assert still_after(3.0, NOTED, later) == 5.0
    assert still_after(3.0, NOTED, replace(later, position_seconds=7.0)) == 0.0
    assert still_after(3.0, NOTED, replace(later, paused=True)) == 0.0
    assert still_after(3.0, replace(NOTED, track_id=None), replace(later, track_id=None)) == 5.0


def test_a_leak_is_told_from_noise() -> None:
    dice = np.random.default_rng(4)
    minutes = np.arange(240) * 60.0
    noise = dice.normal(0, 2e6, 240)
    flat = slope_of([(at, 3e8 + each) for at, each in zip(minutes, noise, strict=True)])
    leak = slope_of([(at, 3e8 + each + 5e3 * at) for at, each in zip(minutes, noise, strict=True)])
    assert flat is not None
    assert leak is not None
    assert flat.interval_95[0] < 0 < flat.interval_95[1]
    assert leak.interval_95[0] > 0
    assert leak.megabytes_an_hour == pytest.approx(18.0, abs=1.5)
    assert slope_of([]) is None


def test_slow_waves_are_no_leak() -> None:
    dice = np.random.default_rng(5)
    size, samples = 0.0, []
    for minute in range(240):
        size = 0.95 * size + dice.normal(0, 1e6)
        samples.append((60.0 * minute, 3e8 + size))
    slope = slope_of(samples)
    assert slope is not None
    assert slope.interval_95[0] < 0 < slope.interval_95[1]


GOOD = {
    "without_a_reason": 0,
    "changes_for_moods_in_any_hour": 40,
    "changes_for_moods_allowed": 120,
    "longest_still_seconds": 2.6,
    "longest_over_its_end_seconds": 0.0,
    "memory_slope_interval_95": (-0.4, 0.6),
    "run_again": "same: 7 calls",
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"without_a_reason": 2}, "2 tracks came without a reason"),
        ({"changes_for_moods_in_any_hour": 121}, "more often"),
        ({"longest_still_seconds": 60.0}, "stood still for 60.0 s"),
        ({"longest_over_its_end_seconds": 9.0}, "after its end"),
        ({"memory_slope_interval_95": (9.0, 11.0)}, "memory grows"),
        ({"run_again": "different at line 3"}, "otherwise"),
    ],
)
def test_what_should_not_happen_is_said(change: dict[str, object], words: str) -> None:
    assert faults_in(GOOD) == []
    (line,) = faults_in({**GOOD, **change})
    assert words in line


def test_an_onlooker_sees_an_evening_in_which_nothing_plays(tmp_path: Path) -> None:
    view_recorder = ViewRecorder(tmp_path / "notes.jsonl")
    for second in range(20):
        view_recorder.draw(ViewState(float(second)))
    view_recorder.close()
    assert view_recorder.longest_still_seconds == 19.0
    assert len(list(view_recorder.samples())) == 10


def test_a_place_that_cannot_be_written_is_said_first_and_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["--out", str(tmp_path / "file" / "out")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.slow
def test_a_short_evening_goes_well_and_runs_again(tmp_path: Path) -> None:
    row = evening(0.06, 3, 10.0, list(CAST.values()), tmp_path, tmp_path)
    assert faults_in(row) == []
    assert row["tracks"] >= 3
    assert len((tmp_path / "evening.log").read_text(encoding="utf-8").splitlines()) == row["tracks"]
    assert (tmp_path / "evening.png").stat().st_size > 10_000
    assert json.loads(json.dumps(row)) == {**row, "memory_slope_interval_95": row["memory_slope_interval_95"]}
