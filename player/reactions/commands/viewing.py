"""`python -m player viewing STUDY VIEWER FILM --out viewing.html`: one viewing to look at, on one page.

The film, the viewer's face where the video was kept with consent, and the traces run under one slider. The page holds
the viewer's face: keep it as carefully as the study, and delete it when the viewer asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from player.command_line import command_parser
from player.reactions.commands.shared import add_overwrite
from player.reactions.facts import write_whole
from player.reactions.report.replay import is_replay, write_replay
from player.reactions.study import Study
from recognizer.own_file import check_replaceable
from recognizer.rows import check_folder


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("viewing", __doc__)
    parser.add_argument("study", type=Path, metavar="STUDY")
    parser.add_argument("viewer", metavar="VIEWER")
    parser.add_argument("film", metavar="FILM")
    parser.add_argument("--out", type=Path, default=Path("viewing.html"), metavar="FILE")
    add_overwrite(parser)
    options = parser.parse_args(arguments)
    check_folder(options.out)
    study = Study(options.study)
    check_replaceable(options.out, "viewing", is_replay, options.overwrite, [options.study])
    page = write_replay(study, options.viewer, options.film)
    write_whole(options.out, page.encode())
    print(f"{options.out}: {len(page) / 1e6:.1f} MB")
    return 0
