"""`python -m player charts STUDY --out FOLDER`: a study's charts as SVG and PNG, for slides and papers.

For each film: shares of viewers showing each emotion, and traces, with intervals, markers and the stretches beyond
chance (bars at the bottom); by groups with --split; and the figures of all films side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from player.command_line import command_parser
from player.reactions.claims import claims
from player.reactions.commands.shared import add_overwrite, add_selection, add_worst_grade, selected
from player.reactions.facts import telling, write_whole
from player.reactions.gather import gather
from player.reactions.moments import read_markers
from player.reactions.report.charts import charts
from player.reactions.study import Study
from recognizer.own_file import check_replaceable


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("charts", __doc__)
    parser.add_argument("study", type=Path, metavar="STUDY")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="made if need be")
    parser.add_argument("--markers", type=Path, metavar="CSV", help="moments of the films")
    add_selection(parser)
    add_worst_grade(parser)
    add_overwrite(parser)
    options = parser.parse_args(arguments)
    study = Study(options.study)
    markers = read_markers(options.markers) if options.markers else ()
    films = gather(study, options.worst_grade, selection=selected(options))
    with telling(options.out):
        options.out.mkdir(parents=True, exist_ok=True)
    for name, content in charts(films, claims(films, markers), markers):
        path = options.out / name
        check_replaceable(path, "chart", is_chart, options.overwrite, [options.study])
        write_whole(path, content)
        print(path)
    return 0


def is_chart(head: bytes) -> bool:
    """Whether a file that begins so is a chart of ours, or empty."""
    return not head or b"Sonrisa" in head
