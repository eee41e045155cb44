"""Where a film stands among others of its category: percentiles, each with its interval.

A norm file holds one set of figures per film: means over viewers, and how many viewers there were. It holds no face,
no viewer, no trace and no film's name, so it may be passed on. Films with few viewers do not go in, since a mean over
one viewer would be that viewer.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sized
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from pydantic import Field

from player.errors import NormError, StudyError
from player.reactions.aggregate import SUMMARY
from player.reactions.facts import Facts, Versions, checked, write_facts
from player.reactions.gather import Reactions
from player.reactions.intervals import FEWEST, LEVEL, SEED
from player.reactions.readings import Floats
from player.reactions.study import now_text

FEWEST_FILMS = 10
DRAWS = 1000
FEWEST_VIEWERS = 3


class NormFilm(Facts):
    """One film of a norm: `mark` only tells whether two files are the same film."""

    mark: str
    viewers: int = Field(ge=FEWEST_VIEWERS)
    figures: dict[str, float]


class Norm(Facts):
    """A norm file, with what its films were measured with."""

    format: int = Field(default=2, ge=2, le=2)
    category: str
    made: str
    versions: Versions
    films: list[NormFilm]


@dataclass(frozen=True, slots=True)
class Standing:
    """A film's percentile (0 to 100) for one figure among `films` others; its 95 % interval is NaN for few viewers."""

    figure: str
    percentile: float
    low: float
    high: float
    films: int


def make_norm(films: Iterable[Reactions], category: str) -> Norm:
    """The norm of a category from the films of any number of studies; raises NormError for fewer than 10 films."""
    best: dict[str, NormFilm] = {}
    chosen = [each for each in films if each.film.category == category]
    versions = versions_of(chosen)
    if len({each.comparable for each in versions}) > 1:
        models = " and ".join(sorted({each.named for each in versions}))
        raise NormError(
            f"the category {category} was measured with {models}: these do not mix; measure all with one (`analyse`)"
        )
    for reactions in chosen:
        if reactions.film.category == category and len(reactions.used) >= FEWEST_VIEWERS:
            entry = _entry(reactions)
            if entry.mark not in best or best[entry.mark].viewers < entry.viewers:
                best[entry.mark] = entry
    _check_size(best, f"the category {category}")
    return Norm(
        category=category, made=now_text(), versions=versions[0], films=[best[mark] for mark in sorted(best)]
    )


def versions_of(films: Iterable[Reactions]) -> list[Versions]:
    """With what the viewings that are used were measured, each once."""
    found = {each.facts.versions for film in films for each in film.used}
    return sorted(found, key=lambda each: (each.named, each.sonrisa))


def write_norm(path: Path, norm: Norm) -> None:
    """Write a norm file; raises OutputError."""
    write_facts(path, norm)


def read_norm(path: Path) -> Norm:
    """A norm from its file; raises NormError where it is damaged or too small."""
    try:
        norm = checked(yaml.safe_load(path.read_text(encoding="utf-8")), Norm, str(path))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, StudyError) as error:
        raise NormError(
            f"{path}: this is no norm file that can be used ({' '.join(str(error).split())})"
        ) from error
    _check_size(norm.films, str(path))
    return norm


def is_norm(head: bytes) -> bool:
    """Whether a file that begins so is a norm, or empty."""
    return not head or re.match(rb"format: \d+\n(?:\w+: .*\n)*category: ", head) is not None


def standings(reactions: Reactions, norm: Norm) -> tuple[Standing, ...]:
    """Where a film stands in its category's norm, figure by figure; the film itself is left out of the norm.

    Raises NormError for a norm of another category, or one that has too few other films.
    """
    if reactions.film.category != norm.category:
        raise NormError(
            f"{reactions.film.film}: is in the category {reactions.film.category}, the norm is of {norm.category}"
        )
    for versions in versions_of([reactions]):
        if versions.comparable != norm.versions.comparable:
            raise NormError(
                f"{reactions.film.film}: was measured with {versions.named}, the norm with {norm.versions.named};"
                " they do not compare: measure again (`analyse --again`), or make the norm anew"
            )
    others = [film for film in norm.films if film.mark != mark_of(reactions)]
    _check_size(others, "the norm without this film")
    found = []
    for name in SUMMARY:
        known = np.array([film.figures[name] for film in others if name in film.figures])
        values = SUMMARY[name].of(reactions)
        if len(known) >= FEWEST_FILMS and not np.isnan(values).all():
            found.append(_standing(name, values, known))
    return tuple(found)


def percentile(value: float, among: Floats) -> float:
    """The share in percent of `among` that is below the value, equal ones counting half."""
    return 100 * float((among < value).mean() + 0.5 * (among == value).mean())


def mark_of(reactions: Reactions) -> str:
    """A film's mark: from its content where that is known, else from its name."""
    film = reactions.film
    return hashlib.sha256((film.sha256 or film.film).encode()).hexdigest()[:16]


def _entry(reactions: Reactions) -> NormFilm:
    means = {name: _mean(figure.of(reactions)) for name, figure in SUMMARY.items()}
    figures = {name: round(mean, 6) for name, mean in means.items() if math.isfinite(mean)}
    return NormFilm(mark=mark_of(reactions), viewers=len(reactions.used), figures=figures)


def _standing(name: str, values: Floats, among: Floats) -> Standing:
    """Both are uncertain, the film's own mean (Student's t over its viewers) and the norm (its films are drawn anew).

    With fewer than FEWEST viewers there is no interval; where they depend on each other, only the norm's films count.
    """
    known = values[~np.isnan(values)]
    random = np.random.default_rng(SEED)
    own = np.full(DRAWS, known.mean())
    if SUMMARY[name].independent and len(known) >= FEWEST:
        own = own + random.standard_t(len(known) - 1, DRAWS) * known.std(ddof=1) / math.sqrt(len(known))
    drawn = random.choice(among, (DRAWS, len(among)))
    places = 100 * ((drawn < own[:, None]).mean(axis=1) + 0.5 * (drawn == own[:, None]).mean(axis=1))
    low, high = np.quantile(places, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if len(known) < FEWEST:
        low = high = np.nan
    return Standing(name, percentile(float(known.mean()), among), float(low), float(high), len(among))


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _check_size(films: Sized, where: str) -> None:
    count = len(films)
    if count < FEWEST_FILMS:
        raise NormError(
            f"{where}: {count} films with at least {FEWEST_VIEWERS} viewers are too few for a norm;"
            f" at least {FEWEST_FILMS} are needed"
        )
