"""Faces from a run, behind the interface of all generators."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from recognizer.affect import Emotion
from training.errors import DataError, RecipeError
from training.fitting.checkpoint import load_checkpoint, save_checkpoint
from training.synthesis.gan.run_folder import WEIGHTS
from training.synthesis.generator import Generator, open_generator
from training.synthesis.request import AgeGroup, FaceRequest


@pytest.fixture(scope="module")
def moved_run(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run with a warp_generator whose last layer is strong enough to be seen after a handful of steps."""
    folder = tmp_path_factory.mktemp("moved") / "run"
    shutil.copytree(run, folder)
    weights = load_checkpoint(folder / WEIGHTS)
    noise = torch.randn(
        weights["warp_generator"]["out.weight"].shape, generator=torch.Generator().manual_seed(0)
    )
    weights["warp_generator"]["out.weight"] = noise
    save_checkpoint(folder / WEIGHTS, weights)
    return folder


@pytest.fixture
def generator(moved_run: Path) -> Generator:
    return open_generator("gan", {"run": moved_run, "licence": "drawn for tests"})


def test_a_seed_is_a_person_and_the_emotion_changes_the_face(generator: Generator) -> None:
    happy, again, sad, other = (
        generator.generate(FaceRequest(emotion, seed), 16).image
        for emotion, seed in [(Emotion.HAPPY, 1), (Emotion.HAPPY, 1), (Emotion.SAD, 1), (Emotion.HAPPY, 2)]
    )
    assert (happy == again).all()
    assert (happy != sad).any()
    assert (happy != other).any()


def test_without_intensity_every_emotion_is_the_person_as_drawn(generator: Generator) -> None:
    calm = [
        generator.generate(FaceRequest(emotion, 3, intensity=0.0), 16).image.astype(int)
        for emotion in (Emotion.HAPPY, Emotion.FEAR)
    ]
    assert np.abs(calm[0] - calm[1]).max() <= 1


@pytest.mark.parametrize("size_px", [12, 16, 40])
def test_faces_come_in_the_size_that_was_asked_for(generator: Generator, size_px: int) -> None:
    image = generator.generate(FaceRequest(Emotion.ANGRY, 0), size_px).image
    assert image.shape == (size_px, size_px, 3)
    assert image.dtype == np.uint8


def test_the_record_says_what_was_not_controlled_and_by_which_weights(generator: Generator) -> None:
    face = generator.generate(FaceRequest(Emotion.SAD, 9, age_group=AgeGroup.ELDERLY), 16)
    record = face.provenance
    assert record.weights.startswith("weights.pt ")
    assert record.licence == "drawn for tests"
    assert record.seed == 9
    assert "age_group" in record.parameters["not_controlled"]
    json.dumps(dict(record.parameters))


def test_units_alone_ask_for_the_emotion_that_they_are_likest_to(generator: Generator) -> None:
    asked = generator.generate(FaceRequest(None, 1, action_units={6: 1.0, 12: 1.0}), 16)
    assert asked.provenance.parameters["emotion"] == "happy"
    assert (asked.image == generator.generate(FaceRequest(Emotion.HAPPY, 1), 16).image).all()


def test_what_cannot_draw_is_refused_before_the_first_face(moved_run: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="python -m training gan"):
        open_generator("gan", {"run": tmp_path})
    with pytest.raises(RecipeError, match="runs"):
        open_generator("gan", {"runs": moved_run})
    shutil.copytree(moved_run, tmp_path / "other")
    recipe = tmp_path / "other" / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("noise: 8", "noise: 9"))
    broken = open_generator("gan", {"run": tmp_path / "other"})
    with pytest.raises(DataError, match="not the weights of the networks"):
        broken.generate(FaceRequest(Emotion.HAPPY, 0), 16)
