"""`python -m training COMMAND`: fit, evaluate and export models; each command prints its own --help."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Callable, Sequence

from recognizer.errors import SonrisaError
from recognizer.invocation import as_typed
from recognizer.output import log_to_stderr, reader_may_leave

COMMANDS = {
    "data": ("training.commands.data", "main", "look at a set of faces before anything is fitted to it"),
    "review": ("training.commands.review", "main", "look at labels on a page, the doubtful first"),
    "fit": ("training.commands.fit", "main", "train a recipe"),
    "export": ("training.commands.export", "main", "write a fitted run as ONNX with its card"),
    "quantise": ("training.commands.quantise", "main", "write an int8 copy of a model, measured against it"),
    "probe": ("training.commands.probe", "main", "find out what in a model's card is wrong"),
    "evaluate": ("training.commands.evaluate", "main", "measure an exported model on labelled faces"),
    "filter": ("training.commands.filter", "main", "drop doubtful synthetic faces, each with its reason"),
    "gan": ("training.commands.gan", "main", "train the two-stage GAN on your faces"),
    "synthesize": ("training.commands.synthesize", "main", "draw a data set of synthetic faces"),
    "study": ("training.commands.study", "main", "fit and compare ways of training, one report each"),
    "music": ("training.music.command", "main", "fit the regressor of music's mood, or judge it"),
    "audience": (
        "training.commands.audience",
        "main",
        "record rendered viewers of films, for a trial of the ad lab",
    ),
    "demo-clip": ("training.synthesis.clips.demo", "main", "render the demonstration clip"),
}
"""Name to module, function and help. Modules are imported only when called: rendering does not need torch."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0 fine, 1 could not go on, 2 wrong usage)."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    lines = "\n".join(f"  {name:<12}{help_text}" for name, (_, _, help_text) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        as_typed("python -m training"),
        epilog=f"commands:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of the commands below")
    command = parser.parse_args(arguments[:1]).command
    module, function, _ = COMMANDS[command]
    log_to_stderr(logging.INFO)
    for chatty in ("onnxscript", "onnx_ir"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    code = 0
    try:
        run: Callable[[Sequence[str]], int] = getattr(importlib.import_module(module), function)
        with reader_may_leave(sys.stdout):
            code = run(arguments[1:])
    except ModuleNotFoundError as error:
        print(
            as_typed(f"training: the package {error.name} is missing; run `make test` once to install it"),
            file=sys.stderr,
        )
        return 1
    except SonrisaError as error:
        print(as_typed(f"training: {error}"), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("training: stopped; what was finished is kept", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
