"""Clips of a rendered viewer: from neutral an expression rises, holds and falls, and every frame's muscles are known.

For the player's demo clip, for viewers of test advertisements, and as ground truth for steadying.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from recognizer.affect import EMOTIONS, Emotion
from recognizer.errors import OutputError
from recognizer.video_writer import VideoWriter
from recognizer.whole_file import placing
from training.synthesis.rendered.animation.action_units import scale
from training.synthesis.rendered.animation.expression import sample_expression
from training.synthesis.rendered.animation.motion import Character, Performance, Plan, timeline
from training.synthesis.rendered.assets.hairstyles import ScalpHair
from training.synthesis.rendered.assets.head_template import MIDDLE, Detail, HeadTemplate
from training.synthesis.rendered.engine.lens import Lens, through
from training.synthesis.rendered.engine.renderer import Renderer
from training.synthesis.rendered.engine.shading import Image
from training.synthesis.rendered.people.person import Person, Pose
from training.synthesis.rendered.people.sampling import sample_appearance, sample_identity
from training.synthesis.rendered.people.traits import sample_traits
from training.synthesis.rendered.scene.portrait import Portrait
from training.synthesis.rendered.scene.staging import obstruct, sample_backdrop, sample_film, sample_light
from training.synthesis.rendered.scene.values import Camera, Scene
from training.synthesis.request import ActionUnits, AgeGroup, Ethnicity, Gender, Lighting, Obstruction


def check_target(out: Path) -> None:
    """Raise OutputError where a clip cannot be written to `out`, before minutes of work are spent on it."""
    if out.suffix != ".mp4":
        raise OutputError(f"{out}: the clip is MPEG-4; give it a name that ends in .mp4")
    if not out.parent.is_dir():
        raise OutputError(f"{out.parent}: no such folder; make it first")


def write_clip(out: Path, images: Iterable[Image], frames_per_second: float) -> None:
    """Encode BGR `images`, all of one size, as MPEG-4; raises OutputError where `out` cannot be written."""
    check_target(out)
    try:
        with placing(out, out.suffix) as partial, VideoWriter(partial, frames_per_second, shown=out) as video:
            for index, image in enumerate(images):
                video.write(image, index / frames_per_second)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror})") from error


CLIP_VERSION = "2"
"""Of how people act in clips and how these are filmed; the generator's version tells of the faces themselves."""
STILL_PX = 0.8
"""Frames between two rendered ones are blends where nothing moves further than this."""
UNIT_PX, DEGREE_PX = 22.0, 2.6
"""About how far the fastest point of a 480 px high picture moves for one action unit or one degree of the head."""
SUPERSAMPLE = 1.5
GAZE_UNITS = (61, 62, 63, 64)
CLIP_CAMERA = Camera()


@dataclass(frozen=True, slots=True)
class ClipRequest:
    """One clip of one person; equal requests give equal clips.

    `plan`: emotions with their lengths in seconds, rise and fall included; begin with neutral. `intensity` in
    [0, 1] scales the expressions; a face at rest is the same with any.
    """

    plan: Plan
    seed: int
    intensity: float = 1.0
    age_group: AgeGroup = AgeGroup.YOUNG_ADULT
    gender: Gender = Gender.FEMALE
    ethnicity: Ethnicity = Ethnicity.CAUCASIAN
    lighting: Lighting = Lighting.BRIGHT
    obstruction: Obstruction = Obstruction.NONE
    size_px: tuple[int, int] = (640, 480)
    frames_per_second: int = 25
    noise: float = 1.5

    def __post_init__(self) -> None:
        """Raise ValueError for a clip that cannot be made."""
        if not self.plan:
            raise ValueError("a clip needs a plan")
        if not 0 <= self.intensity <= 1:
            raise ValueError("intensities lie between 0 and 1")


@dataclass(frozen=True, slots=True, eq=False)
class ClipFrame:
    """A BGR frame, and what its face does: action units, the emotion shown, how far it has risen (0 to 1), the pose."""

    index: int
    time_seconds: float
    image: Image
    action_units: ActionUnits
    emotion: Emotion
    strength: float
    yaw_degrees: float
    pitch_degrees: float


def sample_character(seed: int, intensity: float) -> Character:
    """How a viewer rests and shows each emotion: the same for equal seeds; `intensity` in [0, 1] scales expressions."""
    rng = np.random.default_rng([seed, 2])
    resting = {12: float(rng.uniform(0.0, 0.1)), 43: float(rng.uniform(0.0, 0.12))}
    units, pitch_degrees = {}, {}
    for index, emotion in enumerate(EMOTIONS):
        # Each emotion has a generator of its own, and is drawn in full: a weak film must not change how others look.
        # Seeds count from 1, for NumPy takes [seed, 2, 0] for [seed, 2].
        drawn = sample_expression(emotion, 1.0, np.random.default_rng([seed, 2, 1 + index]))
        share = 1.0 if emotion is Emotion.NEUTRAL else intensity
        units[emotion] = scale(_beside(resting, drawn.units), share)
        pitch_degrees[emotion] = share * drawn.pitch_degrees
    return Character(units, resting, pitch_degrees)


def _beside(resting: ActionUnits, drawn: ActionUnits) -> ActionUnits:
    """What is drawn, no further than a face that rests like this can go; the motion moves the eyes by itself."""
    return {
        number: min(value, 1.0 - resting.get(number, 0.0))
        for number, value in drawn.items()
        if number not in GAZE_UNITS
    }


@dataclass(frozen=True, slots=True)
class ClipMotion:
    """What a clip shows without its pixels: the performance and the pose of every frame."""

    performance: Performance
    frames_per_second: int
    poses: tuple[Pose, ...] = field(repr=False)

    @classmethod
    def of(cls, request: ClipRequest) -> ClipMotion:
        """The request's act: the person's own way to show each emotion."""
        character = sample_character(request.seed, request.intensity)
        performance = Performance(timeline(request.plan), character, request.seed)
        return cls.acted(performance, request.frames_per_second)

    @classmethod
    def acted(cls, performance: Performance, frames_per_second: int) -> ClipMotion:
        """Every frame's pose of a performance."""
        count = round(performance.length_seconds * frames_per_second)
        poses = tuple(performance.pose_at(index / frames_per_second) for index in range(count))
        return cls(performance, frames_per_second, poses)

    def shown(self, images: Iterator[Image]) -> Iterator[ClipFrame]:
        """Images in order, each with what it shows."""
        for index, (image, pose) in enumerate(zip(images, self.poses, strict=True)):
            time = index / self.frames_per_second
            emotion, risen = self.performance.shown_at(time)
            units = {number: round(value, 4) for number, value in pose.units.items() if value > 0.005}
            yield ClipFrame(index, time, image, units, emotion, risen, pose.yaw_degrees, pose.pitch_degrees)


def render_clip(
    request: ClipRequest, detail: Detail = MIDDLE, show_progress: bool = True
) -> Iterator[ClipFrame]:
    """The frames of a clip, in order; raises RendererError or AnatomyError where this machine cannot draw."""
    rng = np.random.default_rng([request.seed, 1])
    head_template = HeadTemplate.load(detail)
    traits = sample_traits(request.age_group, request.gender, request.ethnicity, rng)
    identity = sample_identity(traits, head_template.model.local_labels, rng)
    look, accessories = obstruct(request.obstruction, sample_appearance(traits, rng), rng)
    light, exposed = sample_light(request.lighting, rng)
    scene = Scene(CLIP_CAMERA, light, sample_backdrop(request.lighting, rng))
    film = sample_film(exposed, look.skin, rng)
    person = Person(head_template, ScalpHair(head_template.model), identity, look, request.seed, accessories)
    act = ClipMotion.of(request)
    width, height = (round(side * SUPERSAMPLE) for side in request.size_px)
    with Renderer(width, height) as renderer:
        portrait = Portrait(renderer, person, scene, film, request.size_px)
        for frame in act.shown(frames(portrait, act.poses, show_progress)):
            lens = Lens(noise=request.noise, seed=request.seed + frame.index)
            yield replace(frame, image=through(lens, frame.image))


def save_clip(request: ClipRequest, out: Path, show_progress: bool = True) -> Path:
    """Write the clip to `out` (.mp4) and its ground truth beside it (.csv, one row a frame); gives the csv's path."""
    check_target(out)
    rows: list[ClipFrame] = []

    def images() -> Iterator[Image]:
        for frame in render_clip(request, show_progress=show_progress):
            rows.append(frame)
            yield frame.image

    write_clip(out, images(), request.frames_per_second)
    truth = out.with_suffix(".csv")
    write_truth(truth, rows)
    return truth


def write_truth(path: Path, rows: Sequence[ClipFrame]) -> None:
    """One row a frame: index, seconds, emotion, strength, head, and each action unit's intensity."""
    numbers = sorted({number for row in rows for number in row.action_units})
    with placing(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        head = ["frame", "seconds", "emotion", "strength", "yaw_degrees", "pitch_degrees"]
        writer.writerow([*head, *(f"AU{number}" for number in numbers)])
        for row in rows:
            told = [row.index, round(row.time_seconds, 4), row.emotion, round(row.strength, 4)]
            turned = [round(row.yaw_degrees, 2), round(row.pitch_degrees, 2)]
            writer.writerow([*told, *turned, *(row.action_units.get(number, 0.0) for number in numbers)])


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


def frames(portrait: Portrait, poses: Sequence[Pose], show_progress: bool = True) -> Iterator[Image]:
    """All frames of a clip in order: rendered ones, and blends of their neighbours in between.

    Progress is shown on a terminal alone, and not where clips are made side by side: their bars would garble it.
    """
    chosen = rendered_frames(poses)
    # None switches the bar off where there is no terminal.
    bar = tqdm(chosen, desc="rendering", unit="frame", disable=None if show_progress else True)
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
