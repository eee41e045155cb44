"""`python -m player data STUDY --out FOLDER`: a study as csv, parquet and one Excel file, with a dictionary.

traces: every viewer's measures over time; viewings: grades and figures of each viewing; attributes, decisions: what is
known of viewers, and what was left out by hand; shares and bands: over time, with intervals; figures: means over
viewers with intervals; comparisons, synchrony, peaks, stretches and lifts: each with p and p adjusted; contagion;
standings in norms; dictionary: what every column means, and its unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from player.command_line import command_parser
from player.reactions.commands.shared import add_overwrite, add_selection, add_worst_grade, selected
from player.reactions.moments import read_markers
from player.reactions.norms import read_norm
from player.reactions.study import Study
from player.reactions.tables import is_table, is_workbook, table_files, write_tables
from recognizer.own_file import check_replaceable


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("data", __doc__)
    parser.add_argument("study", type=Path, metavar="STUDY")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="made if need be")
    parser.add_argument(
        "--markers", type=Path, metavar="CSV", help="moments of the films, for the table of lifts"
    )
    parser.add_argument("--norms", type=Path, action="append", default=[], metavar="FILE", help="a norm file")
    add_selection(parser)
    add_worst_grade(parser)
    add_overwrite(parser)
    options = parser.parse_args(arguments)
    study = Study(options.study)
    *tables, workbook = table_files(options.out)
    sources = [options.study, *options.norms, *filter(None, [options.markers])]
    for path in tables:
        check_replaceable(path, "table", is_table, options.overwrite, sources)
    check_replaceable(
        workbook, "table", lambda head: not head or is_workbook(workbook), options.overwrite, sources
    )
    markers = read_markers(options.markers) if options.markers else ()
    norms = [read_norm(path) for path in options.norms]
    for path in write_tables(study, options.out, options.worst_grade, markers, norms, selected(options)):
        print(path)
    return 0
