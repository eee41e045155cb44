"""From frames to moods: the stages in a row, for files one frame after another, for cameras in threads.

Live, one thread reads the source without pause and leaves each frame in a slot; a second takes the latest one through
all stages. Both publish small frozen events and touch nothing else, so that the program around them stays free of
locks. An exception in a thread becomes an event too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Thread

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import Affect, Mood, Reading
from recognizer.circumplex import affect_of
from recognizer.classify import Classifier
from recognizer.crop import crop_for
from recognizer.errors import SonrisaError, SourceError, SourceStopped
from recognizer.exit import close_at_exit
from recognizer.faces import Face, FaceFinder
from recognizer.frames import Frame, FrameSource, ReopenableSource
from recognizer.quality import quality
from recognizer.rows import Row
from recognizer.slot import LatestSlot
from recognizer.steady import STILLS, Baseline, Steadier, SteadySettings

LOG = logging.getLogger(__name__)
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 5.0
STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """All that was found in one frame.

    `faces` and `readings` belong together one by one; `moods` holds everybody who is still remembered, the ones out
    of sight included. `stage_seconds` says how long "faces", "crop", "classify" and "steady" took. `baselines` are
    the resting faces that the moods were measured against, by face id.
    """

    frame: Frame
    faces: tuple[Face, ...]
    readings: tuple[Reading, ...]
    moods: tuple[Mood, ...]
    stage_seconds: dict[str, float]
    baselines: dict[int, Baseline] = field(default_factory=dict)

    def mood_of(self, face_id: int) -> Mood | None:
        """The steadied mood of one person; None for somebody unknown."""
        return next((mood for mood in self.moods if mood.face_id == face_id), None)

    @property
    def rows(self) -> tuple[Row, ...]:
        """One row for each face in sight."""
        return tuple(Row(reading, self.mood_of(reading.face_id)) for reading in self.readings)

    def without_pixels(self) -> Analysis:
        """The same with an empty picture, so that a queue of these stays small."""
        return replace(self, frame=replace(self.frame, image=np.empty((0, 0, 3), np.uint8)))


def main_face(analysis: Analysis) -> Reading | None:
    """The person in front: the largest face in sight, the oldest of equals; None with nobody in sight."""
    return max(analysis.readings, key=lambda each: (each.box.area_px, -each.face_id), default=None)


@dataclass(frozen=True, slots=True)
class EmotionChange:
    """A person's steadied emotion, before and after it became another one."""

    before: Mood
    after: Mood

    @property
    def face_id(self) -> int:
        """Who it is."""
        return self.after.face_id


def emotion_changes(before: Mapping[int, Mood], analysis: Analysis) -> Iterator[EmotionChange]:
    """Whose emotion differs from the mood known `before` (by face id); a new person starts at "not sure"."""
    for mood in analysis.moods:
        old = before.get(mood.face_id) or replace(mood, emotion=None, affect=Affect(0.0, 0.0))
        if old.emotion is not mood.emotion:
            yield EmotionChange(old, mood)


def settings_for(source: FrameSource, settings: SteadySettings) -> SteadySettings:
    """Steadying fit for a source: unrelated pictures are judged each by itself."""
    return settings if source.consecutive else STILLS


class Analyser:
    """Takes one frame after another through all stages; the same frames give the same results.

    Not for several threads at once. Closing it closes the finder.
    """

    def __init__(
        self, finder: FaceFinder, classifier: Classifier, settings: SteadySettings | None = None
    ) -> None:
        self._finder = finder
        self._classifier = classifier
        self._steadier = Steadier(settings)

    def analyse(self, frame: Frame) -> Analysis:
        """Find the faces, read each, and steady what was read."""
        watch = _Stopwatch()
        with watch("faces"):
            faces = self._finder.find(frame)
        with watch("crop"):
            spec = self._classifier.card.input
            crops = [crop_for(spec, frame.image, face.landmarks_px) for face in faces]
        with watch("classify"):
            probabilities = self._classifier.probabilities(np.stack(crops)) if crops else ()
        with watch("steady"):
            readings = tuple(
                _reading(frame, face, crop, tuple(map(float, row)))
                for face, crop, row in zip(faces, crops, probabilities, strict=True)
            )
            moods = self._steadier.update(readings, frame.time_seconds)
        return Analysis(frame, faces, readings, moods, watch.seconds, self._steadier.baselines)

    def adopt(self, face_id: int, baseline: Baseline) -> None:
        """Measure this person against a known resting face from the next frame on; any thread may call this."""
        self._steadier.adopt(face_id, baseline)

    def close(self) -> None:
        """Let go of the face model."""
        self._finder.close()


class _Stopwatch:
    """Measures named stages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - started


def _reading(frame: Frame, face: Face, crop: NDArray[np.uint8], probabilities: tuple[float, ...]) -> Reading:
    return Reading(
        time_seconds=frame.time_seconds,
        frame_index=frame.index,
        face_id=face.face_id,
        box=face.box,
        probabilities=probabilities,
        affect=affect_of(probabilities),
        pose=face.pose,
        blendshapes=tuple(map(float, face.blendshapes)),
        quality=quality(face, crop, frame.image.shape[:2]),
    )


@dataclass(frozen=True, slots=True)
class Captured:
    """A frame has arrived. `source_seconds` is its own time, `captured_seconds` is `time.monotonic()`.

    `media_seconds` is the position within the recording, None for a camera or stream.
    """

    frame_index: int
    source_seconds: float
    captured_seconds: float
    media_seconds: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """A frame was analysed; its picture is left out unless the pipeline was asked to keep it."""

    analysis: Analysis


@dataclass(frozen=True, slots=True)
class SourceLost:
    """The camera or stream vanished; it is being tried again. `message` is one line for people."""

    message: str


@dataclass(frozen=True, slots=True)
class SourceRestored:
    """The camera or stream is back."""


@dataclass(frozen=True, slots=True)
class SourceEnded:
    """The source has no more frames, and all that were taken have been analysed."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The pipeline cannot go on. `str(error)` is one line for people where it is a SonrisaError."""

    error: Exception


def _captured(frame: Frame) -> Captured:
    return Captured(frame.index, frame.time_seconds, frame.captured_seconds, frame.media_seconds)


PipelineEvent = Captured | Observed | SourceLost | SourceRestored | SourceEnded | Failed
Publish = Callable[[PipelineEvent], None]


class LivePipeline:
    """Runs a source and an analyser in two threads and publishes what happens.

    `publish` is called from both threads and must only hand the event on (a queue's `put`). `preview` holds the latest
    frame for whoever draws it. The pipeline closes the source when its thread ends, and leaves the analyser open.
    A recording that is not paced loses the frames for which there is no time: wrap it in PacedSource, or use
    Analyser alone.
    """

    def __init__(
        self, source: FrameSource, analyser: Analyser, publish: Publish, keep_pixels: bool = False
    ) -> None:
        self.preview: LatestSlot[Frame] = LatestSlot()
        self._source = source
        self._analyser = analyser
        self._publish = publish
        self._keep_pixels = keep_pixels
        self._latest: LatestSlot[Frame] = LatestSlot()
        self._stop = Event()
        self._threads = [
            Thread(target=self._guard, args=(work,), name=name, daemon=True)
            for name, work in (("capture", self._capture), ("inference", self._infer))
        ]

    @property
    def dropped(self) -> int:
        """How many frames were overtaken by newer ones before the analysis got to them."""
        return self._latest.dropped

    def start(self) -> None:
        """Start both threads; once only. A program that ends stops them."""
        close_at_exit(self.stop)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask both threads to end and wait for them a few seconds; more than once is fine."""
        self._stop.set()
        self._latest.close()
        self.preview.close()
        for thread in reversed(self._threads):
            if thread.is_alive():
                thread.join(STOP_SECONDS)
                if thread.is_alive():
                    LOG.warning("the %s thread does not end; it is left behind", thread.name)

    def _guard(self, work: Callable[[], None]) -> None:
        """Turn whatever goes wrong in a thread into an event."""
        try:
            work()
        except SonrisaError as error:
            self._publish(Failed(error))
            self._stop.set()
        except Exception as error:
            LOG.exception("the pipeline failed")
            self._publish(Failed(error))
            self._stop.set()
        finally:
            self._latest.close()

    def _capture(self) -> None:
        """Read as fast as frames come, never waiting for the analysis."""
        with self._source:
            while not self._stop.is_set():
                try:
                    frame = self._source.read()
                except SourceStopped as loss:
                    self._regain(loss)
                    continue
                if frame is None:
                    return
                self._publish(_captured(frame))
                self._latest.put(frame)
                self.preview.put(frame)

    def _regain(self, loss: SourceStopped) -> None:
        """Try to get a vanished source back, at growing intervals; raises the loss where that is impossible."""
        if not isinstance(self._source, ReopenableSource):
            raise loss
        self._publish(SourceLost(str(loss)))
        pause = FIRST_RETRY_SECONDS
        while not self._stop.wait(pause):
            pause = min(2 * pause, LONGEST_RETRY_SECONDS)
            try:
                self._source.reopen()
            except SourceError:
                continue
            self._publish(SourceRestored())
            return

    def _infer(self) -> None:
        """Analyse the latest frame, again and again."""
        while not self._stop.is_set():
            frame = self._latest.take(None)
            if frame is None:
                break
            analysis = self._analyser.analyse(frame)
            self._publish(Observed(analysis if self._keep_pixels else analysis.without_pixels()))
        if not self._stop.is_set():
            self._publish(SourceEnded())
