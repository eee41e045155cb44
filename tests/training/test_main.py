"""The command line of `python -m training`, whatever the command."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


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
