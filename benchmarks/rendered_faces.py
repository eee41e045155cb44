"""How good rendered faces are: are they found, read as meant, and do their muscles move as told?

`python -m benchmarks.rendered_faces --faces 700`: portraits of people of all ages, genders and ethnicities, frontal
and with nothing before the face, go the way of a camera's frames: the landmarker, the crop, the default model. JSON
on standard output, tables on standard error.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import emit, show
from recognizer.affect import EMOTIONS
from recognizer.classify import Classifier
from recognizer.crop import align
from recognizer.errors import SonrisaError
from recognizer.faces import FaceFinder
from recognizer.frames import Frame
from training.synthesis.facs import READINGS, measured_units
from training.synthesis.rendered.animation.action_units import facial_actions
from training.synthesis.rendered.generator import RenderedGenerator
from training.synthesis.request import AgeGroup, Ethnicity, FaceRequest, Gender, SyntheticFace
from training.synthesis.workers import take_one_core

CARD = Path(__file__).resolve().parent.parent / "models" / "emotion.yaml"
SIZE_PX = 112
GROUPS = ("age_group", "gender", "ethnicity")
SHOWN = 0.1
"""Movements that vary less than this over the set (deviation of what was drawn) are not compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One picture: what was asked, what was drawn, and what was seen; probabilities and units are None if unfound."""

    face: SyntheticFace
    probabilities: NDArray[np.float32] | None
    units: NDArray[np.float32] | None

    @property
    def right(self) -> bool:
        """Whether the model named the emotion that was meant."""
        best = None if self.probabilities is None else EMOTIONS[int(self.probabilities.argmax())]
        return best == self.face.request.emotion


def requests(count: int, seed: int, intensity: tuple[float, float] = (0.6, 1.0)) -> list[FaceRequest]:
    """People who take turns through emotions, ages, genders and ethnicities; frontal, unobstructed, in good light."""
    people = list(product(AgeGroup, Gender, Ethnicity))
    rng = np.random.default_rng(seed)
    order = [people[index] for index in rng.permutation(len(people))]
    return [
        FaceRequest(
            EMOTIONS[index % len(EMOTIONS)],
            seed=seed + index,
            intensity=round(float(rng.uniform(*intensity)), 3),
            age_group=order[index // len(EMOTIONS) % len(order)][0],
            gender=order[index // len(EMOTIONS) % len(order)][1],
            ethnicity=order[index // len(EMOTIONS) % len(order)][2],
        )
        for index in range(count)
    ]


def read(faces: Iterable[SyntheticFace], finder: FaceFinder, classifier: Classifier) -> list[Reading]:
    """Look at portraits as the player does."""
    readings = []
    for index, face in enumerate(faces):
        found = finder.find(Frame(face.image, index, float(index), float(index)))
        if len(found) != 1:
            readings.append(Reading(face, None, None))
            continue
        size_px = classifier.card.input.size_px[0]
        colour = "grey" if classifier.card.input.colour == "grey" else "bgr"
        crop = align(face.image, found[0].landmarks_px, size_px, colour)  # type: ignore[arg-type]
        units = measured_units(found[0].blendshapes[None])[0]
        readings.append(Reading(face, classifier.probabilities(crop[None])[0], units))
    return readings


def summary(readings: Sequence[Reading]) -> dict[str, Any]:
    """Shares found, recall by emotion and by group, and agreement of action units."""
    return {
        "faces": len(readings),
        "found_share": _share(reading.units is not None for reading in readings),
        "recall": _share(reading.right for reading in readings),
        "recall_by_emotion": {
            str(emotion): _share(r.right for r in readings if r.face.request.emotion == emotion)
            for emotion in EMOTIONS
        },
        "by_group": {group: _by_group(readings, group) for group in GROUPS},
        "read_as": _read_as(readings),
        "unit_correlation": _agreement(readings),
    }


def _share(truths: Iterable[bool]) -> float:
    values = list(truths)
    return round(sum(values) / len(values), 3) if values else 0.0


def _by_group(readings: Sequence[Reading], group: str) -> dict[str, dict[str, float]]:
    values = sorted({r.face.request.attributes[group] for r in readings})
    rows = {value: [r for r in readings if r.face.request.attributes[group] == value] for value in values}
    return {
        value: {
            "found_share": _share(r.units is not None for r in chosen),
            "recall": _share(r.right for r in chosen),
        }
        for value, chosen in rows.items()
    }


def _read_as(readings: Sequence[Reading]) -> dict[str, dict[str, float]]:
    """Mean probabilities for each meant emotion."""
    table = {}
    for emotion in EMOTIONS:
        rows = [
            r.probabilities
            for r in readings
            if r.face.request.emotion == emotion and r.probabilities is not None
        ]
        if rows:
            mean = np.mean(rows, axis=0)
            table[str(emotion)] = {
                str(name): round(float(p), 2) for name, p in zip(EMOTIONS, mean, strict=True)
            }
    return table


def _agreement(readings: Sequence[Reading]) -> dict[str, float]:
    """Correlation between the movement that was drawn and the measured one, for each unit that MediaPipe can tell.

    Units work together (9 lowers the brows too), so what counts is the movement that all of them make.
    """
    seen = [r for r in readings if r.units is not None]
    if len(seen) < 3:
        return {}
    measured = np.array([r.units for r in seen])
    moved = [facial_actions(r.face.action_units) for r in seen]
    table = {}
    for column, (unit, reading) in enumerate(READINGS.items()):
        drawn = np.array(
            [np.mean([actions.get(name, 0.0) for name in reading.blendshapes]) for actions in moved]
        )
        if drawn.std() > SHOWN and measured[:, column].std() > 0:
            table[f"AU{unit}"] = round(float(np.corrcoef(drawn, measured[:, column])[0, 1]), 2)
    return table


def generate_all(
    generator: RenderedGenerator, wanted: Sequence[FaceRequest], size_px: int
) -> tuple[list[SyntheticFace], float]:
    """The pictures, and the CPU seconds each took; the first one, which opens everything, is not counted."""
    generator.generate(wanted[0], size_px)
    start = time.process_time()
    faces = [generator.generate(request, size_px) for request in wanted]
    return faces, (time.process_time() - start) / len(faces)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 where it cannot."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.rendered_faces", description=(__doc__ or "").splitlines()[0]
    )
    options.add_argument("--faces", type=int, default=350, help="how many portraits (default %(default)s)")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument(
        "--size-px", type=int, default=SIZE_PX, help="side of the portraits (default %(default)s)"
    )
    chosen = options.parse_args(argv)
    take_one_core()
    try:
        classifier = Classifier.load(CARD)
        with RenderedGenerator() as generator, FaceFinder(consecutive=False) as finder:
            faces, cpu_seconds = generate_all(generator, requests(chosen.faces, chosen.seed), chosen.size_px)
            result = summary(read(faces, finder, classifier))
    except SonrisaError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    recalls = result["recall_by_emotion"]
    show("Read as meant by the default model", ("emotion", "recall"), list(recalls.items()))
    for group, rows in result["by_group"].items():
        show(group, (group, "found", "recall"), [(n, r["found_share"], r["recall"]) for n, r in rows.items()])
    emit({**result, "size_px": chosen.size_px, "cpu_seconds_per_face": round(cpu_seconds, 3)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
