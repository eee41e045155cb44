"""`python -m player data STUDY --out FOLDER`: a study as csv and parquet for other programs, with a dictionary.

traces: every viewer's measures over time; viewings: grades and figures of each viewing; figures: means over viewers
with intervals; comparisons, synchrony, peaks, stretches and lifts: each with p and p adjusted; dictionary: what every
column means.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from player.command_line import command_parser
from player.reactions.commands.shared import add_overwrite, add_worst_grade
from player.reactions.moments import read_markers
from player.reactions.study import Study
from player.reactions.tables import is_table, table_files, write_tables
from recognizer.own_file import check_replaceable


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("data", __doc__)
    parser.add_argument("study", type=Path, metavar="STUDY")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="made if need be")
    parser.add_argument(
        "--markers", type=Path, metavar="CSV", help="moments of the films, for the table of lifts"
    )
    add_worst_grade(parser)
    add_overwrite(parser)
    options = parser.parse_args(arguments)
    study = Study(options.study)
    for path in table_files(options.out):
        check_replaceable(path, "table", is_table, options.overwrite, [options.study])
    markers = read_markers(options.markers) if options.markers else ()
    for path in write_tables(study, options.out, options.worst_grade, markers):
        print(path)
    return 0
