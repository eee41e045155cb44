"""`python -m benchmarks.latency`: how long one frame takes, stage by stage and live.

A clip is brought to 640x480 first, so that decoding counts at that size too. Then it is read whole for the stages, and
played like a camera for what a listener gets: delay, frames per second, dropped frames, processor share.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import cv2
import numpy as np

from benchmarks.report import CpuMeter, emit, percentiles, show
from recognizer.capture import PacedSource, VideoSource
from recognizer.classify import Classifier
from recognizer.errors import SonrisaError, SourceError
from recognizer.face_model import FACE_MODEL_PATH
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, Image
from recognizer.pipeline import Analyser, Failed, LivePipeline, Observed, PipelineEvent

REPOSITORY = Path(__file__).resolve().parent.parent
DEMO_CLIP = REPOSITORY / "player" / "assets" / "demo.mp4"
EMOTION_MODEL = REPOSITORY / "models" / "emotion.yaml"
WIDTH_PX, HEIGHT_PX = 640, 480
STAGES = ("decode", "faces", "crop", "classify", "steady", "end to end")
WARM_UP_FRAMES = 30
CLIP_FRAMES = 300


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.latency", description=__doc__)
    parser.add_argument(
        "--clip", type=Path, default=DEMO_CLIP, help="a video with a face (default: the demo)"
    )
    parser.add_argument("--model", type=Path, default=EMOTION_MODEL, help="card of the emotion model")
    parser.add_argument("--frames", type=int, default=600, help="frames for the stages (default: 600)")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the live part (default: 20)")
    options = parser.parse_args(argv)
    try:
        emit(measure(options.clip, options.model, options.frames, options.seconds))
    except SonrisaError as error:
        print(f"benchmarks.latency: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def measure(clip: Path, model: Path, frames: int, seconds: float) -> dict[str, Any]:
    """Both parts, as they are printed. Raises SonrisaError where something is missing."""
    with tempfile.TemporaryDirectory() as folder:
        scaled = Path(folder) / "clip.mp4"
        rate = scale_clip(clip, scaled)
        stages = measure_stages(scaled, model, frames)
        live = measure_live(scaled, model, seconds)
    show(
        f"One frame of {WIDTH_PX}x{HEIGHT_PX}, stage by stage (milliseconds)",
        ("stage", "p50", "p95", "p99"),
        [(name, *stages["stages"][name].values()) for name in STAGES],
    )
    show(
        f"Live: the clip played like a camera at {rate:g} frames per second",
        ("measure", "value"),
        [(name.replace("_", " "), value) for name, value in live.items()],
    )
    return {"clip": clip.name, "size_px": [WIDTH_PX, HEIGHT_PX], "whole": stages, "live": live}


def scale_clip(clip: Path, target: Path) -> float:
    """Write the clip at 640x480, black where its proportions differ; returns its frames per second.

    A short clip is written several times over. Raises SourceError when the clip cannot be read.
    """
    with VideoSource(clip) as source:
        rate = source.frames_per_second or 30.0
        pictures = [_fitted(frame.image) for frame in islice(source, CLIP_FRAMES)]
    writer = cv2.VideoWriter(str(target), cv2.VideoWriter.fourcc(*"mp4v"), rate, (WIDTH_PX, HEIGHT_PX))
    if not writer.isOpened():
        raise SourceError(f"{target}: the scaled clip cannot be written; is the disk full?")
    # There and back again, so that the joint is smooth.
    cycle = pictures + pictures[::-1]
    for index in range(max(CLIP_FRAMES, len(cycle))):
        writer.write(cycle[index % len(cycle)])
    writer.release()
    return rate


def measure_stages(clip: Path, model: Path, frames: int) -> dict[str, Any]:
    """Every stage's time, one frame after another as fast as it goes."""
    samples: dict[str, list[float]] = {name: [] for name in STAGES}
    with FaceFinder(FACE_MODEL_PATH) as finder, VideoSource(clip) as source:
        analyser = Analyser(finder, Classifier.load(model))
        feed = _endless(source)
        for _ in range(WARM_UP_FRAMES):
            analyser.analyse(next(feed)[0])
        faces = 0
        with CpuMeter() as meter:
            for _ in range(frames):
                frame, decode_seconds = next(feed)
                started = time.perf_counter()
                analysis = analyser.analyse(frame)
                whole = decode_seconds + time.perf_counter() - started
                faces += len(analysis.readings)
                for name, taken in {
                    "decode": decode_seconds,
                    **analysis.stage_seconds,
                    "end to end": whole,
                }.items():
                    samples[name].append(taken)
    return {
        "frames": frames,
        "faces_per_frame": round(faces / frames, 3),
        "stages": {name: percentiles(samples[name]) for name in STAGES},
        "frames_per_second": round(frames / meter.wall_seconds, 1),
        **meter.as_row(),
    }


def measure_live(clip: Path, model: Path, seconds: float) -> dict[str, float]:
    """The threads at work: delay from the captured frame to the published reading."""
    inbox: SimpleQueue[tuple[float, PipelineEvent]] = SimpleQueue()
    delays: list[float] = []
    with FaceFinder(FACE_MODEL_PATH) as finder:
        analyser = Analyser(finder, Classifier.load(model))
        source = PacedSource(VideoSource(clip), loop=True)
        pipeline = LivePipeline(source, analyser, lambda event: inbox.put((time.monotonic(), event)))
        pipeline.start()
        with CpuMeter() as meter:
            ends = time.monotonic() + seconds
            while (left := ends - time.monotonic()) > 0:
                try:
                    when, event = inbox.get(timeout=left)
                except Empty:
                    break
                if isinstance(event, Failed):
                    raise event.error
                if isinstance(event, Observed):
                    delays.append(when - event.analysis.frame.captured_seconds)
        pipeline.stop()
    return {
        **{f"delay_{name}": value for name, value in percentiles(delays).items()},
        "frames_per_second": round(len(delays) / meter.wall_seconds, 1),
        "dropped_frames": pipeline.dropped,
        **meter.as_row(),
    }


def _endless(source: VideoSource) -> Iterator[tuple[Frame, float]]:
    """Frames for ever, their times running on, each with the seconds it took to decode."""
    index, offset_seconds, last_seconds = 0, 0.0, 0.0
    step_seconds = 1 / (source.frames_per_second or 30.0)
    while True:
        started = time.perf_counter()
        frame = source.read()
        taken = time.perf_counter() - started
        if frame is None:
            source.rewind()
            offset_seconds = last_seconds + step_seconds
            continue
        last_seconds = frame.time_seconds + offset_seconds
        yield replace(frame, index=index, time_seconds=last_seconds), taken
        index += 1


def _fitted(picture: Image) -> Image:
    """The picture inside 640x480 with its own proportions."""
    scale = min(WIDTH_PX / picture.shape[1], HEIGHT_PX / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sheet = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    height, width = min(small.shape[0], HEIGHT_PX), min(small.shape[1], WIDTH_PX)
    top, left = (HEIGHT_PX - height) // 2, (WIDTH_PX - width) // 2
    sheet[top : top + height, left : left + width] = small[:height, :width]
    return sheet


if __name__ == "__main__":
    sys.exit(main())
