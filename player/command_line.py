"""What commands share that are called as `python -m player NAME`."""

from __future__ import annotations

import argparse
from typing import NoReturn

from recognizer.errors import UsageError
from recognizer.invocation import as_typed


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see --help")


def command_parser(name: str, description: str | None) -> Parser:
    """A parser for `python -m player NAME`."""
    return Parser(
        prog=as_typed(f"python -m player {name}"),
        description=as_typed(description or ""),
        allow_abbrev=False,
    )
