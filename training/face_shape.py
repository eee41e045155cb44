"""`python -m training.face_shape`: fit how the player compares the shapes of faces, from rendered people.

Each person is drawn once with every emotion, and with another head pose, light and lens each time. Linear discriminant
analysis then finds the directions in which people differ more than the pictures of one person do. Real people with
several pictures each would be better; free ones are not to be had.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from tqdm import tqdm

from recognizer.affect import EMOTIONS, Emotion
from recognizer.errors import OutputError, SonrisaError
from recognizer.face_shape import Shape, at_rest, is_frontal, mean_shape, shape_of, turned_onto
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, Image
from recognizer.whole_file import replacing
from training.commands.shared import at_least_one
from training.errors import DataError
from training.synthesis.rendered.generator import RenderedGenerator
from training.synthesis.request import AgeGroup, Ethnicity, FaceRequest, Gender

OUT = Path(__file__).resolve().parent.parent / "player" / "assets" / "face_shape.npz"
ADULTS = (AgeGroup.TEENAGER, AgeGroup.YOUNG_ADULT, AgeGroup.MIDDLE_AGED, AgeGroup.ELDERLY)
SIZE_PX = 256
FIRST_SEED = 1000
INTENSITY = 0.8
FEWEST_PICTURES = 4
DIRECTIONS = 20
SHRINKAGE = 0.02
"""Towards equal variances: there are hardly more pictures than coordinates."""


def person(index: int) -> list[FaceRequest]:
    """All pictures of one person; the seed makes the person, and pose and light are drawn after the emotion's share."""
    groups = list(product(ADULTS, Gender, Ethnicity))
    age, gender, ethnicity = groups[np.random.default_rng(0).permutation(len(groups))[index % len(groups)]]
    return [
        FaceRequest(
            emotion,
            seed=FIRST_SEED + index,
            intensity=1.0 if emotion is Emotion.NEUTRAL else INTENSITY,
            age_group=age,
            gender=gender,
            ethnicity=ethnicity,
        )
        for emotion in EMOTIONS
    ]


def shapes_in(images: Sequence[Image], finder: FaceFinder) -> list[Shape]:
    """The shapes that the player would measure in pictures of one person: from the front, and nearly at rest."""
    found = (finder.find(Frame(image, index, 0.0, 0.0)) for index, image in enumerate(images))
    faces = [several[0] for several in found if several]
    return [shape_of(face) for face in faces if is_frontal(face.pose) and at_rest(face.blendshapes)]


def rendered(count: int) -> Iterator[list[Shape]]:
    """The shapes of so many people."""
    with RenderedGenerator() as generator, FaceFinder(max_faces=1, consecutive=False) as finder:
        for index in tqdm(range(count), unit="person"):
            yield shapes_in([generator.generate(each, SIZE_PX).image for each in person(index)], finder)


def fitted(people: Sequence[Sequence[Shape]]) -> tuple[Shape, NDArray[np.float64]]:
    """The mean shape, and the directions [SHAPE_SIZE, DIRECTIONS] in units of the spread within one person.

    Raises DataError for fewer people than directions.
    """
    enough = [shapes for shapes in people if len(shapes) >= FEWEST_PICTURES]
    if len(enough) <= DIRECTIONS:
        raise DataError(f"{len(enough)} people are too few for {DIRECTIONS} directions; ask for more")
    everything = [shape for shapes in enough for shape in shapes]
    reference = mean_shape(everything)
    turned = np.array(
        [turned_onto(reference.reshape(-1, 3), each.reshape(-1, 3)).ravel() for each in everything]
    )
    whose = np.repeat(np.arange(len(enough)), [len(shapes) for shapes in enough])
    model = LinearDiscriminantAnalysis(solver="eigen", shrinkage=SHRINKAGE).fit(turned, whose)
    return reference, np.asarray(model.scalings_[:, :DIRECTIONS], np.float64)


def main(argv: Sequence[str] | None = None) -> int:
    """Fit and write; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.face_shape", description=__doc__)
    parser.add_argument(
        "--people", type=at_least_one, default=40, help="how many to render (default: %(default)s)"
    )
    parser.add_argument("--out", type=Path, default=OUT, help="the file to write (default: %(default)s)")
    options = parser.parse_args(argv)
    try:
        save(options.out, *fitted(list(rendered(options.people))))
    except SonrisaError as error:
        print(f"training.face_shape: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def save(path: Path, reference: Shape, directions: NDArray[np.float64]) -> None:
    """Write the file that the player reads; raises OutputError."""
    try:
        with replacing(path) as file:
            np.savez_compressed(file, reference=reference.astype("<f4"), directions=directions.astype("<f4"))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from error


if __name__ == "__main__":
    sys.exit(main())
