"""The commands beside the player: each can be found, and says how it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from player.__main__ import main
from player.commands import COMMANDS, help_lines
from tests.data import REPOSITORY


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_how_it_is_used(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])
    assert caught.value.code == 0
    assert f"python -m player {name}" in capsys.readouterr().out


def test_the_programs_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert help_lines() in shown
    assert all(f"\n  {name} " in shown for name in COMMANDS)


def test_a_word_that_is_no_command_is_wrong_usage() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "player", "nxet"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
