"""The lab's commands: `python -m player watch | analyse | report | ...`; each prints its own --help."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable, Sequence

from recognizer.errors import SonrisaError

COMMANDS = {
    "watch": "show films to a viewer and measure the face",
    "analyse": "measure recorded reactions into a study",
    "report": "write a study as one page",
    "norms": "make a norm file of a category, or place films in one",
    "data": "write a study as csv and parquet",
    "forget": "delete a viewer from a study",
}
"""Name to help. A command is the module of that name, imported only when called."""


def run_command(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code: 0 fine, 1 could not go on, 2 wrong usage."""
    name = arguments[0]
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    main: Callable[[Sequence[str]], int] = importlib.import_module(f"{__name__}.{name}").main
    try:
        return main(arguments[1:])
    except SonrisaError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(f"{name}: stopped; what was finished is kept", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0
