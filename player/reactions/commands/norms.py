"""`python -m player norms STUDY... --category C --out FILE`: make a norm file of a category from studies.

`python -m player norms STUDY --against FILE` says where the films of a study stand in it. A norm file holds figures of
films, and neither viewers nor names; it needs at least 10 films with at least 3 viewers each.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from player.command_line import command_parser
from player.reactions.aggregate import SUMMARY
from player.reactions.commands.shared import add_overwrite, add_worst_grade
from player.reactions.gather import Reactions, gather
from player.reactions.norms import Norm, is_norm, make_norm, read_norm, standings, write_norm
from player.reactions.study import Study
from recognizer.errors import UsageError
from recognizer.own_file import check_replaceable
from recognizer.rows import check_folder
from recognizer.words import counted


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    options = _options(arguments)
    if options.against is None:
        check_folder(options.out)
        check_replaceable(options.out, "norm", is_norm, options.overwrite, options.studies)
    films = [film for path in options.studies for film in gather(Study(path), options.worst_grade)]
    if options.against is None:
        norm = make_norm(films, options.category)
        write_norm(options.out, norm)
        print(f"a norm of {counted(len(norm.films), 'film')} in {options.out}")
        return 0
    norm = read_norm(options.against)
    found = [film for film in films if film.film.category == norm.category]
    if not found:
        raise UsageError(f"none of these films is in the norm's category {norm.category}")
    for film in found:
        _tell(film, norm)
    return 0


def _tell(film: Reactions, norm: Norm) -> None:
    print(f"{film.film.film}: percentile among {norm.category} (95 % interval)")
    for place in standings(film, norm):
        between = "no interval" if math.isnan(place.low) else f"{place.low:3.0f} to {place.high:3.0f}"
        print(f"  {place.percentile:3.0f}  ({between})  {SUMMARY[place.figure].says}")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_parser("norms", __doc__)
    parser.add_argument("studies", type=Path, nargs="+", metavar="STUDY")
    parser.add_argument("--category", metavar="C", help="whose films go into the norm")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the norm file to be written (.yaml)")
    parser.add_argument("--against", type=Path, metavar="FILE", help="the norm file to compare with")
    add_worst_grade(parser)
    add_overwrite(parser)
    options = parser.parse_args(arguments)
    if (options.against is None) == (options.out is None or options.category is None):
        raise UsageError(
            "either --category and --out make a norm, or --against compares with one; see --help"
        )
    return options
