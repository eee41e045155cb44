"""Faces are cut out once, in parallel, in the rows' order, and found again by the digest of their picture."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.data.layouts import FACES, write_images
from training.data import prepare
from training.data.crop_cache import Crop, CropCache
from training.data.crops import Cropper
from training.data.data_recipe import DataRecipe
from training.data.gather import gather
from training.data.rows import Row, Skip, UnusableRow


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Which pictures a face was looked for in, by their first pixel; the odd ones show none."""
    seen: list[int] = []

    def found(preparer: prepare.Preparer, image: np.ndarray) -> np.ndarray:
        seen.append(int(image.flat[0]))
        if seen[-1] % 2:
            raise UnusableRow("no face found")
        return np.random.default_rng(0).random((478, 2)).astype(np.float32) * len(image)

    monkeypatch.setattr(prepare.Preparer, "open", lambda self: None)
    monkeypatch.setattr(prepare.Preparer, "_found", found)
    return seen


def rows(count: int, first: int) -> list[Row | Skip]:
    return [Row(np.full((60, 50), first + i, np.uint8), 3, f"{i}") for i in range(count)]


def test_rows_come_back_in_their_order_and_a_second_time_from_the_cache(looked: list[int]) -> None:
    recipe = DataRecipe(faces=Path("unused"), crop="aligned")
    items = [*rows(20, first=100), Skip("20", "broken")]
    for _ in range(2):
        with Cropper(recipe, threads=3) as cropper:
            found = list(cropper.crops(items))
        assert found[-1] == items[-1]
        crops = [item[1] for item in found[:-1] if isinstance(item, tuple)]
        assert [crop.face is None for crop in crops] == [False, True] * 10
        assert {crop.reason for crop in crops} == {"", "no face found"}
        assert {crop.size_px for crop in crops} == {(60, 50)}
    assert sorted(looked) == list(range(100, 120))


def test_another_size_is_another_crop(looked: list[int]) -> None:
    for size_px in (48, 64):
        recipe = DataRecipe(faces=Path("unused"), crop="aligned", size_px=size_px)
        with Cropper(recipe) as cropper:
            face = cropper.crop(Row(np.full((60, 60), 20, np.uint8), 3, "a")).face
            assert face is not None
            assert len(face.pixels) == size_px
            assert (face.thumbnail is None) == (size_px == 48)
    assert looked == [20, 20]


def test_a_picture_that_changed_is_cut_anew(tmp_path: Path, looked: list[int]) -> None:
    folder = write_images(FACES, tmp_path / "faces", with_splits=True)
    recipe = DataRecipe(faces=folder, crop="aligned")
    before = len(gather(recipe).faces)
    count = len(looked)
    changed = next(folder.rglob("*.png"))
    Image.fromarray(np.full((48, 48), 90, np.uint8)).save(changed)
    after = gather(recipe).faces
    assert len(looked) == count + 1
    assert after.images[after.names == changed.relative_to(folder).as_posix()].min() == 90
    assert abs(len(after) - before) <= 1


@pytest.mark.parametrize("fault", ["a folder", "no database"])
def test_where_nothing_can_be_kept_one_line_says_so_and_the_work_goes_on(
    tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "crops.sqlite"
    if fault == "a folder":
        path.mkdir()
    else:
        path.write_text("this is not a database, and long enough to be taken for one" * 20)
    with CropCache("48", path) as cache:
        cache.put(Crop(prepare.Face(np.zeros((4, 4), np.uint8), None), "", "digest", (9, 9)))
        assert cache.get("digest") is None
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "cut out anew" in caplog.text


def test_a_cache_that_grew_too_large_loses_its_older_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.data.crop_cache.LARGEST_BYTES", 1)
    path = tmp_path / "crops.sqlite"
    with CropCache("48", path) as cache:
        for number in range(10):
            cache.put(Crop(None, "no face found", f"{number}", (9, 9)))
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM crops").fetchone()[0] == 5


def test_without_looking_for_faces_no_cache_is_opened(
    tmp_path: Path, crops_of_tests: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.data.crops.CropCache", None)
    folder = write_images(FACES, tmp_path, with_splits=True)
    found = gather(DataRecipe(faces=folder))
    assert found.crop == "whole"
    assert len(set(found.faces.pictures.tolist())) == len(found.faces) == len(found.files)
