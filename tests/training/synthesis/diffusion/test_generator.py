"""Diffusion from recipe to data set, on a whole pipeline of random weights."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from recognizer.affect import Emotion
from training.__main__ import main
from training.errors import DataError, RecipeError
from training.fit_recipe import Recipe
from training.nets.backbones import build_net
from training.recipe_file import write_model
from training.synthesis.dataset_recipe import load_synthesis_recipe
from training.synthesis.diffusion.generator import (
    Candidate,
    DiffusionGenerator,
    best,
    candidate_seed,
    open_generator,
)
from training.synthesis.request import FaceRequest

RECIPES = Path(__file__).parents[4] / "training" / "synthesis" / "recipes"
REQUEST = FaceRequest(Emotion.SAD, 5, {1: 0.8, 15: 1.0})
"""With action units, so that the seed does not choose the words."""

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def options(tiny_sdxl: Path) -> dict[str, Any]:
    return {"checkpoint": tiny_sdxl, "draw_px": 64, "steps": 2, "licence": "none needed", "device": "cpu"}


@pytest.fixture(scope="module")
def generator(options: dict[str, Any]) -> DiffusionGenerator:
    return open_generator(options)


def test_action_units_without_words_are_refused_before_anything_is_drawn(
    generator: DiffusionGenerator,
) -> None:
    generator.check(REQUEST)
    with pytest.raises(RecipeError, match=r"no words for the action units 99; add some in options\.phrases"):
        generator.check(FaceRequest(Emotion.SAD, 5, {99: 1.0}))


def test_a_recipe_becomes_a_data_set(
    options: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The shipped recipe with the tiny checkpoint."""
    out = tmp_path / "set"
    changes = {
        "faces_per_class": 1,
        "size_px": 48,
        "options.best_of": 1,
        **{f"options.{name}": value for name, value in options.items()},
    }
    settings = [part for key, value in changes.items() for part in ("--set", f"{key}={value}")]
    assert main(["synthesize", str(RECIPES / "diffusion.yaml"), "--out", str(out), *settings]) == 0
    assert capsys.readouterr().out == f"{out}: 7 faces drawn, 0 were there\n"
    with (out / "faces.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["category"] for row in rows} == {"diffusion"}
    records = [json.loads(line) for line in (out / "provenance.jsonl").read_text().splitlines()]
    for record in records:
        assert record["weights"].startswith("tiny sha256:")
        assert record["licence"] == "none needed"
        assert record["parameters"]["prompt"].startswith("An image of a")
        assert "cartoon" in record["parameters"]["negative_prompt"]
    assert len({record["parameters"]["prompt"] for record in records}) == 7


def test_the_prompt_changes_the_picture(generator: DiffusionGenerator) -> None:
    sad, happy = (generator.generate(replace(REQUEST, emotion=e), 64) for e in (Emotion.SAD, Emotion.HAPPY))
    assert sad.provenance.parameters["candidate_seed"] == happy.provenance.parameters["candidate_seed"]
    assert not np.array_equal(sad.image, happy.image)


class FixedScorer:
    """Likes the candidates in the order in which it is asked."""

    def __init__(self, scores: list[float | None]) -> None:
        self.scores = list(scores)

    def score(self, image_bgr: Any, emotion: Emotion) -> float | None:
        return self.scores.pop(0)


def test_the_candidate_that_shows_the_emotion_best_is_taken(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = [0.2, None, 0.7]
    monkeypatch.setattr(
        "training.synthesis.diffusion.generator.EmotionScorer", lambda card, locator: FixedScorer(scores)
    )
    monkeypatch.setattr("training.synthesis.diffusion.generator.LandmarkFaceLocator", object)
    face = open_generator({**options, "best_of": 3}).generate(REQUEST, 64)
    third = candidate_seed(REQUEST.seed, 2)
    assert face.provenance.parameters["scores"] == scores
    assert face.provenance.parameters["candidate_seed"] == third
    alone = open_generator(options).generate(replace(REQUEST, seed=third), 64)
    assert np.array_equal(alone.image, face.image)


@pytest.mark.parametrize(
    ("scores", "chosen"), [([None, None], 0), ([None, 0.0], 1), ([0.4, 0.4], 0), ([0.1, None, 0.3], 2)]
)
def test_a_face_beats_none_and_the_first_wins_a_tie(scores: list[float | None], chosen: int) -> None:
    picture = np.zeros((1, 1, 3), np.uint8)
    assert best([Candidate(picture, seed, score) for seed, score in enumerate(scores)]).seed == chosen


def test_best_of_n_asks_the_recognizers_own_model(options: dict[str, Any], face_model: Path) -> None:
    """With the shipped model; random weights draw no face, so that the first candidate stays."""
    with open_generator({**options, "best_of": 2}) as generator:
        face = generator.generate(REQUEST, 64)
    assert face.provenance.parameters["scores"] == [None, None]
    assert face.provenance.parameters["candidate_seed"] == REQUEST.seed


def test_a_net_of_ours_steers_the_drawing(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The net of a run's folder; the whole picture stands for the face that random weights do not draw."""

    class Whole:
        def __call__(self, image_bgr: Any, size_px: int) -> Any:
            return np.array([[size_px / len(image_bgr), 0, 0], [0, size_px / len(image_bgr), 0.0]])

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr("training.synthesis.diffusion.generator.LandmarkFaceLocator", Whole)
    recipe = Recipe.model_validate(
        {"name": "small", "data": {"faces": "none"}, "net": {"widths": [32], "blocks": [1]}}
    )
    write_model(recipe, tmp_path / "recipe.yaml")
    torch.manual_seed(0)
    torch.save(build_net(recipe.net).state_dict(), tmp_path / "weights.pt")
    gradient = {"run": tmp_path, "scale": 0.1, "span": [0.0, 1.0]}
    with open_generator({**options, "gradient": gradient}) as generator:
        steered = generator.generate(REQUEST, 64)
    assert steered.provenance.parameters["gradient"]["scale"] == 0.1
    assert not np.array_equal(steered.image, open_generator(options).generate(REQUEST, 64).image)


def test_a_run_that_is_not_there_is_said_at_once(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not the folder of a run"):
        open_generator({**options, "gradient": {"run": tmp_path}})


def test_the_shipped_recipe_says_which_checkpoint_to_get(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["synthesize", str(RECIPES / "diffusion.yaml"), "--out", "set"]) == 1
    error = capsys.readouterr().err
    assert "models/diffusion: no checkpoint there; get an SDXL checkpoint such as Juggernaut XL" in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize("name", ["rendered", "fer2013_sizes", "diffusion"])
def test_every_shipped_recipe_is_valid(name: str) -> None:
    recipe = load_synthesis_recipe(RECIPES / f"{name}.yaml")
    assert recipe.name == name
    assert sum(recipe.counts.values()) >= 2100
