"""YAML files that must fit a pydantic model: read with overrides, faults named in one line, written back whole."""

from __future__ import annotations

import difflib
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from recognizer.resources import given_or_shipped
from recognizer.whole_file import placing
from training.errors import RecipeError

ModelT = TypeVar("ModelT", bound=BaseModel)
Location = tuple[int | str, ...]


def read_model(model: type[ModelT], path: Path, overrides: tuple[str, ...], example: str) -> ModelT:
    """Read `path` as a `model`; `overrides` are strings like "fit.epochs=3", `example` is a file to try instead.

    Raises:
        RecipeError: the file is missing or not YAML, a key is unknown, or a value is out of range.
    """
    return checked_model(model, _read_mapping(model, path, example), overrides, str(path))


def checked_model(
    model: type[ModelT], raw: dict[str, Any], overrides: tuple[str, ...], source: str
) -> ModelT:
    """The model that `raw` with its overrides makes; raises RecipeError, one line that begins with `source`."""
    for override in overrides:
        _override(raw, override)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise RecipeError(f"{source}: {first_fault(model, error)}") from error


def write_model(recipe: BaseModel, path: Path) -> None:
    """Write every key with its value."""
    path.write_text(yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False), encoding="utf-8")


def claim(path: Path, recipe: BaseModel, example: str) -> None:
    """Write the recipe to `path`, its folder's mark; where one lies there already, it must be the same.

    Raises RecipeError that names the keys in which they differ.
    """
    if not path.exists():
        with placing(path) as temporary:
            write_model(recipe, temporary)
        return
    if names := differing(read_model(type(recipe), path, (), example), recipe):
        raise RecipeError(
            f"{path.parent}: was made by another recipe ({', '.join(names)} differ); give another --out, or delete it"
        )


def differing(one: BaseModel, other: BaseModel) -> list[str]:
    """The keys in which two recipes of the same kind differ."""
    return [name for name in type(one).model_fields if getattr(one, name) != getattr(other, name)]


def flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Every value of a tree by its dotted key, such as "fit.epochs"."""
    values: dict[str, Any] = {}
    for key, value in tree.items():
        values |= flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {prefix + key: value}
    return values


def _read_mapping(model: type[BaseModel], path: Path, example: str) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(given_or_shipped(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise RecipeError(f"{path}: {reason}; give a recipe file such as {example}") from error
    except yaml.YAMLError as error:
        raise RecipeError(f"{path}: not valid YAML ({' '.join(str(error).split())})") from error
    if not isinstance(raw, dict):
        raise RecipeError(f"{path}: a recipe is a mapping with the keys {', '.join(model.model_fields)}")
    return dict(_unshared(raw))


def _override(raw: dict[str, Any], override: str) -> None:
    key, separator, value = override.partition("=")
    if not separator:
        raise RecipeError(f"--set {override}: write KEY=VALUE, such as fit.epochs=3")
    node, rest = raw, key
    while (name := _first_name(node, rest)) != rest:
        node, rest = node.setdefault(name, {}), rest[len(name) + 1 :]
        if not isinstance(node, dict):
            raise RecipeError(f"--set {override}: {name} is a value, not a section")
    try:
        node[rest] = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise RecipeError(f"--set {override}: the value is not valid YAML; quote it") from error


def _first_name(section: dict[str, Any], key: str) -> str:
    """The first part of a dotted key: the longest name that the section has, for names may hold dots themselves."""
    there = [name for name in section if f"{key}.".startswith(f"{name}.")]
    return max(there, key=len, default=key.partition(".")[0])


def _unshared(node: Any) -> Any:
    """A copy in which nothing stands twice: an alias in YAML is the same object as its anchor."""
    if isinstance(node, dict):
        return {key: _unshared(value) for key, value in node.items()}
    return [_unshared(value) for value in node] if isinstance(node, list) else node


def first_fault(model: type[BaseModel], error: ValidationError, section: str = "") -> str:
    """What is wrong first, in words: the key, and what it wants or which key was meant.

    `section` is where the model stands in its file, such as "options". A fault of a whole model has no key.
    """
    fault = _telling_fault(model, error.errors())
    key = ".".join([section, *_keys(model, fault["loc"])] if section else _keys(model, fault["loc"]))
    text = _complaint(model, fault)
    return f"{key}: {text}" if key else text


def _telling_fault(model: type[BaseModel], faults: Sequence[ErrorDetails]) -> ErrorDetails:
    # A key that is missing is often the one that was misspelled.
    first = next((each for each in faults if each["type"] == "extra_forbidden"), faults[0])
    branch = next(iter(_branches(model, first["loc"])), None)
    if branch is None:
        return first
    # Every branch of a union complains. The one that looked into the value is meant, else one that takes its type.
    alike = [each for each in faults if each["loc"][:branch] == first["loc"][:branch]]
    return min(alike, key=lambda each: (-len(each["loc"]), each["type"].endswith("_type")))


def _complaint(model: type[BaseModel], fault: ErrorDetails) -> str:
    if fault["type"] == "extra_forbidden":
        return f"unknown key{_hint(model, fault['loc'])}"
    if fault["type"] == "missing":
        return fault["msg"]
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    message = fault["msg"].replace("a valid tuple", "a list").replace("a valid dictionary", "a mapping")
    return f"{message} (got {fault['input']!r})"


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


def _hint(model: type[BaseModel], location: Location) -> str:
    """The closest key of the section, or, where none is close, of the whole recipe."""
    keys = key_paths(model)
    *section, last = (str(part) for part in location)
    here = [key for key in keys if key.split(".")[:-1] == section]
    names = {key.split(".")[-1]: key for key in (*keys, *here)}
    close = difflib.get_close_matches(last, [key.split(".")[-1] for key in here], 1) or (
        difflib.get_close_matches(last, list(names), 1)
    )
    if close:
        return f"; did you mean {names[close[0]]}?"
    return f"; known here: {', '.join(key.split('.')[-1] for key in here)}" if here else ""


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
