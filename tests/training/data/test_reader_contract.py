"""What every reader of faces promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from recognizer.affect import EMOTIONS
from tests.training.data.layouts import LAYOUTS
from training.data.data_recipe import DataRecipe
from training.data.readers import READERS, reader_for
from training.data.rows import Reader, Row, Skip
from training.errors import DataError


@pytest.fixture(params=READERS, ids=lambda reader: reader.name)
def reader(request: pytest.FixtureRequest) -> Reader:
    assert isinstance(request.param, Reader)
    return request.param


@pytest.fixture
def path(reader: Reader, tmp_path: Path) -> Path:
    return LAYOUTS[reader.name](tmp_path)


def test_its_layout_is_recognised_as_its_own(reader: Reader, path: Path) -> None:
    assert reader_for(path) is reader


def test_rows_come_one_by_one_and_are_whole(reader: Reader, path: Path) -> None:
    rows = reader.rows(path, DataRecipe(faces=path))
    assert isinstance(rows, Iterator)
    for row in rows:
        assert isinstance(row, Row)
        assert row.image.dtype == np.uint8
        assert row.image.ndim == 2 or row.image.shape[2] == 3
        assert 0 <= row.label < len(EMOTIONS)
        assert row.name


def test_reading_twice_gives_the_same(reader: Reader, path: Path) -> None:
    first, second = ([str(row) for row in reader.rows(path, DataRecipe(faces=path))] for _ in range(2))
    assert first
    assert first == second


def test_the_count_is_what_comes_or_is_not_known(reader: Reader, path: Path) -> None:
    assert reader.count(path) in (None, len(list(reader.rows(path, DataRecipe(faces=path)))))


# FER2013's own csv has numbers for labels.
@pytest.mark.parametrize("reader", READERS[1:], ids=lambda reader: reader.name, indirect=True)
def test_labels_in_words_of_ones_own_are_skipped_or_translated(reader: Reader, path: Path) -> None:
    _rename(path, "happy", "cheerful")
    skipped = [row for row in reader.rows(path, DataRecipe(faces=path)) if isinstance(row, Skip)]
    assert skipped
    assert all("unknown class 'cheerful'" in str(skip) for skip in skipped)
    recipe = DataRecipe(faces=path, classes={"Cheerful": "joy"})
    assert not [row for row in reader.rows(path, recipe) if isinstance(row, Skip)]


def _rename(path: Path, old: str, new: str) -> None:
    if path.is_file():
        path.write_text(path.read_text().replace(old, new))
        return
    for folder in list(path.rglob(old)):
        folder.rename(folder.with_name(new))


def test_no_two_readers_want_the_same_layout_but_the_plainer_one_comes_later() -> None:
    assert [reader.name for reader in READERS][-2:] == ["split and class folders", "class folders"]
    assert len({reader.name for reader in READERS}) == len(READERS) == len(LAYOUTS)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\0\1\2"])
def test_what_nobody_knows_is_refused_with_the_layouts_that_would_do(tmp_path: Path, content: str) -> None:
    file = tmp_path / "file.csv"
    file.write_text(content)
    with pytest.raises(DataError, match=r"expected one of: .*emotion,pixels,Usage.*<class>/<image>"):
        reader_for(file)
