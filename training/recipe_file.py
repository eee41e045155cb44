"""YAML files that must fit a pydantic model: read with overrides, faults named in one line, written back whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from recognizer.model_faults import Fault, closest, first_fault, key_paths
from recognizer.resources import given_or_shipped
from recognizer.whole_file import placing
from training.errors import RecipeError

ModelT = TypeVar("ModelT", bound=BaseModel)


def rising(limits: tuple[float, float]) -> tuple[float, float]:
    """A range as recipes write it; raises ValueError where its low end lies above its high one."""
    if limits[0] > limits[1]:
        raise ValueError("must be [low, high]")
    return limits


Share = Annotated[float, Field(ge=0, le=1)]
ShareRange = Annotated[tuple[Share, Share], AfterValidator(rising)]

LARGEST_SEED = 2**32 - 1
"""The largest that every library's random generator takes."""
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]


class Strict(BaseModel):
    """A section of a recipe: an unknown key is an error, so is an infinite number; nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    example: ClassVar[str]
    """Of a whole recipe: a file that holds one."""
    former_keys: ClassVar[Mapping[str, str]] = {}
    """What earlier versions called keys: files that have them are read as before."""

    @classmethod
    def load(cls, path: Path, overrides: tuple[str, ...] = ()) -> Self:
        """Read a recipe; `overrides` are strings like "fit.epochs=3".

        Raises:
            RecipeError: the file is missing or not YAML, a key is unknown, or a value is out of range.
        """
        return checked_model(cls, _read_mapping(cls, path), overrides, str(path))

    @model_validator(mode="before")
    @classmethod
    def _with_present_keys(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        for former, present in cls.former_keys.items():
            if former in raw and present in raw:
                raise ValueError(f"{former} is called {present} now; give one of them")
        return {cls.former_keys.get(key, key): value for key, value in raw.items()}


def checked_model(
    model: type[ModelT], raw: dict[str, Any], overrides: tuple[str, ...], source: str
) -> ModelT:
    """The model that `raw` with its overrides makes; raises RecipeError, one line that begins with `source`."""
    for override in overrides:
        _override(raw, override)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise RecipeError(f"{source}: {fault_in_words(model, error)}") from error


def write_model(recipe: BaseModel, path: Path) -> None:
    """Write every key with its value."""
    path.write_text(yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False), encoding="utf-8")


def claim(path: Path, recipe: Strict) -> None:
    """Write the recipe to `path`, its folder's mark; where one lies there already, it must be the same.

    Raises RecipeError that names the keys in which they differ.
    """
    if not path.exists():
        with placing(path) as temporary:
            write_model(recipe, temporary)
        return
    if names := differing(recipe.load(path), recipe):
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


def _read_mapping(model: type[Strict], path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(given_or_shipped(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise RecipeError(f"{path}: {reason}; give a recipe file such as {model.example}") from error
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


def fault_in_words(model: type[BaseModel], error: ValidationError, section: str = "") -> str:
    """What is wrong first, in words: the key, and what it wants or which key was meant.

    `section` is where the model stands in its file, such as "options". A fault of a whole model has no key.
    """
    fault = first_fault(model, error)
    key = ".".join(filter(None, (section, fault.key)))
    text = _complaint(model, fault)
    return f"{key}: {text}" if key else text


def _complaint(model: type[BaseModel], fault: Fault) -> str:
    if fault.unknown_key:
        return f"unknown key{_hint(model, fault)}"
    if fault.kind in ("missing", "value_error"):
        return fault.message
    message = fault.message.replace("a valid tuple", "a list").replace("a valid dictionary", "a mapping")
    return f"{message} (got {fault.value!r})"


def _hint(model: type[BaseModel], fault: Fault) -> str:
    """The closest key of the section, or, where none is close, of the whole recipe."""
    keys = key_paths(model)
    section, last = list(fault.path[:-1]), fault.path[-1]
    here = [key for key in keys if key.split(".")[:-1] == section]
    names = {key.split(".")[-1]: key for key in (*keys, *here)}
    if close := closest(last, [key.split(".")[-1] for key in here]) or closest(last, list(names)):
        return f"; did you mean {names[close]}?"
    return f"; known here: {', '.join(key.split('.')[-1] for key in here)}" if here else ""
