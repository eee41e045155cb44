"""`python -m player exclude STUDY VIEWER FILM --reason WHY`: leave a viewing out of every figure.

--from S --to S masks a stretch of the film only (negative times lie in the rest before it); --restore takes back every
decision about the viewing before it. Nothing is deleted: each decision is kept with its reason and shown in the report.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from player.command_line import command_parser
from player.reactions.facts import Decision
from player.reactions.study import Study, now_text
from recognizer.errors import UsageError


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    options = _options(arguments)
    what: Literal["exclude", "mask", "restore"] = "exclude" if options.start is None else "mask"
    if options.restore:
        what = "restore"
    decision = Decision(
        made=now_text(),
        what=what,
        reason=options.reason.strip(),
        start_seconds=options.start,
        end_seconds=options.end,
        by=options.by,
    )
    Study(options.study).decide(options.viewer, options.film, decision)
    told = {"exclude": "is left out", "mask": "is masked there", "restore": "counts again"}[what]
    print(f"{options.viewer}, {options.film}: {told}; write reports and data of this study again")
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_parser("exclude", __doc__)
    parser.add_argument("study", type=Path, metavar="STUDY")
    parser.add_argument("viewer", metavar="VIEWER")
    parser.add_argument("film", metavar="FILM")
    parser.add_argument("--reason", required=True, metavar="WHY", help="kept, and shown in the report")
    parser.add_argument(
        "--from", dest="start", type=float, metavar="S", help="film time at which a mask begins"
    )
    parser.add_argument("--to", dest="end", type=float, metavar="S", help="film time at which it ends")
    parser.add_argument("--restore", action="store_true", help="take back what was decided before")
    parser.add_argument("--by", default="", metavar="NAME", help="who decides")
    options = parser.parse_args(arguments)
    if not options.reason.strip() or len(options.reason) > 500:
        raise UsageError("--reason must say why, in 1 to 500 characters")
    both = (options.start is None) == (options.end is None)
    if not both or (options.start is not None and not -600 <= options.start < options.end < float("inf")):
        raise UsageError("a mask needs --from and --to in seconds of the film, --to later")
    if options.restore and options.start is not None:
        raise UsageError("--restore takes back every decision about the viewing; leave --from and --to away")
    return options
