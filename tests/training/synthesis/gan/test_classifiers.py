"""Readers: fitted nets that tell the warp_generator what its faces show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from tests.training.small_fit import small_recipe as small_fit
from tests.training.synthesis.gan.small import small_recipe
from training.__main__ import main
from training.errors import DataError
from training.fit_recipe import NetRecipe
from training.nets.backbones import build_net
from training.nets.face_net import FaceNet
from training.synthesis.gan.classifiers import classification_loss, load_classifiers
from training.synthesis.gan.gan_recipe import ExpressionRecipe
from training.synthesis.gan.train import train

CPU = torch.device("cpu")
TINY = NetRecipe(widths=(8,), blocks=(1,), size_px=32)


def some_reader(seed: int) -> FaceNet:
    torch.manual_seed(seed)
    return build_net(TINY).eval().requires_grad_(False)


def some_faces(size_px: int = 32) -> torch.Tensor:
    return torch.rand(6, 1, size_px, size_px, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of a small net."""
    folder = tmp_path_factory.mktemp("classifier")
    recipe = small_fit(folder, net=TINY, epochs=1, sizes=())
    assert main(["fit", str(recipe), "--run", str(folder / "run"), "--threads", "1"]) == 0
    return folder / "run"


def test_a_face_is_least_misread_as_what_the_reader_sees_in_it() -> None:
    classifier, faces = some_reader(0), some_faces()
    likeliest = torch.eye(7)[classifier((faces + 1) / 2).argmax(1)]
    for other in torch.eye(7):
        assert (
            classification_loss([classifier], faces, likeliest)
            <= classification_loss([classifier], faces, other.expand(6, 7)) + 1e-6
        )


def test_several_readers_count_alike_whatever_their_size() -> None:
    classifiers, faces, said = [some_reader(0), some_reader(1)], some_faces(48), torch.eye(7)[:6]
    alone = torch.stack([classification_loss([classifier], faces, said) for classifier in classifiers])
    torch.testing.assert_close(classification_loss(classifiers, faces, said), alone.mean())


def test_the_face_learns_and_the_reader_does_not() -> None:
    classifier, faces = some_reader(0), some_faces(48).requires_grad_(True)
    classification_loss([classifier], faces, torch.eye(7)[:6]).backward()
    assert faces.grad is not None
    assert faces.grad.abs().max() > 0
    assert all(weight.grad is None for weight in classifier.parameters())


def test_a_run_of_fit_reads_for_the_deformer(fitted: Path, tmp_path: Path) -> None:
    recipe = small_recipe(tmp_path)
    told = recipe.expression.model_copy(update={"classifiers": (fitted,), "steps": 2})
    first = recipe.identity.model_copy(update={"steps": 1})
    train(recipe.model_copy(update={"identity": first, "expression": told}), tmp_path / "run")
    rows = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    losses = {row["stage"]: row["losses"] for row in rows}
    assert losses["expression"]["classification"] > 0
    assert "classification" not in losses["identity"]


def test_what_is_no_run_or_reads_colour_is_refused_by_name(fitted: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not the folder of a run"):
        load_classifiers([tmp_path], CPU)
    colour = small_fit(tmp_path, net=TINY.model_copy(update={"channels": 3}), epochs=1, sizes=())
    assert main(["fit", str(colour), "--run", str(tmp_path / "run"), "--threads", "1"]) == 0
    with pytest.raises(DataError, match="reads faces in colour"):
        load_classifiers([fitted, tmp_path / "run"], CPU)


def test_readers_know_emotions_and_no_action_units() -> None:
    with pytest.raises(ValueError, match="no action units"):
        ExpressionRecipe(condition="units", classifiers=(Path("run"),))
