"""A small fit from csv to a run's folder; the interrupted run ends like the whole one."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from tensorboard.backend.event_processing import event_accumulator  # type: ignore[import-untyped]

from tests.training.small_fit import EPOCHS, small_recipe
from training.__main__ import main
from training.data.load import load_faces
from training.errors import DataError
from training.fit_recipe import NetRecipe, Recipe
from training.fitting.checkpoint import load_checkpoint
from training.fitting.fit import fit, load_net

TINY = NetRecipe(widths=(8,), blocks=(1,))


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A recipe and the run that it left."""
    folder = tmp_path_factory.mktemp("fit")
    recipe = small_recipe(folder)
    assert main(["fit", str(recipe), "--run", str(folder / "run"), "--threads", "1"]) == 0
    return recipe, folder / "run"


def history_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]


def weights_of(run: Path) -> dict[str, torch.Tensor]:
    return load_checkpoint(run / "weights.pt")


def quick_fit(folder: Path, run: str, **settings: Any) -> Path:
    """A fit of a net that is too small to learn much, and its run."""
    folder.mkdir(exist_ok=True)
    recipe = Recipe.load(small_recipe(folder, per_class=4, net=TINY, **settings))
    fit(recipe, load_faces(recipe.data), folder / run)
    return folder / run


def test_a_fit_learns_and_leaves_everything_needed_to_repeat_it(fitted: tuple[Path, Path]) -> None:
    _, run = fitted
    history = history_of(run)
    assert len(history) == EPOCHS
    assert history[-1]["loss"] < history[0]["loss"]
    assert history[-1]["valid_accuracy"] > 0.5
    assert history[-1]["valid_macro_f1"] > 0.4
    assert {"git", "git_dirty", "torch", "machine", "seed", "processes", "threads"} <= set(
        json.loads((run / "provenance.json").read_text())
    )
    assert Recipe.load(run / "recipe.yaml").fit.epochs == EPOCHS


def test_the_head_that_answers_learns_labels_where_nobody_voted(tmp_path: Path) -> None:
    wanted = small_recipe(
        tmp_path, label_weight=0.0, votes_weight=1.0, class_weights="balanced", watch="loss"
    )
    recipe = Recipe.load(wanted, ("data.votes=null", "export.head=votes"))
    faces = load_faces(recipe.data)
    assert not faces.votes.any()
    last = fit(recipe, faces, tmp_path / "run")[-1]
    assert last.valid_accuracy is not None
    assert last.valid_accuracy > 0.5
    assert load_net(tmp_path / "run").answers == "votes"


def test_the_course_of_a_fit_can_be_looked_at(fitted: tuple[Path, Path]) -> None:
    _, run = fitted
    assert (run / "curves.png").read_bytes().startswith(b"\x89PNG")
    events = event_accumulator.EventAccumulator(str(run / "tensorboard")).Reload()
    shown = [event.value for event in events.Scalars("valid/accuracy")]
    assert shown == pytest.approx([epoch["valid_accuracy"] for epoch in history_of(run)])


def test_the_net_of_a_run_reads_the_faces_that_it_learned(fitted: tuple[Path, Path]) -> None:
    recipe, run = fitted
    net = load_net(run)
    faces = load_faces(Recipe.load(recipe).data)
    images = torch.from_numpy(faces.images).float()[:, None] / 255
    with torch.no_grad():
        right = net(images).argmax(1) == torch.from_numpy(faces.labels)
    assert right.float().mean() > 0.5


@pytest.mark.timeout(900)  # another interpreter loads torch, which takes minutes on a busy machine
def test_a_fit_killed_at_half_time_resumes_to_the_very_same_weights(
    fitted: tuple[Path, Path], tmp_path: Path
) -> None:
    recipe, run = fitted
    arguments = ["fit", str(recipe), "--run", str(tmp_path / "run"), "--resume", "--threads", "1"]
    # A checkpoint after every step, so that the kill falls into the middle of an epoch.
    arguments += ["--set", "fit.checkpoint_minutes=0.00001"]
    process = subprocess.Popen([sys.executable, "-m", "training", *arguments], stderr=subprocess.DEVNULL)
    history = tmp_path / "run" / "history.jsonl"
    while process.poll() is None and not (history.exists() and len(history_of(history.parent)) >= 2):
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "run" / "weights.pt").exists(), "it had ended before it was killed"
    assert main(arguments) == 0
    whole, resumed = weights_of(run), weights_of(tmp_path / "run")
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    losses = [[epoch["loss"] for epoch in history_of(folder)] for folder in (run, tmp_path / "run")]
    assert losses[0] == losses[1]


def test_a_run_is_never_overwritten_nor_gone_on_with_by_another_recipe(
    fitted: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    recipe, run = fitted
    before = (run / "weights.pt").read_bytes()
    assert main(["fit", str(recipe), "--run", str(run)]) == 2
    assert main(["fit", str(recipe), "--run", str(run), "--resume", "--set", "fit.seed=5"]) == 2
    first, second = capsys.readouterr().err.strip().splitlines()
    assert "--resume goes on with it" in first
    assert "another fit.seed" in second
    assert (run / "weights.pt").read_bytes() == before


def test_a_fit_that_gets_no_better_stops_and_keeps_its_best_epoch(tmp_path: Path) -> None:
    run = quick_fit(tmp_path, "run", epochs=40, patience=2, learning_rate=5.0, watch="loss")
    losses = [epoch["valid_loss"] for epoch in history_of(run)]
    assert len(losses) < 40
    assert losses.index(min(losses)) == len(losses) - 3
    last = load_checkpoint(run / "last.pt")["averaged"]
    assert any(not torch.equal(last[name], kept) for name, kept in weights_of(run).items())


def test_the_validation_split_is_read_as_often_as_asked_and_at_the_end(tmp_path: Path) -> None:
    often = quick_fit(tmp_path, "often", epochs=5)
    seldom = quick_fit(tmp_path, "seldom", epochs=5, valid_every=2)
    read = [epoch["valid_accuracy"] is not None for epoch in history_of(seldom)]
    assert read == [False, True, False, True, True]
    assert all(torch.equal(kept, weights_of(often)[name]) for name, kept in weights_of(seldom).items())


def test_a_warm_start_begins_with_the_weights_of_another_run(
    fitted: tuple[Path, Path], tmp_path: Path
) -> None:
    recipe, run = fitted
    warm = ["--set", f"fit.start_from={run}/weights.pt", "--set", "fit.epochs=1"]
    assert main(["fit", str(recipe), "--run", str(tmp_path / "warm"), *warm]) == 0
    assert history_of(tmp_path / "warm")[0]["loss"] < history_of(run)[0]["loss"] * 0.8


def test_a_warm_start_from_another_net_is_refused(
    fitted: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe, run = fitted
    arguments = ["--set", f"fit.start_from={run}/weights.pt", "--set", "net.widths=[8, 16, 32]"]
    assert main(["fit", str(recipe), "--run", str(tmp_path / "warm"), *arguments]) == 1
    assert "weights of another net" in capsys.readouterr().err


def test_every_regulariser_can_be_used_together(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"mixup": 0.3, "cutmix": 1.0, "class_weights": "effective", "micro_batches": 2}
    recipe = small_recipe(tmp_path, 4, TINY.model_copy(update={"drop_path": 0.2}), epochs=2, **settings)
    assert main(["fit", str(recipe), "--run", str(tmp_path / "run")]) == 0
    assert all(torch.isfinite(weights).all() for weights in weights_of(tmp_path / "run").values())


def test_any_of_timms_models_can_be_fitted_in_colour(tmp_path: Path) -> None:
    net = NetRecipe(kind="timm", name="test_resnet", channels=3, size_px=32, dropout=0)
    recipe = small_recipe(tmp_path, 4, net, epochs=1, sizes=())
    assert main(["fit", str(recipe), "--run", str(tmp_path / "run")]) == 0
    assert history_of(tmp_path / "run")[0]["size_px"] == 32


def test_every_epoch_says_how_it_went_and_how_long_the_rest_takes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "training"):
        quick_fit(tmp_path, "run", epochs=2)
    lines = [record.message for record in caplog.records if record.name == "training.fitting.progress"]
    assert len(lines) == 2
    assert re.match(
        r"epoch 1/2  32 px  loss \d.* valid +\d.*% .* images/s  \d+:\d\d, \d+:\d\d left$", lines[0]
    )


def test_wrong_usage_and_missing_data_have_their_exit_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = small_recipe(tmp_path, 1)
    fit_to = ["fit", str(recipe), "--run", str(tmp_path / "r")]
    assert main([*fit_to, "--set", "fit.epoch=1"]) == 2
    assert main([*fit_to, "--set", f"data.faces={tmp_path}/none.csv"]) == 1
    assert main([*fit_to, "--set", "fit.batch=16", "--set", "fit.micro_batches=8"]) == 1
    assert main([*fit_to, "--set", "fit.optimizer=adm"]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert "fit.epoch: unknown key; did you mean fit.epochs?" in lines[0]
    assert "none.csv: no such file" in lines[1]
    assert "7 training faces; a fit in 8 parts needs 16 or more" in lines[2]
    assert "timm has no adm; close: " in lines[3]
    assert len(lines) == 4


def test_a_missing_or_broken_checkpoint_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no checkpoint there"):
        load_checkpoint(tmp_path / "weights.pt")
    (tmp_path / "weights.pt").write_bytes(b"half a file")
    with pytest.raises(DataError, match="not a readable checkpoint"):
        load_checkpoint(tmp_path / "weights.pt")
