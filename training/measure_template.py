"""Measure where eyes and mouth lie in FER2013's training images: the numbers behind `recognizer.crop.TEMPLATE`.

    python -m training.measure_template fer2013.csv [--images 4000]

Reads the official csv (columns emotion, pixels, Usage), looks for a face in every n-th training image with the same
landmarker as the live program, and prints the medians and the spread as YAML. Each image
counts with its mirror image too: training flips images at random, and chance should not tilt the template.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from recognizer.crop import FACE_SIZE_PX, anchors_of
from recognizer.errors import SonrisaError, SourceError
from recognizer.faces import FaceFinder
from recognizer.frames import Frame
from training.commands.shared import at_least_one

MAGNIFIED_PX = 192
MARGIN_PX = 96
"""The landmarker was trained on faces with something around them: the image is enlarged and given a margin."""

TRAINING_IMAGES = 28_709


def measure(images: Iterable[NDArray[np.uint8]]) -> NDArray[np.float64]:
    """Anchors [n, 3, 2] (left eye, right eye, mouth; fractions of the image's side) of those images with one face."""
    found = []
    with FaceFinder(max_faces=1, consecutive=False) as finder:
        for index, image in enumerate(images):
            faces = finder.find(Frame(magnified(image), index, float(index), 0.0))
            if faces:
                found.append((anchors_of(faces[0].landmarks_px) - MARGIN_PX) / MAGNIFIED_PX)
    return np.array(found).reshape(-1, 3, 2)


def mirrored(anchors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The anchors [n, 3, 2] of the same images seen in a mirror, where the left eye is the right one."""
    return np.abs(anchors[:, [1, 0, 2]] - (1.0, 0.0))


def magnified(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey image [48, 48] as the landmarker sees it best: BGR, enlarged, with its edge repeated around it."""
    big = cv2.resize(image, (MAGNIFIED_PX, MAGNIFIED_PX), interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(big, MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX, cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(framed, cv2.COLOR_GRAY2BGR), np.uint8)


def training_images(path: Path, wanted: int) -> Iterator[NDArray[np.uint8]]:
    """About `wanted` training images, evenly spread over the official csv; raises SourceError."""
    step = max(1, TRAINING_IMAGES // wanted)
    try:
        with path.open(newline="") as file:
            rows = (row for row in csv.DictReader(file) if row["Usage"] == "Training")
            for index, row in enumerate(rows):
                if index % step == 0:
                    yield np.array(row["pixels"].split(), np.uint8).reshape(FACE_SIZE_PX, FACE_SIZE_PX)
    except (OSError, KeyError, ValueError) as error:
        raise SourceError(
            f"{path}: not FER2013's csv with columns emotion, pixels, Usage ({error})"
        ) from error


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m training.measure_template", description=__doc__.split("\n")[0]
    )
    parser.add_argument("csv", type=Path, help="fer2013.csv")
    parser.add_argument(
        "--images", type=at_least_one, default=4000, help="how many images to look at (default %(default)s)"
    )
    options = parser.parse_args(arguments)
    try:
        anchors = measure(training_images(options.csv, options.images))
    except SonrisaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    anchors = np.concatenate([anchors, mirrored(anchors)])
    spread = np.percentile(anchors, [25, 75], axis=0)
    print(
        yaml.safe_dump(
            {
                "faces_found": len(anchors) // 2,
                "template": np.median(anchors, axis=0).round(4).tolist(),
                "interquartile_range": (spread[1] - spread[0]).round(4).tolist(),
            },
            sort_keys=False,
        ),
        end="",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
