"""`python -m player plan`: how many viewers a study needs to find a difference of a given size.

--study STUDY --figure smile --difference 0.05 takes how much viewers differ from a study that was made;
--sd 0.12 --difference 0.05 takes it from you; --effect 0.4 is the difference in standard deviations.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from player.command_line import command_parser
from player.reactions.aggregate import SUMMARY
from player.reactions.comparisons import Design
from player.reactions.gather import gather
from player.reactions.power import MOST_VIEWERS, spreads, viewers_needed
from player.reactions.study import Study
from recognizer.errors import UsageError

DESIGNS: tuple[tuple[Design, str], ...] = (
    ("within", "viewers, if each sees both films"),
    ("between", "viewers of each film or group, if each sees one"),
)


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code."""
    options = _options(arguments)
    effects = _effects(options)
    print(
        f"To find it in {options.power:.0%} of studies, where {options.comparisons} comparison"
        f"{'s are' if options.comparisons > 1 else ' is'} made:"
    )
    for design, who in DESIGNS:
        if design not in effects:
            print(f"  not known {who}: no two films of the study share enough viewers")
            continue
        count = viewers_needed(effects[design], design, options.power, options.comparisons)
        needed = f"more than {MOST_VIEWERS}" if count is None else f"{count}"
        print(f"  {needed} {who} (effect {effects[design]:.2f})")
    return 0


def _effects(options: argparse.Namespace) -> dict[Design, float]:
    """The difference in standard deviations, for each design that it is known for."""
    if options.effect is not None:
        return {"within": options.effect, "between": options.effect}
    if options.sd is not None:
        return {"within": options.difference / options.sd, "between": options.difference / options.sd}
    found = spreads(gather(Study(options.study)), options.figure)
    if not any(found.values()):
        raise UsageError(f"{options.study}: too few viewers to tell how much they differ; give --sd instead")
    return {design: options.difference / spread for design, spread in found.items() if spread > 0}


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_parser("plan", __doc__)
    parser.add_argument(
        "--difference", type=float, metavar="D", help="of the figure's means, in its own unit"
    )
    parser.add_argument(
        "--figure", choices=list(SUMMARY), metavar="F", help="for instance smile or attraction"
    )
    parser.add_argument("--study", type=Path, help="where viewers' spread is taken from")
    parser.add_argument(
        "--sd", type=float, metavar="S", help="standard deviation of viewers, or of their differences"
    )
    parser.add_argument("--effect", type=float, metavar="E", help="the difference in standard deviations")
    parser.add_argument("--power", type=float, default=0.8, metavar="P", help="(default: 0.8)")
    parser.add_argument(
        "--comparisons", type=int, default=1, metavar="N", help="how many are made in the study (default: 1)"
    )
    options = parser.parse_args(arguments)
    ways = (
        options.effect is not None and options.difference is None,
        options.difference is not None and options.sd is not None and options.study is None,
        options.difference is not None and options.study is not None and options.figure is not None,
    )
    if sum(ways) != 1 or (options.effect is not None and (options.sd or options.study)):
        raise UsageError(
            "give --effect, or --difference with --sd, or --difference with --study and --figure"
        )
    sizes = [each for each in (options.effect, options.difference, options.sd) if each is not None]
    if any(not 0 < size < float("inf") for size in sizes):
        raise UsageError("--effect, --difference and --sd must be more than 0")
    if not 0.5 <= options.power <= 0.999:
        raise UsageError(f"--power must be from 0.5 to 0.999, not {options.power:g}")
    if not 1 <= options.comparisons <= 10_000:
        raise UsageError(f"--comparisons must be from 1 to 10000, not {options.comparisons}")
    return options
