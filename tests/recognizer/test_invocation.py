"""Commands in messages, as they work in the installation at hand."""

from __future__ import annotations

import sys
import tomllib

import pytest

from recognizer import invocation
from recognizer.invocation import COMMANDS, as_typed, player_command
from tests.data import REPOSITORY

HINT = (
    "start one with: python -m player, or `python -m recognizer.draft a.onnx`; python -m training.face_shape"
)


def test_a_module_that_is_run_names_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/home/me/sonrisa/player/__main__.py"])
    assert as_typed(HINT) == HINT
    assert player_command() == [sys.executable, "-m", "player"]


@pytest.mark.parametrize("program", ["sonrisa", "/usr/bin/sonrisa-training", "sonrisa-recognizer.exe"])
def test_a_command_that_is_run_names_commands(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(sys, "argv", [program])
    assert as_typed(HINT) == (
        "start one with: sonrisa, or `sonrisa-recognizer draft a.onnx`; python -m training.face_shape"
    )
    assert as_typed("fetch it with: python -m recognizer.face_model") == "fetch it with: sonrisa setup"


def test_packages_are_added_to_an_installation_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    hint = "install it with `pip install -e .[diffusion]`"
    assert as_typed(hint) == hint
    monkeypatch.setattr(invocation, "checkout", lambda: None)
    assert as_typed(hint) == "install it with `pip install 'sonrisa[diffusion]'`"


def test_the_commands_are_those_that_are_declared() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {command.split()[0] for command in COMMANDS.values()} == set(project["scripts"])
    for name, entry in project["scripts"].items():
        assert COMMANDS[f"python -m {entry.split('.')[0]}"] == name
