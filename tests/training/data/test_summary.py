"""What `data` tells of a set: counts, copies, reasons, advice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.training.data.layouts import FACES, write_images, write_listing
from tests.training.drawn_faces import write_fer2013
from training.data.advice import advice
from training.data.copies import near_copies
from training.data.data_recipe import DataRecipe
from training.data.faces import make_faces
from training.data.gather import Gathered, gather
from training.data.measures import entropy_bits, measured
from training.data.readers import READERS
from training.data.summary import Summary, reasons, split_names, splits_of, summarise


def noise(count: int, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(seed).integers(0, 255, (count, 48, 48)).astype(np.uint8)


def summary_of(gathered: Gathered) -> Summary:
    faces = gathered.faces
    return summarise("set", gathered, near_copies(faces.images, split_names(faces), splits_of(faces)))


def summary_at(path: Path) -> Summary:
    return summary_of(gather(DataRecipe(faces=path)))


def test_faces_are_counted_by_emotion_and_split(tmp_path: Path) -> None:
    summary = summary_at(write_fer2013(FACES, tmp_path)[0])
    assert summary.splits == ("train", "valid", "test")
    assert all(row == {"train": 1, "valid": 1, "test": 1} for row in summary.counts.values())
    assert summary.size_counts == {"48 x 48": 21}
    assert summary.faces == sum(summary.of_split(split) for split in summary.splits) == 21


def test_a_set_without_splits_says_so(tmp_path: Path) -> None:
    summary = summary_at(write_images(FACES, tmp_path, with_splits=False))
    assert summary.splits == ("no split",)
    assert any("data.protocol.kind=random" in sentence for sentence in advice(summary))


def test_subjects_and_categories_are_counted(tmp_path: Path) -> None:
    summary = summary_at(write_listing(tmp_path))
    assert summary.subjects == 4
    assert summary.categories == {"cars": 21}


def test_copies_are_counted_within_and_between_splits() -> None:
    images = noise(4)[[0, 0, 1, 0, 2, 3]]
    images[5] = images[2] // 2 + 40
    faces = make_faces(images, [0, 0, 1, 2, 3, 1], ["train", "train", "train", "test", "test", "test"])
    summary = summary_of(Gathered(READERS[0], "whole", faces, np.full((6, 2), 48)))
    assert summary.identical == {"train": {"train": 1, "test": 2}, "test": {"train": 1, "test": 0}}
    assert summary.near == {"train": {"train": 1, "test": 3}, "test": {"train": 2, "test": 0}}
    assert summary.mislabelled == 3
    assert {pair.rows for pair in summary.pairs} >= {(2, 5)}
    assert summary.pairs[0].labels[0] != summary.pairs[0].labels[1]
    told = " ".join(advice(summary))
    assert "2 of 3 test images (67%) are near copies of training images" in told
    assert "3 images also occur with another label" in told


def test_reasons_that_differ_in_numbers_are_one_and_names_keep_them_apart() -> None:
    lines = (
        "row 1: 3 pixels instead of 2,304",
        "row 2: unknown class 'a'",
        "row 9: 7 pixels instead of 2,304",
    )
    found = reasons((*lines, "row 3: unknown class 'b'"))
    assert [(one.count, one.names) for one in found] == [
        (2, ("row 1", "row 9")),
        (1, ("row 2",)),
        (1, ("row 3",)),
    ]
    assert found[0].reason == "3 pixels instead of 2,304, and alike"


def test_entropy_is_that_of_the_grey_values() -> None:
    flat = np.full((48, 48), 7, np.uint8)
    halves = np.repeat([[0], [255]], 24, axis=0).astype(np.uint8)
    assert entropy_bits(flat) == 0
    assert entropy_bits(halves) == 1
    assert 7.5 < entropy_bits(noise(1)[0]) <= 8
    sharp, plain = measured(np.stack([noise(1)[0], flat]))
    assert sharp[0] > plain[0] == 0
    assert plain.tolist() == [0, 0, 7]


def test_photographs_blur_and_plain_images_bring_their_switch_to_mind() -> None:
    faces = make_faces(np.full((3, 48, 48), 7, np.uint8), [0, 1, 2], "train")
    gathered = Gathered(READERS[0], "whole", faces, np.full((3, 2), (900, 1600)))
    told = " ".join(advice(summary_of(gathered)))
    for switch in ("data.crop=aligned", "data.clean.sharpen_below", "data.clean.entropy_between"):
        assert switch in told
    assert "data.crop=aligned" not in " ".join(advice(summary_of(replace(gathered, crop="aligned"))))
