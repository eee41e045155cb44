"""What set-up asks pip for, and when; pip itself is left out, since it would fetch gigabytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import environment
from tools.environment import PackageSet, ensure_packages, gpu_set, has_gpu_set
from tools.environment import test_set as set_for_tests

PLAY = PackageSet("play", "the player's packages", ("onnxruntime==1",))
TEST = PackageSet("test", "the tests' packages", ("pytest==1",))


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """A real, empty environment, and what pip was asked for in it."""
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(environment, "ENVIRONMENT", tmp_path / "venv")
    monkeypatch.setattr(environment, "_version_in_environment", lambda: "3.11.7")
    monkeypatch.setattr(environment, "_pip", lambda *arguments: calls.append(arguments))
    (tmp_path / "venv").mkdir()
    return calls


def verbs(calls: list[tuple[str, ...]]) -> list[str]:
    return [f"{call[0]} {call[-1]}" for call in calls]


def test_the_graphics_cards_build_takes_the_place_of_the_other(asked: list[tuple[str, ...]]) -> None:
    assert not has_gpu_set()
    ensure_packages([PLAY, gpu_set()])
    assert asked[0] == ("install", "onnxruntime==1")
    assert asked[1] == ("uninstall", "--yes", "onnxruntime", "onnxruntime-gpu")
    assert asked[2][0] == "install"
    assert asked[2][-1].startswith("onnxruntime-gpu[cuda,cudnn]==")
    assert has_gpu_set()


def test_a_second_run_asks_for_nothing(asked: list[tuple[str, ...]]) -> None:
    ensure_packages([PLAY, gpu_set()])
    asked.clear()
    ensure_packages([PLAY, gpu_set()])
    assert asked == []


def test_other_packages_that_are_renewed_do_not_bring_the_processors_build_back(
    asked: list[tuple[str, ...]],
) -> None:
    ensure_packages([PLAY, gpu_set()])
    asked.clear()
    ensure_packages([PLAY, TEST, gpu_set()])
    assert [verb.split()[0] for verb in verbs(asked)] == ["install", "uninstall", "install"]
    assert asked[0] == ("install", "pytest==1")


def test_the_two_builds_have_one_version_and_are_never_in_one_set() -> None:
    import tomllib

    project = tomllib.loads((environment.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = [pin for pin in project["project"]["dependencies"] if pin.startswith("onnxruntime")]
    group = project["dependency-groups"]["gpu"]
    assert pins == [f"onnxruntime=={group[0].split('==')[1]}"]
    assert not [pin for pin in set_for_tests().pip_arguments if pin.startswith("onnxruntime")]


def test_make_says_what_it_would_run_with_a_graphics_card() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "-n", "play", "GPU=1", f"PYTHON={sys.executable}"],
        cwd=environment.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tools.setup --use-this-python --gpu play" in shown.stdout
