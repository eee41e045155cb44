"""The study command from a file to its report, stopped and gone on with."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recognizer.affect import EMOTIONS
from tests.training.study.small_study import InProcess, small_study
from training.__main__ import main as training
from training.commands.study import main
from training.errors import DataError
from training.fit_recipe import load_recipe
from training.fitting.schedule import steps_per_epoch
from training.study.job import Job, jobs_of, load_job
from training.study.one_fit import fitted_recipe
from training.study.predictions import PREDICTIONS, load_predictions
from training.study.runner import WorkerPool, command_of, run_all, seconds_left
from training.study.study_recipe import load_study


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A study's file and the folder that it left."""
    folder = tmp_path_factory.mktemp("study")
    path = small_study(folder)
    assert main([str(path), "--out", str(folder / "out")], InProcess) == 0
    return path, folder / "out"


def report_of(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "report.json").read_text()))


def test_every_arm_is_fitted_with_every_seed_and_reported(done: tuple[Path, Path]) -> None:
    _, out = done
    report = report_of(out)
    arms = ["real", "plus", "alone", "tuned", "pooled"]
    assert list(report["arms"]) == arms
    for arm in arms:
        assert len(report["arms"][arm]["figures"]["accuracy"]["by_seed"]) == 2
        assert all((out / "runs" / arm / f"seed-{seed}" / "weights.pt").exists() for seed in (0, 1))
    assert report["arms"]["plus"]["trained_on"] == {
        "real": dict.fromkeys(EMOTIONS, 4),
        "drawn": dict.fromkeys(EMOTIONS, 8),
    }
    assert report["arms"]["alone"]["trained_on"]["drawn, filtered"] == dict.fromkeys(EMOTIONS, 4)


def test_only_real_faces_are_tested_on_save_where_they_are_pooled(done: tuple[Path, Path]) -> None:
    _, out = done
    runs = {arm: load_predictions(out / "runs" / arm / "seed-0") for arm in ("real", "plus", "pooled")}
    assert runs["real"].real.all()
    assert np.array_equal(runs["real"].names, runs["plus"].names)
    assert not runs["pooled"].real.all()


def test_an_arm_begins_with_the_weights_of_the_arm_that_it_starts_from(done: tuple[Path, Path]) -> None:
    _, out = done
    recipe = (out / "runs" / "tuned" / "seed-1" / "recipe.yaml").read_text()
    assert f"start_from: {out}/runs/alone/seed-1/weights.pt" in recipe


def test_each_comparison_has_a_sentence_and_each_aim_an_answer(done: tuple[Path, Path]) -> None:
    report = report_of(done[1])
    sentences = [one["verdict"] for one in report["comparisons"]]
    assert all("points, 95\N{NO-BREAK SPACE}%" in sentence for sentence in sentences)
    assert report["comparisons"][2]["judged"] == "drawn"
    assert len(report["comparisons"][0]["mcnemar_p"]) == 2
    assert report["comparisons"][2]["mcnemar_p"] == []
    assert len(report["aims"]) == 2
    assert all("reached" in aim or "missed" in aim for aim in report["aims"])
    assert any("2 seeds are too few" in limit for limit in report["limits"])


def test_the_page_needs_nothing_else_and_shows_what_was_asked(done: tuple[Path, Path]) -> None:
    page = (done[1] / "report.html").read_text()
    assert "<script" not in page
    assert "src=" not in page
    for told in ("Do drawn faces help?", "Drawn faces are no people.", "Learning curves", "PR-AUC", "ROC"):
        assert told in page


def test_a_finished_study_is_kept_and_only_reported_again(
    done: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = done
    before = {file: file.stat().st_mtime_ns for file in out.rglob(PREDICTIONS)}
    assert training(["study", str(path), "--out", str(out)]) == 2
    assert "--resume goes on with it" in capsys.readouterr().err
    assert training(["study", str(path), "--out", str(out), "--resume"]) == 0
    assert {file: file.stat().st_mtime_ns for file in out.rglob(PREDICTIONS)} == before


def test_a_run_of_another_recipe_is_never_mixed_in(
    done: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = done
    other = ["study", str(path), "--out", str(out), "--resume", "--set", "arms.plus.real=5"]
    assert training(other) == 1
    assert "was begun with another arm; delete that folder" in capsys.readouterr().err
    assert training([*other[:-1], "changes.fit.epochs=3"]) == 1
    assert "was begun with another recipe.fit.epochs" in capsys.readouterr().err


def test_other_faces_at_the_same_place_are_never_mixed_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["study", str(small_study(tmp_path)), "--out", str(tmp_path / "out"), "--size", "steps"]
    assert main(arguments[1:], InProcess) == 0
    picture = sorted((tmp_path / "synthetic" / "images").glob("*.png"))[0]
    picture.write_bytes(sorted(picture.parent.glob("*.png"))[-1].read_bytes())
    assert training([*arguments, "--resume"]) == 1
    assert "was begun with another content of faces drawn; delete that folder" in capsys.readouterr().err


def test_an_arm_whose_start_was_fitted_anew_is_not_kept_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = {"two": {"arms": ["tuned"], "steps": 2}}
    arguments = ["study", str(small_study(tmp_path, sizes=sizes)), "--out", str(tmp_path / "out")]
    assert main(arguments[1:], InProcess) == 0
    shutil.rmtree(tmp_path / "out" / "runs" / "alone")
    again = [*arguments, "--resume", "--set", "arms.alone.steps_share=2"]
    assert training(again) == 1
    assert "tuned/seed-0: was begun with another content of the weights of alone" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "out" / "runs" / "tuned")
    assert main(again[1:], InProcess) == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("changes.data.protocol={kind: random, test_share: 0}", "no real faces in the split 'test'"),
        ("arms.pooled.synthetic=[{set: drawn, per_class: 500}]", "has 10 faces of angry, and 500 are wanted"),
    ],
)
def test_what_no_fit_could_use_is_told_before_any_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, told: str
) -> None:
    arguments = ["study", str(small_study(tmp_path)), "--out", str(tmp_path / "out"), "--set", change]
    assert training(arguments) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out" / "runs").exists()


def test_missing_synthetic_faces_are_told_before_any_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small_study(tmp_path)
    changes = ["--set", f"sets.drawn.faces={tmp_path}/none"]
    assert training(["study", str(path), "--out", str(tmp_path / "out"), *changes]) == 1
    assert "no synthetic faces there; draw them" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    (tmp_path / "synthetic" / "kept.csv").unlink()
    assert training(["study", str(path), "--out", str(tmp_path / "out")]) == 1
    assert f"filter it: python -m training filter {tmp_path}/synthetic training/" in capsys.readouterr().err


def test_the_plan_is_told_without_any_fit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small_study(tmp_path)
    assert main([str(path), "--out", str(tmp_path / "out"), "--size", "steps", "--plan"]) == 0
    assert "4 of 4 fits are left" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_arms_of_any_number_of_faces_learn_for_the_same_steps(tmp_path: Path) -> None:
    path = small_study(tmp_path)
    assert main([str(path), "--out", str(tmp_path / "out"), "--size", "steps"], InProcess) == 0
    arms = report_of(tmp_path / "out")["arms"]
    assert [arms[name]["steps"] for name in ("real", "plus")] == [6, 6]


@pytest.mark.parametrize(
    ("steps", "faces"), [(600, 28_709), (600, 30_809), (250, 350), (300, 5_410), (7, 20)]
)
def test_arms_whose_epochs_are_long_learn_for_as_many_steps(tmp_path: Path, steps: int, faces: int) -> None:
    sizes = {"only": {"steps": steps, "arms": ["real"]}}
    study = load_study(str(small_study(tmp_path, sizes=sizes))).at("only")
    job = jobs_of(study, tmp_path, load_recipe(Path("training/recipes/study.yaml")))[0]
    fit = fitted_recipe(job, faces).fit
    assert fit.epochs * steps_per_epoch(fit, faces) == pytest.approx(steps, rel=0.02)


def test_near_copies_are_tested_on_where_the_study_does_not_keep_them_apart(tmp_path: Path) -> None:
    path = small_study(tmp_path)
    table = next(tmp_path.glob("*fer2013*.csv"))
    rows = table.read_text().splitlines()
    train = next(row for row in rows if row.endswith("Training"))
    table.write_text("\n".join([*rows, train.replace("Training", "PrivateTest")]) + "\n")
    tested = {}
    for apart in ("true", "false"):
        arguments = [
            str(path),
            "--out",
            str(tmp_path / apart),
            "--size",
            "steps",
            "--set",
            f"copies_apart={apart}",
        ]
        assert main([*arguments, "--set", "sizes.steps.steps=1"], InProcess) == 0
        tested[apart] = report_of(tmp_path / apart)["arms"]["real"]["tested_on"]
    assert tested["true"][0] < tested["true"][1] == tested["false"][0] == tested["false"][1]


def test_what_was_done_when_a_fit_failed_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    fits: list[str] = []

    def launch(job: Job, pool: WorkerPool) -> InProcess:
        if len(fits) == 1:
            raise DataError("the disk is full")
        fits.append(job.name)
        return InProcess(job, pool)

    arguments = [str(small_study(tmp_path)), "--out", str(out), "--size", "steps"]
    with pytest.raises(DataError, match="the disk is full"):
        main(arguments, launch)
    assert len(list(out.rglob(PREDICTIONS))) == 1
    left: list[str] = []

    def counted(job: Job, pool: WorkerPool) -> InProcess:
        left.append(job.name)
        return InProcess(job, pool)

    assert main([*arguments, "--resume"], counted) == 0
    assert fits == ["real, seed 0"]
    assert left == ["plus, seed 0", "real, seed 1", "plus, seed 1"]


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_fit_that_fails_says_why_in_its_own_words(tmp_path: Path, processes: int) -> None:
    changes = "arms.real.changes={fit: {start_from: none.pt, micro_batches: 2}}"
    study = load_study(str(small_study(tmp_path)), (changes,))
    job = jobs_of(study.at("steps"), tmp_path / "out")[0]
    with pytest.raises(
        DataError, match=r"real, seed 0: none.pt: no checkpoint there.*\(all of it: .*log.txt\)"
    ):
        run_all([job], WorkerPool(processes=processes, threads=1))


@pytest.mark.slow
@pytest.mark.timeout(900)  # every fit is another interpreter, which takes long on a busy machine
def test_a_study_killed_halfway_takes_its_fit_with_it_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["study", str(small_study(tmp_path)), "--out", str(out), "--size", "steps", "--threads", "1"]
    arguments += ["--set", "sizes.steps.steps=150"]
    process = subprocess.Popen([sys.executable, "-m", "training", *arguments], stderr=subprocess.DEVNULL)
    first = out / "runs" / "real" / "seed-0"
    wait_for(lambda: (first / "last.pt").exists() or process.poll() is not None)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    wait_for(lambda: not fitting(first))
    assert not (first / PREDICTIONS).exists()
    more = ["--set", "seeds=[0,1,2]", "--set", "sizes.steps.arms=[real,plus,alone]"]
    assert training([*arguments, "--resume", "--at-once", "2", *more]) == 0
    assert len(list(out.rglob(PREDICTIONS))) == 9
    assert load_job(first / "job.yaml").seed == 0


def wait_for(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.05)


def fitting(run: Path) -> bool:
    """Whether any process still fits into this folder."""
    for entry in filter(str.isdecimal, os.listdir("/proc")):
        try:
            line = Path("/proc", entry, "cmdline").read_bytes()
        except OSError:
            continue
        if str(run / "job.yaml").encode() in line:
            return True
    return False


def test_several_processes_are_torchruns() -> None:
    alone, team = (command_of(Path("job.yaml"), WorkerPool(processes=n)) for n in (1, 2))
    assert alone[1:] == ["-m", "training.study.one_fit", "job.yaml"]
    assert team[2:5] == ["torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    assert team[5:] == alone[1:]


def test_time_left_is_that_of_the_fits_so_far() -> None:
    assert seconds_left(60, 2, 5) == 150
