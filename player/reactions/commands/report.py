"""`python -m player report STUDY --out report.html`: a study as one page that needs nothing else.

--markers brand.csv (film, name, start_seconds[, end_seconds]) adds the lift around marked moments; --norms FILE, which
may be given several times, places the films among others of their category. --where, --split and --weights choose,
split and weigh viewers by their attributes (`study --viewers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from player.command_line import command_parser
from player.reactions.commands.shared import add_overwrite, add_selection, add_worst_grade, selected
from player.reactions.facts import write_whole
from player.reactions.moments import read_markers
from player.reactions.norms import read_norm
from player.reactions.report.page import is_report, write_page
from player.reactions.study import Study
from recognizer.own_file import check_replaceable
from recognizer.rows import check_folder


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("report", __doc__)
    parser.add_argument("study", type=Path, metavar="STUDY")
    parser.add_argument("--out", type=Path, default=Path("report.html"), metavar="FILE")
    parser.add_argument("--markers", type=Path, metavar="CSV", help="moments of the films")
    parser.add_argument("--norms", type=Path, action="append", default=[], metavar="FILE", help="a norm file")
    add_selection(parser)
    add_worst_grade(parser)
    add_overwrite(parser)
    options = parser.parse_args(arguments)
    check_folder(options.out)
    study = Study(options.study)
    sources = [options.study, *options.norms, *filter(None, [options.markers])]
    check_replaceable(options.out, "report", is_report, options.overwrite, sources)
    markers = read_markers(options.markers) if options.markers else ()
    norms = [read_norm(path) for path in options.norms]
    page = write_page(study, markers, norms, options.worst_grade, selected(options))
    write_whole(options.out, page.encode())
    print(f"{options.out}: {len(page) / 1e6:.1f} MB")
    return 0
