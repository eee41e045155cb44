"""A few steps of both stages: they leave all they promise, and an interrupted run ends like the whole one."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from recognizer.affect import EMOTIONS, Emotion
from recognizer.capture import open_source
from tests.data import REPOSITORY
from tests.training.drawn_faces import write_fer2013
from tests.training.synthesis.gan.small import small_recipe, write_recipe
from training.__main__ import main
from training.data.data_recipe import DataRecipe
from training.data.faces import Split, make_faces
from training.data.load import load_faces
from training.errors import DataError, RecipeError
from training.fitting.checkpoint import load_checkpoint
from training.synthesis.facs import UNITS
from training.synthesis.gan.gan_recipe import EXAMPLE, GanRecipe, load_gan_recipe
from training.synthesis.gan.run_folder import LAST, UNITS_FILE, WEIGHTS
from training.synthesis.gan.shown_units import units_on
from training.synthesis.gan.train import Training, train
from training.synthesis.generator import open_generator
from training.synthesis.request import FaceRequest


def history_of(run: Path) -> list[dict[str, object]]:
    """The run's lines without the times, which differ from run to run."""
    lines = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


def test_a_run_leaves_everything_needed_to_judge_and_to_repeat_it(run: Path) -> None:
    history = history_of(run)
    assert [(row["stage"], row["step"]) for row in history] == [
        ("identity", 2),
        ("identity", 4),
        ("expression", 2),
        ("expression", 4),
    ]
    for row in history:
        numbers = [*row["losses"].values(), *row["measures"].values()]  # type: ignore[attr-defined]
        assert all(math.isfinite(number) for number in numbers)
        assert row["measures"]["fid"] > 0  # type: ignore[index]
    assert {"git", "torch", "machine"} <= set(json.loads((run / "provenance.json").read_text()))
    floor = json.loads((run / "floor.json").read_text())
    assert floor["identity"]["fid"] < history[1]["measures"]["fid"]  # type: ignore[index]
    assert "tiny" in floor["features"]


def test_each_measurement_leaves_a_sheet_of_the_same_people(run: Path) -> None:
    sheets = sorted(path.name for path in (run / "samples").iterdir())
    assert sheets == [
        "expression_000002.png",
        "expression_000004.png",
        "identity_000002.png",
        "identity_000004.png",
    ]
    sheet = cv2.imread(str(run / "samples" / "expression_000004.png"), cv2.IMREAD_GRAYSCALE)
    assert sheet is not None
    assert sheet.shape == (10 * 18 + 2, 8 * 18 + 2)
    assert sheet.std() > 5


def test_both_networks_learn(recipe: GanRecipe, run: Path) -> None:
    """Their weights move away from where they began."""
    fresh = Training(recipe, run, load_faces(recipe.data))
    begun = {"generator": fresh.identity.averaged, "warp_generator": fresh.expression.averaged}
    weights = load_checkpoint(run / WEIGHTS)
    for name, net in begun.items():
        # Running statistics of faces move without any learning.
        moved = [(weights[name][key] - value).abs().max() for key, value in net.named_parameters()]
        assert max(moved) > 1e-4


@pytest.mark.parametrize("steps", [3, 6])
def test_a_run_that_stops_anywhere_ends_like_the_whole_one(
    recipe: GanRecipe, run: Path, tmp_path: Path, steps: int
) -> None:
    begun = Training(recipe, tmp_path, load_faces(recipe.data))
    for _ in islice(begun.go_on(), steps):
        pass
    state = load_checkpoint(tmp_path / LAST)
    resumed = Training(recipe, tmp_path, load_faces(recipe.data))
    resumed.load_state(state)
    assert resumed.steps_done == steps
    for _ in resumed.go_on():
        pass
    whole, parts = load_checkpoint(run / WEIGHTS), load_checkpoint(tmp_path / WEIGHTS)
    for net in ("generator", "warp_generator"):
        for name, value in whole[net].items():
            assert torch.equal(parts[net][name], value), f"{net} {name}"
    assert history_of(tmp_path) == history_of(run)


@pytest.mark.slow
def test_a_killed_process_resumes_to_the_same_result(recipe: GanRecipe, run: Path, tmp_path: Path) -> None:
    path = write_recipe(recipe, tmp_path)
    command = [
        sys.executable,
        "-m",
        "training",
        "gan",
        str(path),
        "--run",
        str(tmp_path / "run"),
        "--threads",
        "1",
    ]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
    while not (tmp_path / "run" / LAST).exists() and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert main([*command[3:], "--resume"]) == 0
    assert history_of(tmp_path / "run") == history_of(run)


def test_the_command_says_what_the_run_reached(
    recipe: GanRecipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_recipe(recipe, tmp_path)
    arguments = ["gan", str(path), "--run", str(tmp_path / "run"), "--set", "identity.steps=1"]
    assert main([*arguments, "--set", "expression.steps=1"]) == 0
    said = capsys.readouterr().out
    assert "identity: 1 steps, FID" in said
    assert "KID" in said
    assert main([*arguments, "--set", "expression.steps=1"]) == 2
    assert "--resume goes on with it" in capsys.readouterr().err
    assert main([*arguments, "--set", "expression.steps=2", "--resume"]) == 0
    assert "expression: 2 steps" in capsys.readouterr().out
    assert main([*arguments, "--set", "seed=1", "--resume"]) == 2
    assert "begun with another recipe" in capsys.readouterr().err


def test_expressions_can_be_trained_anew_on_the_people_of_another_run(
    recipe: GanRecipe, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_recipe(recipe, tmp_path)
    arguments = ["gan", str(path), "--first-stage-of", str(run)]
    other = [*arguments, "--run", str(tmp_path / "other"), "--set", "expression.paint_weight=3"]
    assert main(other) == 0
    ours, theirs = (load_checkpoint(folder / WEIGHTS) for folder in (tmp_path / "other", run))
    assert all(
        torch.equal(ours["generator"][name], theirs["generator"][name]) for name in theirs["generator"]
    )
    assert any(
        not torch.equal(ours["warp_generator"][name], theirs["warp_generator"][name])
        for name in theirs["warp_generator"]
    )
    assert history_of(tmp_path / "other")[:2] == history_of(run)[:2]
    capsys.readouterr()
    for fault, told in (
        (["--set", "identity.noise=9"], "only the section expression may differ"),
        (["--set", "identity.steps=9"], f"{run}: its first stage is at step 4 of 9"),
        (["--first-stage-of", str(tmp_path)], "name the folder of a run"),
    ):
        assert main([*arguments, "--run", str(tmp_path / "new"), *fault]) != 0
        assert told in capsys.readouterr().err


def test_the_people_of_another_run_stay_through_a_stop_before_the_first_checkpoint(
    recipe: GanRecipe, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr(Training, "go_on", lambda _: iter(()))
        train(recipe, tmp_path, first_stage_of=run)
    assert history_of(tmp_path) == history_of(run)[:2]
    stages = [row.stage for row in train(recipe, tmp_path, resume=True)]
    assert stages == ["identity", "identity", "expression", "expression"]
    ours, theirs = (load_checkpoint(folder / WEIGHTS)["generator"] for folder in (tmp_path, run))
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_a_stage_that_ends_where_no_measurement_was_due_is_measured_too(
    recipe: GanRecipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fewer steps on resume, or the people of a run whose first stage goes on."""
    begun = Training(recipe, tmp_path / "begun", load_faces(recipe.data))
    (tmp_path / "begun").mkdir()
    path = write_recipe(recipe, tmp_path / "begun").rename(tmp_path / "begun" / "recipe.yaml")
    next(begun.go_on())
    short = ["gan", str(path), "--set", "identity.steps=1", "--set", "expression.steps=1"]
    for run in (["new", "--first-stage-of", str(tmp_path / "begun")], ["begun", "--resume"]):
        assert main([*short, "--run", str(tmp_path / run[0]), *run[1:]]) == 0
        assert "identity: 1 steps, FID" in capsys.readouterr().out
        assert [(row["stage"], row["step"]) for row in history_of(tmp_path / run[0])] == [
            ("identity", 1),
            ("expression", 1),
        ]
        assert (tmp_path / run[0] / "samples" / "identity_000001.png").exists()


def test_a_run_that_has_nothing_to_go_on_from_says_so(
    recipe: GanRecipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Training, "go_on", lambda _: iter(()))
    with caplog.at_level("INFO"):
        train(recipe, tmp_path / "new", resume=True)
    assert caplog.messages == [f"{tmp_path / 'new'}: nothing to go on from; begins afresh"]


def test_a_set_without_enough_faces_of_the_identity_is_refused(tmp_path: Path) -> None:
    recipe = small_recipe(tmp_path)
    rows = (tmp_path / "fer2013.csv").read_text().splitlines()
    calm = [row for row in rows if not row.startswith("6,")]
    (tmp_path / "fer2013.csv").write_text("\n".join(calm) + "\n")
    with pytest.raises(DataError, match="0 training faces are neutral, stage one needs"):
        train(recipe, tmp_path / "run")


def test_a_recipe_that_the_nets_cannot_draw_is_refused(tmp_path: Path) -> None:
    path = write_recipe(small_recipe(tmp_path), tmp_path)
    assert main(["gan", str(path), "--run", str(tmp_path / "run"), "--set", "data.size_px=50"]) == 2
    for change, told in (
        ("identity.step=3", r"did you mean identity\.steps"),
        ("seed=-1", "seed: .*greater than or equal to 0"),
        ("seed=1000000000000", "seed: .*less than or equal to"),
    ):
        with pytest.raises(RecipeError, match=told):
            load_gan_recipe(path, (change,))


def test_the_shipped_recipe_and_the_defaults_that_the_page_tells_are_the_same() -> None:
    shipped = load_gan_recipe(REPOSITORY / EXAMPLE)
    assert shipped == GanRecipe(name=shipped.name, data=shipped.data)


def test_conditioning_changes_the_picture(recipe: GanRecipe, run: Path) -> None:
    """The same person, asked for two emotions, looks different; asked twice for one, the same."""
    training = Training(recipe, run, load_faces(recipe.data))
    training.load_state(load_checkpoint(run / LAST))
    happy, sad = (np.full(3, list(Emotion).index(emotion)) for emotion in (Emotion.HAPPY, Emotion.SAD))
    stage = training.expression
    stage.averaged.load_state_dict(stage.generator.state_dict())
    assert (stage.samples(happy, 5) == stage.samples(happy, 5)).all()
    assert (stage.samples(happy, 5) != stage.samples(sad, 5)).any()


def with_units(recipe: GanRecipe) -> GanRecipe:
    """The recipe, conditioned on action units."""
    return recipe.model_copy(
        update={"expression": recipe.expression.model_copy(update={"condition": "units"})}
    )


def test_stage_two_can_learn_action_units(recipe: GanRecipe, tmp_path: Path) -> None:
    """Measured units lie in the run's folder; faces on which none was found are left out; requests ask for units."""
    faces = load_faces(recipe.data).split(Split.TRAIN)
    units = np.random.default_rng(0).random((len(faces), len(UNITS)), np.float32)
    units[:5] = np.nan
    (tmp_path / "run").mkdir()
    np.save(tmp_path / "run" / UNITS_FILE, units)
    history = train(with_units(recipe), tmp_path / "run")
    assert all(math.isfinite(value) for row in history for value in row.losses.values())
    assert load_checkpoint(tmp_path / "run" / WEIGHTS)["conditions"] == [f"au{unit:02d}" for unit in UNITS]
    generator = open_generator("gan", {"run": tmp_path / "run"})
    face = generator.generate(FaceRequest(None, 0, action_units={12: 0.5, 6: 1.0}, intensity=0.5), 16)
    assert face.action_units == {12: pytest.approx(0.25)}
    assert face.provenance.parameters["units_not_known"] == [6]
    by_emotion = generator.generate(FaceRequest(Emotion.HAPPY, 0), 16)
    assert set(by_emotion.action_units) <= set(UNITS)
    assert len(by_emotion.action_units) > 3


def test_pictures_on_which_no_face_is_found_cannot_teach_units(
    recipe: GanRecipe, tmp_path: Path, face_model: Path
) -> None:
    few = with_units(recipe).model_copy(update={"data": few_faces(tmp_path)})
    with pytest.raises(DataError, match=r"set expression\.condition to emotion"):
        train(few, tmp_path / "run")


def few_faces(folder: Path) -> DataRecipe:
    """Noise that is said to be calm; a validation split is taken from it."""
    noise = np.random.default_rng(0).integers(0, 256, (50, 48, 48), np.uint8)
    images, _ = write_fer2013(make_faces(noise, [EMOTIONS.index(Emotion.NEUTRAL)] * 50), folder)
    return DataRecipe(faces=images, size_px=16)


def test_units_are_measured_on_real_faces_and_kept(
    smiling_clip: Path, face_model: Path, tmp_path: Path
) -> None:
    with open_source(str(smiling_clip)) as clip:
        frame = next(frame for frame in clip if frame.index == 60)
    grey = cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY)
    faces = make_faces(np.stack([grey, np.full_like(grey, 90)]), [3, 6])
    units = units_on(faces, tmp_path / "units.npy")
    assert units[0, UNITS.index(12)] > 0.5
    assert np.isnan(units[1]).all()
    np.testing.assert_array_equal(np.load(tmp_path / "units.npy"), units)
    assert (units_on(faces.where(np.array([True, False])), tmp_path / "units.npy") == units[:1]).all()
