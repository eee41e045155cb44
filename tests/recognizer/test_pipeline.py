"""The stages in a row on a real clip, and the live threads with a clip or a failing camera before them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest

import recognizer.pipeline
from recognizer.affect import Emotion, FaceBox, Mood
from recognizer.capture import FolderSource, PacedSource, VideoSource
from recognizer.circumplex import affect_of
from recognizer.classify import Classifier
from recognizer.errors import SourceError, SourceStopped
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, ReopenableSource
from recognizer.pipeline import (
    Analyser,
    Analysis,
    Captured,
    Failed,
    LivePipeline,
    Observed,
    PipelineEvent,
    SourceEnded,
    SourceLost,
    SourceRestored,
    emotion_changes,
    main_face,
    settings_for,
)
from recognizer.steady import STILLS, SteadySettings
from tests.recognizer.models import write_model
from tests.recognizer.timelines import reading, showing

HAPPY = showing(Emotion.HAPPY)
PATIENCE_SECONDS = 30.0


def frame_at(seconds: float, index: int = 0) -> Frame:
    return Frame(np.zeros((48, 64, 3), np.uint8), index, seconds, seconds)


def analysis_of(*moods: Mood, seconds: float = 0.0, sizes: tuple[float, ...] = ()) -> Analysis:
    readings = tuple(
        replace(reading(seconds, HAPPY, face_id=number), box=FaceBox(0.0, 0.0, size, size))
        for number, size in enumerate(sizes)
    )
    return Analysis(frame_at(seconds), (), readings, moods, {})


def mood(emotion: Emotion | None, face_id: int = 0) -> Mood:
    return Mood(0.0, face_id, emotion, 0.9, affect_of(HAPPY), HAPPY)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return Classifier.load(write_model(tmp_path_factory.mktemp("model")))


@pytest.fixture
def analyser(face_model: Path, classifier: Classifier) -> Iterator[Analyser]:
    with FaceFinder(face_model) as finder:
        yield Analyser(finder, classifier)


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer.pipeline, "FIRST_RETRY_SECONDS", 0.02)


class SlowAnalyser(Analyser):
    """Needs no model: as slow as told, sees nobody; may fail."""

    def __init__(self, seconds: float = 0.0, error: Exception | None = None) -> None:
        self._seconds, self._error = seconds, error

    def analyse(self, frame: Frame) -> Analysis:
        time.sleep(self._seconds)
        if self._error:
            raise self._error
        return Analysis(frame, (), (), (), {})


class Camera(ReopenableSource):
    """A camera as a test machine lacks one: gives grey pictures, vanishes once, is found again at the third try."""

    def __init__(self, pictures: int = 3, comes_back: bool = True) -> None:
        self._left = self._pictures = pictures
        self._comes_back = comes_back
        self._index = self.tries = self.losses = 0
        self.closed = False

    @property
    def name(self) -> str:
        return "camera 0"

    def read(self) -> Frame | None:
        if self.losses and not self._left:
            return None
        if not self._left:
            self.losses += 1
            raise SourceStopped("camera 0: gives no more pictures; was it unplugged?")
        self._left -= 1
        self._index += 1
        now = time.monotonic()
        return Frame(np.full((48, 64, 3), 90, np.uint8), self._index, now, now)

    def reopen(self) -> None:
        self.tries += 1
        if self.tries < 3 or not self._comes_back:
            raise SourceError("camera 0: cannot be opened")
        self._left = self._pictures

    def close(self) -> None:
        self.closed = True


def run_to_end(make: Callable[[Callable[[PipelineEvent], None]], LivePipeline]) -> list[PipelineEvent]:
    """Start a pipeline, wait until it says that it ended or failed, and give all that it published."""
    inbox: SimpleQueue[PipelineEvent] = SimpleQueue()
    pipeline = make(inbox.put)
    pipeline.start()
    events: list[PipelineEvent] = []
    while not events or not isinstance(events[-1], SourceEnded | Failed):
        events.append(inbox.get(timeout=PATIENCE_SECONDS))
    pipeline.stop()
    return events


def of_kind(events: list[PipelineEvent], kind: type[PipelineEvent]) -> list[PipelineEvent]:
    return [event for event in events if isinstance(event, kind)]


def test_a_clip_gives_a_reading_and_a_mood_for_every_frame_and_the_same_ones_again(
    face_model: Path, classifier: Classifier, smiling_clip: Path
) -> None:
    runs = []
    for _ in range(2):
        with FaceFinder(face_model) as finder, VideoSource(smiling_clip) as source:
            analyser = Analyser(finder, classifier)
            runs.append([analyser.analyse(frame) for frame in source])
    assert len(runs[0]) == 72
    for analysis in runs[0]:
        assert [each.face_id for each in analysis.readings] == [face.face_id for face in analysis.faces]
        found = main_face(analysis)
        assert found is not None
        assert sum(found.probabilities) == pytest.approx(1, abs=1e-5)
        assert analysis.mood_of(found.face_id) is not None
        assert set(analysis.stage_seconds) == {"faces", "crop", "classify", "steady"}
    first, second = ([(analysis.readings, analysis.moods) for analysis in run] for run in runs)
    assert first == second


def test_a_face_that_leaves_is_remembered_as_not_sure(analyser: Analyser, leaving_clip: Path) -> None:
    with VideoSource(leaving_clip) as source:
        analyses = [analyser.analyse(frame) for frame in islice(source, 125)]
    assert main_face(analyses[71]) is not None
    assert all(main_face(analysis) is None for analysis in analyses[80:])
    assert [each.emotion for each in analyses[-1].moods] == [None]


def test_the_person_in_front_is_the_largest() -> None:
    found = main_face(analysis_of(sizes=(80.0, 120.0, 60.0)))
    assert found is not None
    assert found.face_id == 1
    assert main_face(analysis_of()) is None


def test_a_mood_change_names_who_and_from_what_to_what() -> None:
    known = {0: mood(Emotion.HAPPY), 1: mood(Emotion.SAD, 1)}
    now = analysis_of(mood(Emotion.HAPPY), mood(Emotion.ANGRY, 1), mood(None, 2), mood(Emotion.FEAR, 3))
    changes = list(emotion_changes(known, now))
    assert [(c.face_id, c.before.emotion, c.after.emotion) for c in changes] == [
        (1, Emotion.SAD, Emotion.ANGRY),
        (3, None, Emotion.FEAR),
    ]


def test_unrelated_pictures_are_not_smoothed(tmp_path: Path, smiling_clip: Path) -> None:
    import cv2

    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((48, 64, 3), np.uint8))
    patience = SteadySettings()
    assert settings_for(FolderSource(tmp_path), patience) is STILLS
    with VideoSource(smiling_clip) as source:
        assert settings_for(source, patience) is patience


def test_live_a_clip_is_captured_analysed_and_ended(analyser: Analyser, smiling_clip: Path) -> None:
    made: list[LivePipeline] = []

    def make(publish: Callable[[PipelineEvent], None]) -> LivePipeline:
        made.append(LivePipeline(PacedSource(VideoSource(smiling_clip), loop=False), analyser, publish))
        return made[0]

    events = run_to_end(make)
    observed = [event.analysis for event in events if isinstance(event, Observed)]
    assert isinstance(events[-1], SourceEnded)
    assert len(of_kind(events, Captured)) == 72
    assert len(observed) + made[0].dropped == 72
    indices = [analysis.frame.index for analysis in observed]
    assert indices == sorted(set(indices))
    assert all(analysis.frame.image.size == 0 for analysis in observed)
    assert made[0].preview.take(0) is not None


def test_pixels_are_kept_for_those_who_ask() -> None:
    events = run_to_end(lambda publish: LivePipeline(Camera(), SlowAnalyser(), publish, keep_pixels=True))
    observed = [event.analysis for event in events if isinstance(event, Observed)]
    assert observed[-1].frame.image.shape == (48, 64, 3)


def test_a_camera_that_vanishes_is_taken_up_again() -> None:
    camera = Camera()
    events = run_to_end(lambda publish: LivePipeline(camera, SlowAnalyser(), publish))
    told = [type(event) for event in events if isinstance(event, SourceLost | SourceRestored | SourceEnded)]
    assert told == [SourceLost, SourceRestored, SourceEnded]
    assert len(of_kind(events, Captured)) == 6
    assert camera.closed


def test_a_camera_that_stays_away_does_not_keep_the_program_from_ending() -> None:
    went = threading.Event()
    pipeline = LivePipeline(
        Camera(comes_back=False), SlowAnalyser(), lambda e: went.set() if isinstance(e, SourceLost) else None
    )
    pipeline.start()
    assert went.wait(PATIENCE_SECONDS)
    pipeline.stop()
    pipeline.stop()
    assert not [thread for thread in threading.enumerate() if thread.name in ("capture", "inference")]


def test_a_slow_analysis_works_on_the_latest_frame_and_counts_what_it_missed() -> None:
    made: list[LivePipeline] = []

    def make(publish: Callable[[PipelineEvent], None]) -> LivePipeline:
        made.append(LivePipeline(Camera(pictures=200), SlowAnalyser(0.05), publish))
        return made[0]

    events = run_to_end(make)
    observed = [event.analysis.frame.index for event in events if isinstance(event, Observed)]
    captured = of_kind(events, Captured)
    assert made[0].dropped == len(captured) - len(observed) > 0
    assert observed[-1] == len(captured)


@pytest.mark.parametrize("error", [RuntimeError("broken"), SourceError("camera 0: no")])
def test_an_exception_in_a_thread_becomes_an_event(error: Exception) -> None:
    events = run_to_end(lambda publish: LivePipeline(Camera(), SlowAnalyser(error=error), publish))
    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.error is error


def test_a_source_that_fails_for_good_is_told() -> None:
    class Broken(Camera):
        def read(self) -> Frame | None:
            raise SourceError("camera 0: broken")

    events = run_to_end(lambda publish: LivePipeline(Broken(), SlowAnalyser(), publish))
    assert isinstance(events[-1], Failed)


def test_the_pixels_can_be_left_behind() -> None:
    slim = analysis_of(seconds=2.0).without_pixels()
    assert slim.frame.image.shape == (0, 0, 3)
    assert slim.frame.time_seconds == 2.0
