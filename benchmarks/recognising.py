"""`python -m benchmarks.recognising`: how well the shape of a face tells people apart, and how often it is wrong.

Rendered people of all ages, genders and ethnicities are each drawn once with every emotion, with another head pose,
light and lens each time; none of them was used to fit the comparison. What the player would measure (from the front,
at rest or nearly so) is shared out in two halves: one is kept, the other comes back. Real people would be better, but
free pictures of many people with several pictures of each are not to be had; where the real clips are, their people
are compared as well.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.footage import Take, takes
from benchmarks.neutral import DEMO
from benchmarks.rendered_faces import requests
from benchmarks.report import emit, show
from benchmarks.steadying import clips_folder
from player.people.face_matching import SAME_PERSON_LIMIT, metric, nearest
from recognizer.affect import EMOTIONS
from recognizer.errors import SonrisaError
from recognizer.face_shape import Shape, mean_shape
from recognizer.faces import FaceFinder
from recognizer.frames import Image
from training.face_shape import FEWEST_PICTURES, SIZE_PX, shapes_in
from training.synthesis.rendered.generator import RenderedGenerator

HOUSEHOLD = 3
"""So many people are kept together when the player's own rule is tried."""
ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Returned:
    """Everybody's shape when they were kept and when they came back, in the same order."""

    kept: tuple[Shape, ...]
    back: tuple[Shape, ...]


def rendered_people(count: int, seed: int) -> Iterator[list[Image]]:
    """Each person with every emotion."""
    wanted = requests(count * len(EMOTIONS), seed)
    with RenderedGenerator() as generator:
        for index in range(count):
            first, *_ = mine = wanted[index * len(EMOTIONS) : (index + 1) * len(EMOTIONS)]
            # The seed makes the person; the pose and the light come after what the emotion draws from it.
            yield [generator.generate(replace(each, seed=first.seed), SIZE_PX).image for each in mine]


def halves(shapes: Sequence[Sequence[Shape]], dice: np.random.Generator) -> Returned:
    """Share out each person's shapes by chance, and take the mean of each half."""
    kept, back = [], []
    for mine in shapes:
        order = dice.permutation(len(mine))
        middle = len(mine) // 2
        kept.append(mean_shape([mine[index] for index in order[:middle]]))
        back.append(mean_shape([mine[index] for index in order[middle:]]))
    return Returned(tuple(kept), tuple(back))


def distances(returned: Returned) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How unlike themselves people are when they come back [n], and how unlike others [n * (n - 1)]."""
    table = np.array([[metric().distance(one, other) for other in returned.back] for one in returned.kept])
    same = np.eye(len(table), dtype=bool)
    return table[same], table[~same]


def equal_error(own: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """The share of errors of both kinds at the limit where they are equally frequent."""
    limits = np.sort(np.concatenate([own, others]))
    missed = np.array([(own > limit).mean() for limit in limits])
    mistaken = np.array([(others <= limit).mean() for limit in limits])
    best = int(np.abs(missed - mistaken).argmin())
    return float((missed[best] + mistaken[best]) / 2)


def households(returned: Returned, dice: np.random.Generator) -> dict[str, float]:
    """What the player's rule says of somebody who is kept among HOUSEHOLD people, and of a stranger to all of them."""
    count = len(returned.kept)
    verdicts: dict[str, list[bool]] = {"known_again": [], "taken_for_another": [], "stranger_named": []}
    for _ in range(count):
        *home, stranger = dice.permutation(count)[: HOUSEHOLD + 1]
        kept = {str(index): returned.kept[index] for index in home}
        for index in home:
            name = nearest(returned.back[index], kept)
            verdicts["known_again"].append(name == str(index))
            verdicts["taken_for_another"].append(name not in (None, str(index)))
        verdicts["stranger_named"].append(nearest(returned.back[stranger], kept) is not None)
    return {name: float(np.mean(values)) for name, values in verdicts.items()}


def errors(shapes: Sequence[Sequence[Shape]], seed: int) -> dict[str, float]:
    """All measures, averaged over ROUNDS ways to share the pictures out."""
    dice = np.random.default_rng(seed)
    rounds = []
    for _ in range(ROUNDS):
        returned = halves(shapes, dice)
        own, others = distances(returned)
        rounds.append(
            {
                "equal_error": equal_error(own, others),
                "own_within_limit": float((own <= SAME_PERSON_LIMIT).mean()),
                "others_within_limit": float((others <= SAME_PERSON_LIMIT).mean()),
                "own_median": float(np.median(own)),
                "others_median": float(np.median(others)),
                **households(returned, dice),
            }
        )
    return {name: round(float(np.mean([each[name] for each in rounds])), 4) for name in rounds[0]}


def real_people(clips: Sequence[Take], finder: FaceFinder) -> dict[str, float]:
    """How unlike the shapes of the clips are: each clip's rest against its own end, and against the other clips."""
    rest = {clip.name: shapes_in(clip.rest, finder) for clip in clips}
    moved = {clip.name: shapes_in([*clip.leaving, *clip.shown], finder) for clip in clips}
    means: Mapping[str, Shape] = {name: mean_shape(shapes) for name, shapes in rest.items() if shapes}
    own = {
        f"{name}, rest and later": metric().distance(means[name], mean_shape(shapes))
        for name, shapes in moved.items()
        if shapes and name in means
    }
    apart = {f"{a} and {b}": metric().distance(means[a], means[b]) for a, b in combinations(means, 2)}
    return {pair: round(value, 4) for pair, value in {**own, **apart}.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recognising", description=__doc__)
    parser.add_argument("--people", type=int, default=40, help="how many to render (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--clips", type=Path, default=clips_folder(), help="folder of the real clips")
    options = parser.parse_args(argv)
    try:
        with FaceFinder(max_faces=1, consecutive=False) as finder:
            people = [shapes_in(images, finder) for images in rendered_people(options.people, options.seed)]
            real = real_people(takes(options.clips, DEMO), finder)
    except SonrisaError as error:
        print(f"benchmarks.recognising: {error}", file=sys.stderr)
        return error.exit_code
    enough = [shapes for shapes in people if len(shapes) >= FEWEST_PICTURES]
    if len(enough) <= HOUSEHOLD:
        print("benchmarks.recognising: too few people; ask for more with --people", file=sys.stderr)
        return 1
    measured = errors(enough, options.seed)
    show("Knowing people again by the shape of the face", ("measure", "value"), list(measured.items()))
    emit({"people": len(enough), "pictures": sum(map(len, enough)), **measured, "real_clips": real})
    return 0


if __name__ == "__main__":
    sys.exit(main())
