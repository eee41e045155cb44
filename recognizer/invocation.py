"""What a person types to start the programs, in the installation at hand: for usage lines, hints and menu entries.

Messages are written as a checkout has it (`python -m player next`); `as_typed` turns them into what works here.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from recognizer.resources import checkout
from recognizer.words import printable

COMMANDS = {
    "python -m player": "sonrisa",
    "python -m recognizer": "sonrisa-recognizer",
    "python -m recognizer.draft": "sonrisa-recognizer draft",
    "python -m recognizer.face_model": "sonrisa setup",
    "python -m training": "sonrisa-training",
}
"""Each module that is run and the installed command for it; pyproject.toml declares them."""

EXTRAS = {
    r"pip install -e \.\[(\w+)\]": r"pip install 'sonrisa[\1]'",
    "run `make test` once to install it": "install it with: pip install 'sonrisa[training]'",
    "run make setup again": "run it again",
}
"""How packages are added to a checkout, and to an installation."""

_MODULE_RUN = re.compile(r"python -m (?:player|recognizer|training)(?:\.\w+)*")


def as_typed(text: str) -> str:
    """The text as it can be printed, with the commands in it as they work here (installed ones, where one was run)."""
    text = "\n".join(map(printable, text.split("\n")))
    if started_by_command():
        text = _MODULE_RUN.sub(lambda found: COMMANDS.get(found[0], found[0]), text)
    if checkout() is None:
        for written, installed in EXTRAS.items():
            text = re.sub(written, installed, text)
    return text


def started_by_command() -> bool:
    """Whether this process was started as `sonrisa`, `sonrisa-recognizer` or `sonrisa-training`."""
    return Path(sys.argv[0]).stem in COMMANDS.values()


def player_command() -> list[str]:
    """The words that start the player from anywhere: the installed command, else this Python with its module."""
    script = Path(sys.executable).with_name("sonrisa")
    return [str(script)] if checkout() is None and script.exists() else [sys.executable, "-m", "player"]
