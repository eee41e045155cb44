"""`python -m recognizer SOURCE`: measure every face in a video, a camera's picture, a stream or a folder of images.

`python -m recognizer draft MODEL.onnx` writes a first card for somebody else's emotion model.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event
from types import FrameType
from typing import NoReturn

from tqdm import tqdm

from recognizer.affect import Mood
from recognizer.annotate import AnnotatedVideo, check_video_path
from recognizer.capture import open_source
from recognizer.classify import Classifier
from recognizer.errors import SonrisaError, UsageError
from recognizer.face_model import FACE_MODEL_PATH
from recognizer.faces import FaceFinder
from recognizer.frames import FrameSource
from recognizer.invocation import as_typed
from recognizer.output import log_to_stderr, reader_may_leave
from recognizer.pipeline import (
    Analyser,
    Analysis,
    EmotionChange,
    Failed,
    LivePipeline,
    Observed,
    PipelineEvent,
    SourceEnded,
    SourceLost,
    SourceRestored,
    emotion_changes,
    settings_for,
)
from recognizer.resources import shipped
from recognizer.rows import RowWriter, check_folder, check_rows_path, open_rows
from recognizer.steady import SteadySettings
from recognizer.words import counted, printable

EMOTION_MODEL_PATH = shipped("models", "emotion.yaml")
MOST_FACES = 20
PATIENCE_SECONDS = 0.2
ASSUMED_FRAMES_PER_SECOND = 25.0


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 fine, 1 could not go on, 2 wrong usage."""
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] == ["draft"]:
        from recognizer.draft import main as draft

        return draft(words[1:])
    log_to_stderr(logging.WARNING, "recognizer: ")
    try:
        with reader_may_leave(sys.stdout):
            options = _options(words)
            with _stop_signal() as stop:
                _Run(options, stop).run()
    except SonrisaError as error:
        print(as_typed(f"recognizer: {error}"), file=sys.stderr)
        return error.exit_code
    return 0


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(
        prog=as_typed("python -m recognizer"), description=as_typed(__doc__ or ""), allow_abbrev=False
    )
    parser.add_argument(
        "source", help="a video, a folder of images, an image, an address, or a camera's index"
    )
    parser.add_argument("--out", type=Path, help="rows, one per face and frame: .csv, .jsonl or .parquet")
    parser.add_argument("--video", type=Path, help="the video with what was found drawn into it: .mp4")
    parser.add_argument(
        "--model",
        type=Path,
        default=EMOTION_MODEL_PATH,
        help="the emotion model: its card (.yaml) or file (.onnx)",
    )
    parser.add_argument(
        "--face-model", type=Path, default=FACE_MODEL_PATH, help="MediaPipe's face_landmarker.task"
    )
    parser.add_argument("--faces", type=int, default=4, help="how many faces at most (default: 4)")
    parser.add_argument("--seconds", type=float, help="stop after so much of the source")
    parser.add_argument("--quiet", action="store_true", help="print neither moods nor a progress bar")
    options = parser.parse_args(argv)
    _check(options)
    return options


def _check(options: argparse.Namespace) -> None:
    """Find what cannot work before any work is done."""
    if not 1 <= options.faces <= MOST_FACES:
        raise UsageError(f"--faces must be from 1 to {MOST_FACES}, not {options.faces}")
    if options.seconds is not None and not options.seconds > 0:
        raise UsageError(f"--seconds must be more than 0, not {options.seconds:g}")
    if options.out:
        check_rows_path(options.out)
    if options.video:
        check_video_path(options.video)
        check_folder(options.video)
    for written in filter(None, (options.out, options.video)):
        if written.exists() and Path(options.source).exists() and written.samefile(options.source):
            raise UsageError(f"{written}: would overwrite the source; choose another name")


@contextmanager
def _stop_signal() -> Iterator[Event]:
    """An event that Ctrl-C sets, so that the frame at hand is finished; a second Ctrl-C ends at once."""
    stop = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class _Run:
    """One run of the command: where the analyses come from and where they go."""

    def __init__(self, options: argparse.Namespace, stop: Event) -> None:
        self._options = options
        self._stop = stop
        self._rows: RowWriter | None = None
        self._video: AnnotatedVideo | None = None
        self._moods: dict[int, Mood] = {}
        self._frames = self._row_count = 0
        self._people: set[int] = set()
        self._first_seconds: float | None = None

    def run(self) -> None:
        """Open everything, take in the source, close everything and say what there is now."""
        options = self._options
        with ExitStack() as stack:
            source = stack.enter_context(open_source(options.source))
            finder = stack.enter_context(FaceFinder(options.face_model, options.faces, source.consecutive))
            analyser = Analyser(
                finder, Classifier.load(options.model), settings_for(source, SteadySettings())
            )
            if options.out:
                self._rows = stack.enter_context(open_rows(options.out))
            if options.video:
                rate = source.frames_per_second or ASSUMED_FRAMES_PER_SECOND
                self._video = stack.enter_context(AnnotatedVideo(options.video, rate))
            if source.live:
                self._watch(source, analyser)
            else:
                self._read_whole(source, analyser)
        self._report()

    def _read_whole(self, source: FrameSource, analyser: Analyser) -> None:
        """Every frame of a recording, with a progress bar where somebody looks."""
        hidden = True if self._options.quiet else None
        with tqdm(
            total=source.frame_count, unit="frame", desc=printable(source.name), disable=hidden, leave=False
        ) as bar:
            for frame in source:
                if self._stop.is_set() or self._over(frame.time_seconds):
                    return
                self._take(analyser.analyse(frame))
                bar.update()

    def _watch(self, source: FrameSource, analyser: Analyser) -> None:
        """A camera or stream, until it ends or somebody stops it."""
        inbox: SimpleQueue[PipelineEvent] = SimpleQueue()
        pipeline = LivePipeline(source, analyser, inbox.put, keep_pixels=self._video is not None)
        if not self._options.quiet:
            print(printable(f"{source.name}: watching; Ctrl-C ends"), flush=True)
        pipeline.start()
        try:
            while not self._stop.is_set():
                try:
                    event = inbox.get(timeout=PATIENCE_SECONDS)
                except Empty:
                    continue
                if isinstance(event, SourceEnded) or not self._handle(event):
                    return
        finally:
            pipeline.stop()

    def _handle(self, event: PipelineEvent) -> bool:
        """Deal with one event of the live pipeline; False at the end of the wanted time."""
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, SourceLost):
            print(printable(f"recognizer: {event.message} Trying again."), file=sys.stderr)
        elif isinstance(event, SourceRestored):
            print("recognizer: the source is back", file=sys.stderr)
        elif isinstance(event, Observed):
            if self._over(event.analysis.frame.time_seconds):
                return False
            self._take(event.analysis)
        return True

    def _over(self, now: float) -> bool:
        if self._first_seconds is None:
            self._first_seconds = now
        limit = self._options.seconds
        return limit is not None and now - self._first_seconds >= limit

    def _take(self, analysis: Analysis) -> None:
        """Write one analysis everywhere and tell who changed."""
        self._frames += 1
        for reading in analysis.readings:
            self._people.add(reading.face_id)
            if self._rows:
                self._rows.write(reading, analysis.mood_of(reading.face_id))
                self._row_count += 1
        if self._video:
            self._video.write(analysis)
        for change in emotion_changes(self._moods, analysis):
            self._tell(change)
        self._moods = {mood.face_id: mood for mood in analysis.moods}

    def _tell(self, change: EmotionChange) -> None:
        if not self._options.quiet:
            seconds = change.after.time_seconds - (self._first_seconds or 0.0)
            tqdm.write(f"{_clock(seconds)}  face {change.face_id}  {change.after.word or 'not sure'}")

    def _report(self) -> None:
        if self._options.quiet:
            return
        print(f"{counted(self._frames, 'frame')}, {counted(len(self._people), 'face')}")
        if self._rows:
            print(printable(f"{counted(self._row_count, 'row')} in {self._options.out}"))
        if self._video and self._frames:
            print(printable(f"annotated video in {self._options.video}"))
        if self._stop.is_set():
            print("stopped early: what was measured until then is kept")


def _clock(seconds: float) -> str:
    """Minutes and seconds, for instance 1:04.20."""
    return f"{int(seconds // 60)}:{seconds % 60:05.2f}"


if __name__ == "__main__":
    sys.exit(main())
