"""Arguments of a call as JSON and back, by the annotations of the method that is called. Floats keep every digit."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter

NOW = "now"
"""The parameter that most calls have: the moment. It stands in the trace as `t`, not among the arguments."""

Method = Callable[..., object]


class Signature:
    """What a bound method takes, and how that is written."""

    def __init__(self, method: Method) -> None:
        self._signature = inspect.signature(method)
        hints = get_type_hints(method)
        self._adapters = {name: adapter_of(hints[name]) for name in self._signature.parameters}
        self.timed = NOW in self._adapters

    def named(self, values: tuple[object, ...], by_name: Mapping[str, object]) -> dict[str, Any]:
        """The arguments of one call by their names. Raises TypeError where the method does not take them."""
        return dict(self._signature.bind(*values, **by_name).arguments)

    def written(self, arguments: Mapping[str, object]) -> dict[str, Any]:
        """The arguments beside `now` as JSON."""
        return {
            name: self._adapters[name].dump_python(value, mode="json")
            for name, value in arguments.items()
            if name != NOW
        }

    def read(self, written: Mapping[str, Any], now: float) -> dict[str, Any]:
        """The arguments again, with `now` where the method takes it. Raises ValueError where they do not fit it."""
        try:
            arguments = {name: self._adapters[name].validate_python(value) for name, value in written.items()}
        except KeyError as error:
            raise ValueError(f"there is no argument {error}") from error
        return arguments | ({NOW: now} if self.timed else {})


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """What turns values of a type into JSON and back."""
    return TypeAdapter(kind)


def public_methods(thing: object) -> dict[str, Method]:
    """A thing's public methods by name, bound; properties are left out."""
    names = [name for name, _ in inspect.getmembers(type(thing), inspect.isfunction)]
    return {name: getattr(thing, name) for name in names if not name.startswith("_")}
