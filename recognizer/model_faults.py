"""The fault that a pydantic model finds first in what a person wrote: where it stands and which keys are known there.

Files of settings and recipes say it in words of their own; what is found is the same.
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Location = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """`path` are the keys as the file writes them; `more` is how many other faults there are.

    `section` is the model that the last key stands in, None inside a collection. `kind`, `message` and `value` are
    pydantic's type, message and input; for an error that a model raised itself `message` is its text alone.
    """

    path: tuple[str, ...]
    section: type[BaseModel] | None
    kind: str
    message: str
    value: Any
    more: int

    @property
    def key(self) -> str:
        """The dotted key, such as "fit.epochs"; empty for a fault of the whole model."""
        return ".".join(self.path)

    @property
    def unknown_key(self) -> bool:
        """Whether the model has no such key."""
        return self.kind in ("extra_forbidden", "invalid_key")


def first_fault(model: type[BaseModel], error: ValidationError) -> Fault:
    """What is wrong first. An unknown key goes before all else: a key that is missing is often the one misspelled."""
    faults = error.errors(include_url=False)
    fault = _telling_fault(model, faults)
    path = tuple(_keys(model, fault["loc"]))
    message = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else fault["msg"]
    section = _section(model, fault["loc"])
    return Fault(path, section, fault["type"], message, fault["input"], len(faults) - 1)


def closest(name: str, names: Sequence[str]) -> str:
    """The name that was probably meant; empty where none is close."""
    return next(iter(difflib.get_close_matches(name, names, 1)), "")


def key_paths(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Every key of a model and of its sections, such as "fit.epochs"."""
    paths = []
    for name, field in model.model_fields.items():
        paths.append(prefix + name)
        for section in _sections(field.annotation):
            paths += key_paths(section, f"{prefix}{name}.")
    return paths


def _sections(annotation: Any) -> list[type[BaseModel]]:
    return [kind for kind in _kinds(annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _telling_fault(model: type[BaseModel], faults: Sequence[ErrorDetails]) -> ErrorDetails:
    first = next((each for each in faults if each["type"] == "extra_forbidden"), faults[0])
    branch = next(iter(_branches(model, first["loc"])), None)
    if branch is None:
        return first
    # Every branch of a union complains. The one that looked into the value is meant, else one that takes its type.
    alike = [each for each in faults if each["loc"][:branch] == first["loc"][:branch]]
    return min(alike, key=lambda each: (-len(each["loc"]), each["type"].endswith("_type")))


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    """A fault's place as a recipe writes it: without what pydantic puts among the keys."""
    branches = _branches(model, location)
    return [str(part) for place, part in enumerate(location) if place not in branches and part != "[key]"]


def _branches(model: type[BaseModel], location: Location) -> list[int]:
    """Where in a fault's location a branch of a union stands, such as "constrained-int" or "dict[str,int]"."""
    branches: list[int] = []
    inside: list[Any] = [model]
    for place, part in enumerate(location):
        if len(inside) > 1:
            branches.append(place)
            # Which of them it is cannot be told by its name; no union of ours holds another.
            inside = []
        else:
            inside = _kinds(_within(inside[0], part)) if inside else []
    return branches


def _within(kind: Any, key: int | str) -> Any:
    """The type of what stands at `key` in a model or a collection."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields[key].annotation if key in kind.model_fields else Any
    return (get_args(kind) or (Any,))[-1 if get_origin(kind) is dict else 0]


def _kinds(annotation: Any) -> list[Any]:
    """The types that a value may have, None apart."""
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [kind for part in get_args(annotation) if part is not type(None) for kind in _kinds(part)]
    return [annotation]


def _section(model: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """The model that the last key of a fault's location stands in."""
    inside: Any = model
    for place, part in enumerate(location[:-1]):
        if place in _branches(model, location):
            continue
        inside = next(iter(_kinds(_within(inside, part))), Any)
    return inside if isinstance(inside, type) and issubclass(inside, BaseModel) else None
