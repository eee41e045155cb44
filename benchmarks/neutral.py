"""`python -m benchmarks.neutral`: do faces that always look sad read neutral after the ten-second capture?

Neutral pictures of real people (`--pictures`) come to life: they move a little, and the light changes. The model takes
many of them for sad or angry. Ten seconds are for the capture, then the camera stands elsewhere: farther away, darker
and tilted. Each person is read three times: with no baseline, with the one learned along the way, and captured.

The other half is the cost. Real clips and the demo clip show a face at rest and then an expression; what is captured
from the rest must not take the expression away.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.footage import Take, swung, takes, varied
from benchmarks.report import emit, show
from benchmarks.steadying import EMOTION_MODEL, REPOSITORY, clips_folder, enlarged
from player.people.neutral import Capture, Captured, CaptureFailed, begin, take
from recognizer.affect import Emotion, Reading
from recognizer.capture import FolderSource
from recognizer.classify import Classifier
from recognizer.errors import SonrisaError
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, Image
from recognizer.pipeline import Analyser, main_face
from recognizer.steady import Baseline, SteadySettings, SteadyState, step

RATE = 8.0
"""Pictures a second: what a slow machine analyses."""
WANTED_SECONDS, CAPTURE_SECONDS, LATER_SECONDS = 10.0, 11.0, 6.0
SETTLED_SECONDS = 1.0
"""The first second after a change is not judged: the steadying may take its time."""
WAYS = ("no baseline", "learned", "captured")
DEMO = REPOSITORY / "player" / "assets" / "demo.mp4"


@dataclass(frozen=True, slots=True)
class Watched:
    """One person's readings: those of the resting face, and what came later, which really is `emotion`."""

    name: str
    rest: tuple[Reading, ...]
    later: tuple[Reading, ...]
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class CaptureCounts:
    """`rest_read_as` is what the single pictures of the resting face say on average.

    `right` is, for each of WAYS, the share of the time later in which the steadied mood was the true one, and
    `refused` why there was no capture; empty where there was.
    """

    name: str
    emotion: Emotion
    rest_read_as: Emotion
    right: dict[str, float]
    refused: str


def watch(
    name: str, rest: Iterable[Image], later: Iterable[Image], emotion: Emotion, model: Classifier
) -> Watched:
    """Let the recogniser see the two sequences of pictures, one after the other."""
    parts: list[list[Reading]] = []
    with FaceFinder(max_faces=1) as finder:
        analyser, index = Analyser(finder, model), 0
        for images in (rest, later):
            found = []
            for image in images:
                now = index / RATE
                index += 1
                reading = main_face(analyser.analyse(Frame(image, index, now, now)))
                if reading is not None:
                    found.append(replace(reading, face_id=0))
            parts.append(found)
    return Watched(name, tuple(parts[0]), tuple(parts[1]), emotion)


def outcome(person: Watched) -> CaptureCounts:
    """Read one person in all WAYS."""
    captured = capture(person.rest)
    refused = captured.why if isinstance(captured, CaptureFailed) else ""
    starts = {
        "no baseline": (SteadySettings(baseline_seconds=0.0), Baseline()),
        "learned": (SteadySettings(), Baseline()),
        "captured": (SteadySettings(), captured.baseline if isinstance(captured, Captured) else Baseline()),
    }
    mean = np.mean([each.probabilities for each in person.rest], axis=0)
    return CaptureCounts(
        person.name,
        person.emotion,
        list(Emotion)[int(mean.argmax())],
        {way: share_right(person, settings, baseline) for way, (settings, baseline) in starts.items()},
        refused,
    )


def capture(rest: Sequence[Reading]) -> Captured | CaptureFailed:
    """What the player's own capture makes of a resting face."""
    state = begin(rest[0].time_seconds, WANTED_SECONDS)
    for reading in rest:
        result = take(state, [reading], reading.time_seconds)
        if not isinstance(result, Capture):
            return result
        state = result
    return CaptureFailed(str(state.obstacle or "too little was seen"))


def share_right(person: Watched, settings: SteadySettings, baseline: Baseline) -> float:
    """The share of the time after the rest in which the steadied mood is the true one."""
    state = SteadyState(baseline=baseline)
    for reading in person.rest:
        state, _ = step(state, reading, settings)
    judged = []
    for reading in person.later:
        state, mood = step(state, reading, settings)
        if reading.time_seconds - person.later[0].time_seconds >= SETTLED_SECONDS:
            judged.append(mood.emotion is person.emotion)
    return float(np.mean(judged)) if judged else 0.0


def people(pictures: Path, most: int, model: Classifier) -> Iterator[Watched]:
    """The first pictures of a folder with a face that can be found, each brought to life; all of them are neutral."""
    with FolderSource(pictures) as folder:
        for seed, frame in enumerate(islice(folder, most)):
            dice, portrait = np.random.default_rng(seed), enlarged(frame.image)
            rest = (varied(portrait, dice) for _ in range(round(CAPTURE_SECONDS * RATE)))
            later = (varied(elsewhere(portrait), dice) for _ in range(round(LATER_SECONDS * RATE)))
            seen = watch(str(seed), rest, later, Emotion.NEUTRAL, model)
            if seen.rest and seen.later:
                yield seen


def elsewhere(picture: Image) -> Image:
    """The same person from a little farther away, with the head tilted by 5 degrees, in less light."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 5.0, 0.85)
    moved = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved * 0.8, np.uint8)


def performers(clips: Sequence[Take], model: Classifier) -> Iterator[Watched]:
    """Each clip's rest, played back and forth for the capture, then its expression."""
    for seed, clip in enumerate(clips):
        dice = np.random.default_rng(seed)
        stride = max(1, round(clip.frames_per_second / RATE))
        rest = (varied(swung(clip.rest, n * stride), dice) for n in range(round(CAPTURE_SECONDS * RATE)))
        shown = (varied(swung(clip.shown, n * stride), dice) for n in range(round(LATER_SECONDS * RATE)))
        yield watch(clip.name, rest, shown, clip.emotion, model)


def summary(outcomes: Sequence[CaptureCounts]) -> dict[str, Any]:
    """The mean shares of the time read right, and how many captures were refused."""
    return {
        "faces": len(outcomes),
        "refused": sum(bool(each.refused) for each in outcomes),
        "right_share": {
            way: round(float(np.mean([each.right[way] for each in outcomes])), 3) for way in WAYS
        },
    }


def by_rest(outcomes: Sequence[CaptureCounts]) -> dict[str, dict[str, Any]]:
    """The summary for everybody, and for those whom the model takes for something while they are neutral."""
    groups = {"everybody": list(outcomes)}
    for emotion in Emotion:
        rows = [each for each in outcomes if each.rest_read_as is emotion]
        if rows:
            groups[f"rest reads as {emotion}"] = rows
    return {name: summary(rows) for name, rows in groups.items()}


def measure(pictures: Path | None, clips: Path, most: int, card: Path) -> dict[str, Any]:
    """Both halves, as they are printed. Raises SourceError where a folder holds nothing to use."""
    model = Classifier.load(card)
    result: dict[str, Any] = {}
    if pictures is not None:
        result["neutral_people"] = by_rest([outcome(person) for person in people(pictures, most, model)])
    shown = [outcome(person) for person in performers(takes(clips, DEMO), model)]
    result["expressions"] = {each.name: {"meant": str(each.emotion), **each.right} for each in shown}
    result["expressions_refused"] = [f"{each.name}: {each.refused}" for each in shown if each.refused]
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.neutral", description=__doc__)
    parser.add_argument(
        "--clips", type=Path, default=clips_folder(), help="folder of the clips with known onsets"
    )
    parser.add_argument(
        "--pictures", type=Path, help="folder of pictures of neutral faces, cut out as in FER2013"
    )
    parser.add_argument("--most", type=int, default=60, help="so many of the pictures (default: %(default)s)")
    parser.add_argument("--model", type=Path, default=EMOTION_MODEL, help="card of the emotion model")
    options = parser.parse_args(argv)
    try:
        result = measure(options.pictures, options.clips, options.most, options.model)
    except SonrisaError as error:
        print(f"benchmarks.neutral: {error}", file=sys.stderr)
        return error.exit_code
    _show(result)
    emit(result)
    return 0


def _show(result: dict[str, Any]) -> None:
    groups = result.get("neutral_people", {})
    rows = [
        (name, one["faces"], one["refused"], *one["right_share"].values()) for name, one in groups.items()
    ]
    show("Neutral people: share of the time read neutral", ("people", "faces", "refused", *WAYS), rows)
    shown = [(name, one["meant"], *(one[way] for way in WAYS)) for name, one in result["expressions"].items()]
    show("Expressions: share of the time read as meant", ("clip", "meant", *WAYS), shown)


if __name__ == "__main__":
    sys.exit(main())
