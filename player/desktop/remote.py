"""`python -m player next | pause | status | ...`: ask the player that runs for something, from any terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from player.command_line import Parser, command_parser
from player.desktop.control import ask
from player.desktop.requests import FORMS, STATUS, request_of
from player.desktop.status import from_json, in_words
from recognizer.words import printable


def main(words: Sequence[str]) -> int:
    """Run one command, its name first; returns the exit code. Raises SonrisaError with the line for the person."""
    name = words[0]
    given = _parser(name).parse_args(_with_negative_numbers(words[1:]))
    request = request_of([name, *([given.word] if given.word is not None else [])])
    status = ask(request)
    if name == STATUS:
        print(
            json.dumps(status, ensure_ascii=False) if given.json else printable(in_words(from_json(status)))
        )
    return 0


def _parser(name: str) -> Parser:
    parser = command_parser(name, "Ask the player that runs, from any terminal of yours.")
    if name in FORMS:
        parser.add_argument("word", metavar=name.upper(), help=FORMS[name].replace("%", "%%"))
    else:
        parser.set_defaults(word=None)
    if name == STATUS:
        parser.add_argument("--json", action="store_true", help="one JSON object, for programs")
    return parser


def _with_negative_numbers(words: Sequence[str]) -> list[str]:
    """-5 and -1:30 are values here, not flags."""
    return ["--", *words] if words and re.match(r"-\d", words[0]) else list(words)
