"""`python -m player study STUDY`: state what a study is, or say what it states; it is made if need be.

--title and --client stand on the report. --controller, --purpose, --retention and --contact are told to every viewer,
and no session begins without them; --consent FILE says it in your own words or language. --viewers TABLE (csv of any
spreadsheet, or xlsx) merges attributes and survey answers by its column viewer; with a column film, answers by film.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from player.command_line import command_parser
from player.reactions.answers import merge_answers
from player.reactions.session.consent import STATED, adopt_text, filled_in
from player.reactions.study import Study
from recognizer.words import counted

FIELDS = {
    "title": "of the report",
    "client": "for whom the study is made",
    "controller": "who answers for the viewers' data",
    "purpose": "what they are for",
    "retention": "how long they are kept",
    "contact": "whom a viewer asks for access or deletion",
}


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("study", __doc__)
    parser.add_argument("study", type=Path, metavar="STUDY")
    for name, says in FIELDS.items():
        parser.add_argument(f"--{name}", metavar="TEXT", help=says)
    parser.add_argument(
        "--consent", type=Path, metavar="FILE", help="what viewers are told and asked (.yaml)"
    )
    parser.add_argument("--viewers", type=Path, metavar="TABLE", help="attributes and answers of viewers")
    options = parser.parse_args(arguments)
    study = Study.open_or_create(options.study)
    stated = {name: getattr(options, name) for name in FIELDS if getattr(options, name) is not None}
    if stated:
        study.state(**{name: " ".join(text.split()) for name, text in stated.items()})
    if options.consent:
        filled_in(adopt_text(study, options.consent), study.facts)
    told, problems = merge_answers(study, options.viewers) if options.viewers else (0, ())
    for problem in problems:
        print(f"study: {problem}", file=sys.stderr)
    if options.viewers:
        print(f"answers of {counted(told, 'viewer')} merged")
    _tell(study)
    return 1 if problems and not told else 0


def _tell(study: Study) -> None:
    for name in FIELDS:
        said = getattr(study.facts, name)
        needed = "not stated; no session begins without it" if name in STATED else "not stated"
        print(f"{name}: {said or needed}")
    known = sorted({name for viewer in study.viewers() for name in study.about(viewer).attributes})
    print(f"attributes of viewers: {', '.join(known) or 'none'}")
