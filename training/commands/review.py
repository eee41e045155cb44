"""`review PATH`: look at labels on a page of this computer, the doubtful first; answers count from then on."""

from __future__ import annotations

import argparse
import getpass
import threading
import webbrowser
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from recognizer.errors import UsageError
from recognizer.invocation import as_typed
from training.commands.data import progress_bars, recipe_of
from training.commands.shared import from_zero
from training.data.gather import answers_place
from training.review.agreement import agreement, describe
from training.review.answers import decided, merge, read_answers, standing
from training.review.queue import CARD, queue_of
from training.review.server import ReviewServer
from training.review.session import Session

PROGRAM = as_typed("python -m training review")


def main(argv: Sequence[str]) -> int:
    """Review a set's labels, or bring people's answers together; returns the exit code."""
    options = _parser().parse_args(argv)
    recipe = recipe_of(options, PROGRAM)
    path = answers_place(recipe)
    if options.merge:
        count = merge(path, options.merge)
        print(f"{path}: {count:,} answers taken over")
    if options.merge or options.agreement:
        print(describe(agreement(standing(read_answers(path)))))
        return 0
    with progress_bars() as progress:
        queue = queue_of(
            recipe, options.card, lambda items, count: progress.track(items, count, description="reading")
        )
    session = Session(queue, path, options.person or _user())
    _serve(session, options)
    _tell(session, path)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        PROGRAM, description="Look at labels on a page of this computer, the doubtful first."
    )
    parser.add_argument("path", type=Path, nargs="?", help="a set of faces, as `data` takes it")
    parser.add_argument("--recipe", type=Path, help="the faces of this recipe")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override, e.g. data.crop=aligned"
    )
    parser.add_argument("--person", help="who answers (default: the name of the user)")
    parser.add_argument(
        "--card", type=Path, default=CARD, help=f"the model that tells expressions apart (default: {CARD})"
    )
    parser.add_argument("--port", type=from_zero, default=0, help="of the page (default: a free one)")
    parser.add_argument("--no-open", action="store_true", help="print the address, open no browser")
    parser.add_argument(
        "--merge", type=Path, nargs="+", default=[], metavar="FILE", help="take over other people's answers"
    )
    parser.add_argument("--agreement", action="store_true", help="print how far people agree, and end")
    return parser


def _serve(session: Session, options: argparse.Namespace) -> None:
    server = ReviewServer(session, options.port)
    found = session.progress()
    print(
        f"{found.faces:,} faces, {found.doubtful:,} of them doubtful; answers go to {session.path}\n"
        f"{server.address}\nCtrl+C ends it.",
        flush=True,
    )
    if not options.no_open:
        threading.Thread(target=webbrowser.open, args=(server.address,), daemon=True).start()
    server.serve()


def _tell(session: Session, path: Path) -> None:
    answers = standing(read_answers(path))
    changes = Counter(str(decided(given.values())) for given in answers.values())
    words = ", ".join(f"{what} {count:,}" for what, count in changes.most_common())
    print(f"{path}: {len(answers):,} faces answered{f' ({words})' if words else ''}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError) as error:
        raise UsageError("the system does not say who you are; name yourself with --person") from error
