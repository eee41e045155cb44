"""Where a fitted model comes from: its faces, and all that its start weights and its teacher had learned before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recognizer.card import ModelCard, load_card
from recognizer.errors import ModelError
from recognizer.resources import given_or_shipped
from training.fit_recipe import Recipe

WEIGHTS_ENDING = "_weights"
"""emotion_weights.pt are the weights of the model that emotion.yaml describes."""


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A model that handed on what it had learned. how: in which way. card: None where nothing describes it."""

    how: str
    name: str
    card: ModelCard | None


def ancestors(recipe: Recipe) -> list[Ancestor]:
    """What a fit of this recipe starts from and is taught by, in that order."""
    fit, net = recipe.fit, recipe.net
    ways = (("started from", fit.start_from), ("started from", net.pretrained), ("taught by", fit.teacher))
    return [_ancestor(how, path) for how, path in ways if path is not None]


def trained_on(own: str, line: list[Ancestor]) -> str:
    """The data in words: the model's own, then what its ancestors were trained on."""
    return "; ".join([own, *_told(line)])


def inherited(field: str, line: list[Ancestor], stated: str = "") -> str:
    """What a person stated, and each other thing that the ancestors' cards say in this field."""
    said = [str(getattr(one.card, field)) for one in line if one.card is not None]
    return "; ".join(dict.fromkeys(text for text in (stated, *said) if text))


def _told(line: list[Ancestor]) -> Iterator[str]:
    told: set[str] = set()
    for one in line:
        words = one.card.trained_on if one.card and one.card.trained_on else "of whose data nothing is known"
        yield f"{one.how} {one.name} ({'the same data' if words in told else words})"
        told.add(words)


def _ancestor(how: str, path: Path) -> Ancestor:
    found = given_or_shipped(path)
    for card in _cards(found):
        try:
            described = load_card(card)
        except ModelError:
            continue
        return Ancestor(how, described.name, described)
    return Ancestor(how, path.name if path.suffix != ".pt" or not path.parent.name else str(path), None)


def _cards(path: Path) -> Iterator[Path]:
    """Where the card of a run, of weights or of a card itself may lie."""
    if path.suffix == ".yaml":
        yield path
    elif path.is_dir():
        yield from sorted(path.glob("*.yaml"))
    else:
        yield path.with_name(f"{path.stem.removesuffix(WEIGHTS_ENDING)}.yaml")
        yield from sorted(path.parent.glob("*.yaml")) if path.name == "weights.pt" else ()
