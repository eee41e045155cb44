"""`python -m benchmarks.lab_statistics`: do the ad lab's intervals hold, and do its tests claim what is there only?

A population of invented viewers (benchmarks.simulated_viewers) sees invented films; every viewing goes from readings
through measures, grades and figures as a real one does. Studies draw viewers from the population, whose means are
known. For each number of viewers:

coverage: how often 95 % intervals hold the population's mean, over all figures with bounds, the least and the greatest
of them; bands along time: shares, smile where at least a tenth of the viewers smile, and where fewer do (quiet); and
differences of two films that work alike, by the same viewers (within) and by others (between);
claims: how often a study of five films that work alike claims any difference (raw, and adjusted by Holm); how often a
film in which viewers have nothing in common is said to have synchrony, a stretch or a peak in its smile; how often two
groups drawn alike are said to differ in a stretch;
power: how often a film with twice the pull is found to make more people smile, by the same viewers or by others, and
what `power` foretells; how often synchrony and a stretch are found in a film that works.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from tqdm import tqdm

from benchmarks.report import emit, show
from benchmarks.simulated_viewers import FILM_SECONDS, RATE, Film, Person, person, viewing
from player.reactions.aggregate import SUMMARY, peaks, shown
from player.reactions.chance import apart, time_locked
from player.reactions.comparisons import COMPARED, holm, independent, paired
from player.reactions.facts import FilmFacts, Versions, ViewingFacts
from player.reactions.gather import Reactions, Viewed
from player.reactions.intervals import band
from player.reactions.measures import BOUNDS, measure
from player.reactions.power import power
from player.reactions.quality import grade
from player.reactions.readings import Floats
from player.reactions.synchrony import synchrony
from recognizer.affect import EMOTIONS, Emotion

ALIKE = 5
FILMS = {
    **{f"alike{number}": Film() for number in range(ALIKE)},
    "stronger": Film(pull=2.0),
    "nothing shared": Film(shared=False),
}
VIEWERS = (3, 5, 8, 12, 20, 40)
COVERED = tuple(name for name, figure in SUMMARY.items() if figure.independent)
ASKED = "happy"
_VERSIONS = Versions(sonrisa="0", emotion_model="invented", emotion_model_sha256="", face_model_sha256="")


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Viewings of every film by the same viewers; `figures` of each film by name [viewers]."""

    films: dict[str, Reactions]
    figures: dict[str, dict[str, Floats]]
    size: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.lab_statistics",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--population", type=int, default=1500, help="viewers (default: %(default)s)")
    parser.add_argument(
        "--studies", type=int, default=2000, help="for each number of viewers (default: %(default)s)"
    )
    parser.add_argument(
        "--shifted",
        type=int,
        default=400,
        help="of these with tests along time; 0: none (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    everybody = population(options.population)
    rows = []
    for count in VIEWERS:
        rows.append(row(everybody, count, options.studies, options.shifted))
        print(rows[-1], file=sys.stderr, flush=True)  # a run takes minutes
    for title, names in TABLES.items():
        show(
            title,
            ["viewers", *names],
            [[each["viewers"], *(each.get(name, "") for name in names)] for each in rows],
        )
    emit({"studies": options.studies, "population": options.population, "rows": rows})
    return 0


TABLES = {
    "coverage of 95 % intervals, percent": (
        "figures",
        "least",
        "greatest",
        "shares",
        "smile",
        "within",
        "between",
    ),
    "claims where there is nothing, percent of studies": (
        *("five films raw", "five films", "synchrony", "stretch", "peak", "group stretch"),
    ),
    "found where there is something, percent of studies": (
        *(
            "found within",
            "foretold",
            "found between",
            "foretold between",
            "synchrony found",
            "stretch found",
        ),
    ),
}


def population(size: int) -> Population:
    """Everybody's viewings of every film, measured and graded; who is graded out is no part of it."""
    random = np.random.default_rng(7)
    people = [person(random) for _ in range(size)]
    seen: dict[str, list[Viewed]] = {name: [] for name in FILMS}
    for number, who in enumerate(tqdm(people, desc="measuring", unit="viewer", leave=False)):
        viewed = {name: _viewed(f"v{number}", name, who, film, random) for name, film in FILMS.items()}
        if not any(each.grade.excluded_because for each in viewed.values()):
            for name, each in viewed.items():
                seen[name].append(each)
    films = {
        name: Reactions(FilmFacts(film=name, category="invented"), FILM_SECONDS, tuple(viewed), ())
        for name, viewed in seen.items()
    }
    figures = {name: {figure: SUMMARY[figure].of(film) for figure in COVERED} for name, film in films.items()}
    return Population(films, figures, len(seen["stronger"]))


def _viewed(name: str, film: str, who: Person, how: Film, random: np.random.Generator) -> Viewed:
    readings = viewing(who, how, random)
    measured = measure(readings, FILM_SECONDS)
    facts = ViewingFacts(
        viewer=name,
        film=film,
        status="complete",
        source="invented",
        started="",
        offset_known="measured",
        versions=_VERSIONS,
    )
    return Viewed(
        facts, measured, grade(facts, readings, measured.baseline, FILM_SECONDS, film_frames_per_second=RATE)
    )


def row(everybody: Population, count: int, studies: int, shifted: int) -> dict[str, float | str]:
    """Everything that is counted for one number of viewers."""
    random = np.random.default_rng(count)
    draws = np.stack([random.permutation(everybody.size)[: 2 * count] for _ in range(studies)])
    found: dict[str, float | str] = {"viewers": count}
    found |= _coverage(everybody, draws[:, :count])
    found |= _differences(everybody, draws, count)
    found |= _along_time(everybody, draws[:shifted], count) if shifted else {}
    return {name: value if name == "viewers" else _percent(value) for name, value in found.items()}


def _percent(value: float | str) -> float | str:
    return "" if isinstance(value, str) or np.isnan(value) else round(100 * float(value), 1)


def _holds(
    values: Floats, draws: np.ndarray, bounds: tuple[float, float] | None, along_time: bool = False
) -> Floats:
    """How often the interval over drawn viewers holds the mean of `values` [population, ...]; NaN: no intervals."""
    columns = np.swapaxes(values[draws], 0, 1)
    found, truth = band(columns, bounds, along_time=along_time), np.nanmean(values, axis=0)
    held = (found.low <= truth) & (truth <= found.high)
    return np.where(np.isnan(found.low).all(axis=0), np.nan, held.mean(axis=0))


def _coverage(everybody: Population, draws: np.ndarray) -> dict[str, float | str]:
    film, figures = everybody.films["alike0"], everybody.figures["alike0"]
    held = [
        float(_holds(figures[name], draws, SUMMARY[name].bounds))
        for name in COVERED
        if np.nanstd(figures[name]) > 0
    ]
    happy = shown(film)[:, :, EMOTIONS.index(Emotion.HAPPY)]
    smile = film.trace("smile")
    held_smile, answered = (
        _holds(smile, draws[:500], BOUNDS["smile"], along_time=True),
        (smile > 0.1).mean(axis=0) >= 0.1,
    )
    return {
        "figures": float(np.mean(held)),
        "least": min(held),
        "greatest": max(held),
        "shares": float(np.mean(_holds(happy, draws[:500], (0, 1))[happy.mean(axis=0) > 0.02])),
        "smile": float(np.mean(held_smile[answered])),
        "quiet": float(np.mean(held_smile[~answered])),
    }


def _differences(everybody: Population, draws: np.ndarray, count: int) -> dict[str, float | str]:
    figures = everybody.figures
    hits: dict[str, list[float]] = {"within": [], "between": []}
    raw, adjusted, power_within, power_between = [], [], [], []
    random = np.random.default_rng([count, 1])
    alike = {name: np.stack([figures[f"alike{film}"][name] for film in range(ALIKE)]) for name in COMPARED}
    for draw in draws:
        same, others = draw[:count], draw[count:]
        # Every viewer sees the films that work alike under names of chance: no difference is left in the population.
        named = random.permuted(np.tile(np.arange(ALIKE)[:, None], (1, 2 * count)), axis=0)
        ps = []
        for name in COMPARED:
            films = alike[name][named, draw]
            for one, other in combinations(films, 2):
                difference, _, p = paired(one[:count], other[:count])
                ps.append(p)
            hits["within"].append(_holds_zero(difference.low, difference.high))
            difference, _, _ = independent(films[0, :count], films[1, count:])
            hits["between"].append(_holds_zero(difference.low, difference.high))
        raw.append(np.nanmin([*ps, 1.0]) <= 0.05)
        adjusted.append(np.nanmin([*holm(ps), 1.0]) <= 0.05)
        stronger, usual = figures["stronger"][ASKED], figures["alike0"][ASKED]
        power_within.append(paired(stronger[same], usual[same])[2] <= 0.05)
        power_between.append(independent(stronger[same], usual[others])[2] <= 0.05)
    few = count < 5
    gap = figures["stronger"][ASKED] - figures["alike0"][ASKED]
    spread = np.sqrt((figures["stronger"][ASKED].var() + figures["alike0"][ASKED].var()) / 2)
    return {
        "within": float(np.nanmean(hits["within"])) if not few else np.nan,
        "between": float(np.nanmean(hits["between"])) if not few else np.nan,
        "five films raw": float(np.mean(raw)),
        "five films": float(np.mean(adjusted)),
        "found within": float(np.mean(power_within)),
        "foretold": power(gap.mean() / gap.std(), count, "within") if not few else np.nan,
        "found between": float(np.mean(power_between)),
        "foretold between": power(gap.mean() / spread, count, "between") if not few else np.nan,
    }


def _holds_zero(low: float, high: float) -> float:
    return np.nan if np.isnan(low) else float(low <= 0 <= high)


def _along_time(everybody: Population, draws: np.ndarray, count: int) -> dict[str, float | str]:
    nothing, works = everybody.films["nothing shared"], everybody.films["alike0"]
    found: dict[str, list[bool]] = {}

    def note(name: str, claimed: bool) -> None:
        found.setdefault(name, []).append(claimed)

    for draw in draws:
        same, others = draw[:count], draw[count:]
        unrelated, related = _of(nothing, same), _of(works, same)
        note("synchrony", synchrony(unrelated.trace("smile")).p <= 0.05)
        note("stretch", any(each.p <= 0.05 for each in time_locked(unrelated.trace("smile"))))
        note("peak", any(each.p <= 0.05 for each in peaks(unrelated, "smile")))
        alike = apart(related.trace("smile"), _of(works, others).trace("smile"))
        note("group stretch", any(each.p <= 0.05 for each in alike))
        note("synchrony found", synchrony(related.trace("smile")).p <= 0.05)
        note("stretch found", any(each.p <= 0.05 for each in time_locked(related.trace("smile"))))
    return {name: float(np.mean(claimed)) for name, claimed in found.items()}


def _of(film: Reactions, viewers: np.ndarray) -> Reactions:
    return replace(film, used=tuple(film.used[place] for place in viewers))


if __name__ == "__main__":
    sys.exit(main())
