"""A small fit from csv to a card that the recognizer accepts; the interrupted run ends like the whole one."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from recognizer.card import load_card
from recognizer.classify import Classifier
from tests.training.drawn_faces import drawn_faces, write_fer2013
from training.__main__ import main
from training.backbones import EmotionNet
from training.checkpoint import load_checkpoint
from training.errors import DataError
from training.fit import Fitter, learning_rate_share, size_of_epoch
from training.parallel import Team
from training.recipe import AugmentRecipe, DataRecipe, FitRecipe, NetRecipe, Recipe, SizePhase, dump_recipe

EPOCHS = 12


def small_recipe(folder: Path, epochs: int = EPOCHS) -> Path:
    images, votes = write_fer2013(drawn_faces(12), folder)
    recipe = Recipe(
        name="small",
        data=DataRecipe(faces=images, votes=votes),
        net=NetRecipe(widths=(16, 32, 64), blocks=(1, 1, 1), dropout=0.1),
        augment=AugmentRecipe(rotation_degrees=3, scale=0.05, shift=0.02, erase_share=0),
        fit=FitRecipe(
            epochs=epochs,
            batch=28,
            average_decay=0.5,
            sizes=(SizePhase(from_epoch=0, size_px=32), SizePhase(from_epoch=1, size_px=48)),
        ),
    )
    path = folder / "small.yaml"
    dump_recipe(recipe, path)
    return path


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A recipe and the run that it left."""
    folder = tmp_path_factory.mktemp("fit")
    recipe = small_recipe(folder)
    assert main(["fit", str(recipe), "--run", str(folder / "run"), "--threads", "1"]) == 0
    return recipe, folder / "run"


def test_a_fit_learns_and_leaves_everything_needed_to_repeat_it(fitted: tuple[Path, Path]) -> None:
    _, run = fitted
    history = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert len(history) == EPOCHS
    assert history[-1]["loss"] < history[0]["loss"]
    assert history[-1]["valid_accuracy"] > 0.5
    assert {"git", "torch", "machine"} <= set(json.loads((run / "origin.json").read_text()))
    assert (run / "recipe.yaml").exists()


def test_the_export_agrees_with_its_card_and_the_recognizer_runs_it(
    fitted: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe, run = fitted
    out = tmp_path / "small.onnx"
    assert (
        main(["export", str(recipe), "--run", str(run), "--out", str(out), "--trained-on", "drawn faces"])
        == 0
    )
    assert b".py" not in out.read_bytes(), "the file tells of the machine that made it"
    card = load_card(out.with_suffix(".yaml"))
    assert card.trained_on == "drawn faces"
    assert card.accuracy["test"]["faces"] == 84
    images = drawn_faces(1).images
    probabilities = Classifier.load(out.with_suffix(".yaml")).probabilities(images)
    assert probabilities.shape == (21, 7)
    assert probabilities.sum(1) == pytest.approx(1)
    assert "test_without_near_copies" in capsys.readouterr().out
    assert (
        main(
            [
                "evaluate",
                str(out.with_suffix(".yaml")),
                "--faces",
                str(recipe.parent / "fer2013.csv"),
                "--json",
                str(tmp_path / "s.json"),
            ]
        )
        == 0
    )
    scores = json.loads((tmp_path / "s.json").read_text())
    assert scores["test"]["accuracy"] == pytest.approx(card.accuracy["test"]["accuracy"], abs=1e-4)


def test_an_interrupted_fit_resumes_to_the_same_result(fitted: tuple[Path, Path], tmp_path: Path) -> None:
    recipe, run = fitted
    script = "import sys; from training.__main__ import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["fit", str(recipe), "--run", str(tmp_path / "run"), "--resume", "--threads", "1"]
    process = subprocess.Popen([sys.executable, "-c", script, *arguments], stderr=subprocess.DEVNULL)
    history = tmp_path / "run" / "history.jsonl"
    while process.poll() is None and not history.exists():
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert main(arguments) == 0
    whole, resumed = (load_checkpoint(folder / "weights.pt") for folder in (run, tmp_path / "run"))
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_a_missing_or_broken_checkpoint_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no checkpoint there"):
        load_checkpoint(tmp_path / "weights.pt")
    (tmp_path / "weights.pt").write_bytes(b"half a file")
    with pytest.raises(DataError, match="not a readable checkpoint"):
        load_checkpoint(tmp_path / "weights.pt")


def test_wrong_usage_and_missing_data_have_their_exit_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = small_recipe(tmp_path)
    assert main(["fit", str(recipe), "--run", str(tmp_path / "r"), "--set", "fit.epoch=1"]) == 2
    assert (
        main(["fit", str(recipe), "--run", str(tmp_path / "r"), "--set", f"data.faces={tmp_path}/none.csv"])
        == 1
    )
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 2
    assert "fit.epoch: unknown key" in lines[0]
    assert "none.csv: no such file" in lines[1]


def test_each_process_takes_its_own_rows_and_together_they_take_all() -> None:
    rows = torch.arange(10)
    shares = [Team(rank, 3).share(rows).tolist() for rank in range(3)]
    assert shares == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_the_learning_rate_rises_and_then_falls_to_zero() -> None:
    shares = [learning_rate_share(i / 100, 0.1) for i in range(101)]
    assert max(shares) == shares[10] == 1
    assert shares[0] == shares[100] == 0


def test_images_grow_when_the_recipe_says_so() -> None:
    recipe = FitRecipe(sizes=(SizePhase(from_epoch=0, size_px=32), SizePhase(from_epoch=2, size_px=48)))
    assert [size_of_epoch(recipe, epoch) for epoch in range(4)] == [32, 32, 48, 48]


def test_faces_without_votes_cost_nothing_on_the_votes_head(tmp_path: Path) -> None:
    faces = drawn_faces(4)
    silent = faces.with_votes(faces.votes * 0)
    recipe = Recipe(
        name="x",
        data=DataRecipe(faces=tmp_path),
        net=NetRecipe(widths=(16,), blocks=(1,)),
        fit=FitRecipe(batch=28),
    )
    fitter = Fitter(recipe, silent, Team(0, 1))
    before = fitter.net.votes_head.weight.clone()
    fitter.recipe = recipe.model_copy(update={"fit": recipe.fit.model_copy(update={"weight_decay": 0.0})})
    fitter.run_epoch()
    assert isinstance(fitter.net, EmotionNet)
    assert (
        fitter.net.votes_head.weight.grad is None or float(fitter.net.votes_head.weight.grad.abs().max()) == 0
    )
    assert before.shape == fitter.net.votes_head.weight.shape
