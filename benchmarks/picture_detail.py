"""Have synthetic faces as much fine detail as photographs?

`python -m benchmarks.picture_detail data/rendered data/fer2013/fer2013.csv`: the power of the pictures' waves, from the
width of the face down to two pixels, in the first set as a share of the second. A net that learns from faces which are
softer than photographs takes a photograph's every line for an expression. JSON on standard output, a table on standard
error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import emit, show
from recognizer.errors import SonrisaError
from training.data.data_recipe import DataRecipe
from training.data.faces import Split
from training.data.load import load_faces

FACES = 3000
SIZE_PX = 48
BANDS = ((1, 3), (4, 6), (7, 9), (10, 12), (13, 15), (16, 18), (19, 21), (22, 24))
"""Waves across the picture, from and to."""
DEVIATION_FLOOR = 8.0
"""Added to a picture's deviation, in grey values: a flat picture's noise is not blown up."""


def power_by_waves(faces: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean power [side // 2 + 1] of faces [n, side, side] by their number of waves across the picture.

    Every picture counts with zero mean and about unit deviation; its edges fade out (Hann).
    """
    side = faces.shape[1]
    pictures = faces.astype(np.float64)
    pictures -= pictures.mean(axis=(1, 2), keepdims=True)
    pictures /= pictures.std(axis=(1, 2), keepdims=True) + DEVIATION_FLOOR
    power = (np.abs(np.fft.fft2(pictures * np.outer(np.hanning(side), np.hanning(side)))) ** 2).mean(axis=0)
    waves = np.fft.fftfreq(side) * side
    ring = np.round(np.hypot(waves[:, None], waves[None])).astype(int)
    counts = np.bincount(ring.ravel())
    return (np.bincount(ring.ravel(), weights=power.ravel()) / counts)[: side // 2 + 1]


def shares(faces: NDArray[np.uint8], photographs: NDArray[np.uint8]) -> dict[str, float]:
    """Power of faces as a share of that of photographs, by band of waves across the picture."""
    share = power_by_waves(faces) / power_by_waves(photographs)
    return {f"{low} to {high}": round(float(share[low : high + 1].mean()), 2) for low, high in BANDS}


def some_faces(path: Path) -> NDArray[np.uint8]:
    """Some training faces of a set, spread over it, grey [n, SIZE_PX, SIZE_PX]; raises DataError."""
    faces = load_faces(DataRecipe(faces=path, size_px=SIZE_PX)).split(Split.TRAIN)
    every = max(1, len(faces) // FACES)
    return np.asarray(faces.images[::every])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 where it cannot."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.picture_detail", description=(__doc__ or "").splitlines()[0]
    )
    options.add_argument("faces", type=Path, help="synthetic faces: a folder of synthesize")
    options.add_argument("photographs", type=Path, help="photographs, as fit reads them")
    chosen = options.parse_args(argv)
    try:
        result = shares(some_faces(chosen.faces), some_faces(chosen.photographs))
    except SonrisaError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    show("Power as a share of the photographs'", ("waves across", "share"), list(result.items()))
    emit({"power_shares": result})
    return 0


if __name__ == "__main__":
    sys.exit(main())
