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


def test_a_mistyped_command_is_wrong_usage_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nxet"]) == 2
    assert (
        capsys.readouterr().err
        == "'nxet' is no command; did you mean next? python -m player --help lists them\n"
    )
    assert main(["/music"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


ASK_AND_LIST = """
import contextlib, sys
from player.__main__ import main
with contextlib.suppress(SystemExit):
    main(["next", "--help"])
print("loaded:", *sorted({"cv2", "mediapipe", "onnxruntime", "pygame", "vlc"} & set(sys.modules)))
"""


def test_asking_a_running_player_loads_neither_camera_nor_sound() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK_AND_LIST], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1].split() == ["loaded:"]
