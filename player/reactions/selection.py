"""Which viewers count, how much, and what they are split by: any column may be an attribute. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recognizer.errors import UsageError
from recognizer.text_table import number_in

GROUP = "group"
"""The attribute that every recording and session may state; what viewers are split by unless something else is said."""
MOST_GROUPS = 12
"""An attribute with more values than this, an age in years for instance, is nothing to split by."""

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of the viewers.

    `where`: attributes with the values of which a viewer must have one; `splits`: attributes by which groups are
    compared; `weights`: the attribute that says how much a viewer counts, empty: all alike.
    """

    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    splits: tuple[str, ...] = (GROUP,)
    weights: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """All attributes that must be known."""
        asked = (*(name for name, _ in self.where), *self.splits, self.weights)
        return tuple(name for name in asked if name and name != GROUP)

    def takes(self, attributes: Attributes) -> bool:
        """Whether a viewer with these attributes is chosen."""
        return all(attributes.get(name, "") in values for name, values in self.where)

    def weight(self, viewer: str, attributes: Attributes) -> float:
        """How much a viewer counts; raises UsageError where that is not stated."""
        if not self.weights:
            return 1.0
        stated = attributes.get(self.weights, "")
        try:
            weight = number_in(stated)
        except ValueError:
            weight = math.nan
        if not 0 < weight < math.inf:
            raise UsageError(
                f"{viewer}: {self.weights} must be a number above 0 to be a weight, not {stated!r};"
                " state it, or leave the viewer out (--where)"
            )
        return weight

    @property
    def says(self) -> str:
        """For a reader; empty where every viewer counts alike."""
        chosen = " and ".join(f"whose {name} is {' or '.join(values)}" for name, values in self.where)
        if not chosen and not self.weights:
            return ""
        weighed = f", weighted by {self.weights}" if self.weights else ""
        return f"{'viewers ' + chosen if chosen else 'all viewers'}{weighed}"


def selection_of(where: Sequence[str], splits: Sequence[str], weights: str) -> Selection:
    """What a command was told: `where` as NAME=VALUE[,VALUE]; raises UsageError."""
    chosen = []
    for each in where:
        name, equals, values = each.partition("=")
        if not (name.strip() and equals and values.strip()):
            raise UsageError(f"--where takes NAME=VALUE or NAME=VALUE,VALUE, not {each!r}")
        chosen.append((name.strip().lower(), tuple(value.strip() for value in values.split(","))))
    by = tuple(dict.fromkeys(name.strip().lower() for name in splits)) or (GROUP,)
    return Selection(tuple(chosen), by, weights.strip().lower())


def check_known(selection: Selection, viewers: Iterable[Attributes]) -> None:
    """Raise UsageError for an attribute that no viewer has, or one with too many values to split by."""
    values: dict[str, set[str]] = {}
    for attributes in viewers:
        for name, stated in attributes.items():
            values.setdefault(name, set()).add(stated)
    for name in selection.named:
        if name not in values:
            known = ", ".join(sorted(values)) or "none"
            raise UsageError(f"{name}: no viewer has such an attribute; known are {known} (study --viewers)")
    for name in selection.splits:
        if len(values.get(name, ())) > MOST_GROUPS:
            raise UsageError(
                f"{name}: has {len(values[name])} values; viewers are split by at most {MOST_GROUPS}: make classes"
            )
