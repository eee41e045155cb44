from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from recognizer.capture import VideoSource
from recognizer.crop import TEMPLATE, align
from recognizer.faces import FaceFinder
from training.measure_template import main, measure, mirrored


def write_csv(path: Path, image: np.ndarray) -> Path:
    """FER2013's csv with one training and one test image."""
    pixels = " ".join(map(str, image.ravel()))
    path.write_text(f"emotion,pixels,Usage\n3,{pixels},Training\n3,{' '.join(['0'] * 48 * 48)},PublicTest\n")
    return path


@pytest.fixture(scope="module")
def crop(smiling_clip: Path, face_model: Path) -> np.ndarray:
    with VideoSource(smiling_clip) as clip, FaceFinder(face_model) as finder:
        frame = clip.read()
        assert frame is not None
        (face,) = finder.find(frame)
    return align(frame.image, face.landmarks_px)


def test_a_crop_of_ours_measures_as_the_template_that_it_was_made_with(crop: np.ndarray) -> None:
    anchors = measure([crop, np.zeros((48, 48), np.uint8)])
    assert anchors.shape == (1, 3, 2)
    assert anchors[0] == pytest.approx(TEMPLATE, abs=0.04)


def test_the_command_reads_the_training_images_and_prints_the_medians(
    crop: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(write_csv(tmp_path / "fer2013.csv", crop))]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)
    assert printed["faces_found"] == 1
    assert np.array(printed["template"]) == pytest.approx(TEMPLATE, abs=0.04)


def test_mirroring_twice_changes_nothing() -> None:
    anchors = np.random.default_rng(0).random((5, 3, 2))
    assert mirrored(mirrored(anchors)) == pytest.approx(anchors)
    assert mirrored(TEMPLATE[None])[0] == pytest.approx(TEMPLATE)


@pytest.mark.parametrize("content", [None, "a,b\n1,2\n", "emotion,pixels,Usage\n0,1 2 x,Training\n"])
def test_another_file_than_fer2013_is_refused_in_one_line(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "fer2013.csv"
    if content is not None:
        path.write_text(content)
    assert main([str(path)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "not FER2013's csv" in said
