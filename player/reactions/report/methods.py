"""The paragraph by which a study is cited: what was measured, on whom, with what, and how it was judged. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from player import __version__
from player.reactions.chance import DRAWS
from player.reactions.facts import StudyFacts
from player.reactions.gather import Reactions
from player.reactions.intervals import FEWEST
from player.reactions.measures import BIN_SECONDS, DEFINITIONS
from player.reactions.norms import versions_of
from player.reactions.selection import Selection
from recognizer.words import counted


def methods(facts: StudyFacts, films: Sequence[Reactions], worst_used: int, selection: Selection) -> str:
    """A methods section in one paragraph, with every number that a reader needs to repeat it."""
    return " ".join(
        [
            _what(facts, films),
            _how(films),
            f"Viewings graded worse than {worst_used} of 6 for technical quality, or left out by hand with a stated"
            f" reason, were not used.{_who(selection)}",
            f"Means over viewers are given with 95 % intervals from {counted(FEWEST, 'viewer')} on (Wilson's with an"
            " effective number of viewers for bounded measures, Korn and Graubard 1998; else Student's t). Films and"
            " groups were compared by paired t where the same viewers saw both and by Welch's t else, adjusted by Holm"
            f" (1979); synchrony was held against {DRAWS:,} circular shifts (Chen et al. 2016), stretches of time"
            " against chance by clusters (Maris and Oostenveld 2007), adjusted by the false discovery rate (Benjamini"
            " and Hochberg 1995).",
        ]
    )


def _what(facts: StudyFacts, films: Sequence[Reactions]) -> str:
    everybody = [each for film in films for each in (*film.used, *film.excluded)]
    viewers = len({each.facts.viewer for each in everybody})
    used = sum(len(film.used) for film in films)
    dates = sorted({each.facts.started[:10] for each in everybody})
    when = f" between {dates[0]} and {dates[-1]}" if len(dates) > 1 else f" on {dates[0]}" if dates else ""
    whom = f" for {facts.client}" if facts.client else ""
    return (
        f"In the study {facts.title!r}{whom}, the facial reactions of {counted(viewers, 'viewer')} to"
        f" {counted(len(films), 'film')} were measured{when} ({counted(len(everybody), 'viewing')}, {used} used)."
    )


def _how(films: Sequence[Reactions]) -> str:
    models = "; ".join(each.named for each in versions_of(films)) or "no viewings"
    live = sum(each.facts.live for film in films for each in film.used)
    kinds = f" {live} viewings were sessions in which one clock stamped film and camera." if live else ""
    return (
        f"Faces were read picture by picture with Sonrisa {__version__} (emotion model {models}; figures by"
        f" definitions {DEFINITIONS}); all measures are differences from the viewer's own face at rest, in steps of"
        f" {BIN_SECONDS} s.{kinds}"
    )


def _who(selection: Selection) -> str:
    return f" Counted were {selection.says}." if selection.says else ""
