"""How far people agree beyond chance: Cohen's kappa for two, Fleiss' kappa for all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from training.review.answers import Standing

FEW_FACES = 30
"""Below this a kappa says little."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people: how many faces both judged, on what share they say the same, Cohen's kappa (None: not defined)."""

    people: tuple[str, str]
    faces: int
    same: float
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """people: how many faces each judged. pairs: all with a common face. fleiss: on the `common` faces all judged."""

    people: dict[str, int]
    pairs: tuple[Pair, ...]
    common: int
    fleiss: float | None


def agreement(answers: Standing) -> Agreement:
    """The agreement of all who answered; what they want is compared (an emotion, remove, unsure)."""
    people = Counter(person for given in answers.values() for person in given)
    names = sorted(people)
    pairs = [_pair(answers, one, other) for one, other in combinations(names, 2)]
    shared = [
        [str(given[name].decision) for name in names]
        for given in answers.values()
        if set(given) == set(names)
    ]
    return Agreement(
        people={name: people[name] for name in names},
        pairs=tuple(pair for pair in pairs if pair.faces),
        common=len(shared),
        fleiss=fleiss_kappa(shared) if len(names) > 1 else None,
    )


def cohen_kappa(one: Sequence[str], other: Sequence[str]) -> float | None:
    """Cohen 1960, in [-1, 1]; None without faces, or where both gave one and the same answer throughout."""
    count = len(one)
    same = sum(a == b for a, b in zip(one, other, strict=True))
    ones, others = Counter(one), Counter(other)
    by_chance = sum(ones[answer] * others[answer] for answer in ones)
    # In whole numbers: whether chance alone explains everything must not hang on rounding.
    return None if by_chance == count**2 else (same * count - by_chance) / (count**2 - by_chance)


def fleiss_kappa(answers: Sequence[Sequence[str]]) -> float | None:
    """Fleiss 1971: `answers` holds one sequence a face, each with the same number of people (2 or more)."""
    if not answers:
        return None
    faces, people = len(answers), len(answers[0])
    within = sum(n * (n - 1) for face in answers for n in Counter(face).values())
    observed = within / (faces * people * (people - 1))
    totals = Counter(answer for face in answers for answer in face)
    by_chance = sum((n / (faces * people)) ** 2 for n in totals.values())
    return None if len(totals) == 1 else (observed - by_chance) / (1 - by_chance)


def describe(found: Agreement) -> str:
    """The agreement in lines for a terminal."""
    lines = [f"{name}: {faces:,} faces" for name, faces in found.people.items()]
    for pair in found.pairs:
        few = " (few faces: a rough figure)" if pair.faces < FEW_FACES else ""
        lines.append(
            f"{pair.people[0]} and {pair.people[1]}: the same on {pair.same:.0%} of {pair.faces:,} faces, "
            f"Cohen's kappa {_figure(pair.kappa)}{few}"
        )
    if len(found.people) > 2:
        lines.append(f"all on {found.common:,} common faces: Fleiss' kappa {_figure(found.fleiss)}")
    return "\n".join(lines) or "nobody has answered yet"


def _pair(answers: Standing, one: str, other: str) -> Pair:
    both = [(given[one], given[other]) for given in answers.values() if one in given and other in given]
    first = [str(a.decision) for a, _ in both]
    second = [str(b.decision) for _, b in both]
    same = sum(a == b for a, b in zip(first, second, strict=True)) / max(len(both), 1)
    return Pair((one, other), len(both), same, cohen_kappa(first, second))


def _figure(kappa: float | None) -> str:
    return "not defined (all answers are the same)" if kappa is None else f"{kappa:.2f}"
