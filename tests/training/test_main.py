"""The command line of `python -m training`, whatever the command."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest
from torch.distributed.run import get_args_parser

from training.__main__ import main


@pytest.mark.parametrize("buffered", [True, False])
def test_a_reader_who_leaves_early_is_no_fault(buffered: bool) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    words = [sys.executable, "-m", "training", "study", "few-plus", "--plan"]
    surroundings = os.environ | {"PYTHONUNBUFFERED": "" if buffered else "1"}
    try:
        done = subprocess.run(
            words,
            check=False,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            env=surroundings,
            timeout=120,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        ["fit", "recipe.yaml", "--run", "run", "--threads"],
        ["gan", "recipe.yaml", "--run", "run", "--threads"],
        ["evaluate", "card.yaml", "--faces", "faces.csv", "--threads"],
        ["probe", "card.yaml", "--faces", "faces.csv", "--count"],
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("number", ["-1", "0", "many"])
def test_a_count_begins_at_one(words: list[str], number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*words, number])
    assert stopped.value.code == 2
    assert f"{number} is not a number from 1 on" in capsys.readouterr().err


def test_torchrun_takes_the_command_that_the_help_of_fit_shows(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fit", "--help"])
    told = re.search(r"torchrun (.* fit) \.\.\.", " ".join(capsys.readouterr().out.split()))
    assert told
    rest = ["recipe.yaml", "--run", "runs/new"]
    read = get_args_parser().parse_args([*shlex.split(told[1]), *rest])
    assert (read.training_script, read.training_script_args) == ("training", ["fit", *rest])
