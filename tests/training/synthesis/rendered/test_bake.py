"""Models that take minutes to build are built once, however many want them at the same time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.synthesis.rendered.bake import built_once


def test_of_several_who_want_a_model_one_builds_and_the_others_wait(tmp_path: Path) -> None:
    built: list[str] = []

    def build() -> dict[str, npt.NDArray[np.float64]]:
        built.append("once")
        time.sleep(0.2)
        return {"points": np.arange(3.0)}

    def wanted(_: int) -> float:
        with np.load(built_once(tmp_path / "cache" / "model.npz", "toy", build)) as file:
            return float(file["points"].sum())

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(wanted, range(3))) == [3.0, 3.0, 3.0]
    assert built == ["once"]
