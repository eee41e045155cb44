"""`python -m player forget STUDY VIEWER`: delete a viewer with everything that was measured or kept.

Every result of the study follows at once, since results are computed from what is there. Reports, data and norm files
that were written before are copies: write them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from player.command_line import command_parser
from player.reactions.study import Study


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    parser = command_parser("forget", __doc__)
    parser.add_argument("study", type=Path, metavar="STUDY")
    parser.add_argument("viewer", metavar="VIEWER")
    options = parser.parse_args(arguments)
    Study(options.study).delete_viewer(options.viewer)
    print(f"{options.viewer} is deleted; write reports, data and norms of this study again")
    return 0
