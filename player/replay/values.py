"""Commands to the director and the crossfader as they stand in a trace, and back. Floats keep every digit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter

from player.messages.intents import ChoosePolicy, SetGoal, SetVolume
from player.playback.commands import Command, FillQueue
from player.sound import Audible, Broken, Ended, SoundCommand

_OTHER_NAMES: dict[Any, str] = {
    Audible: "heard",
    Broken: "broke",
    FillQueue: "queue",
    ChoosePolicy: "follow",
    SetGoal: "lead_to",
}
"""Names of commands in a trace where they are not those of their classes."""


@cache
def _name_of(kind: Any) -> str:
    return _OTHER_NAMES.get(kind) or re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


CALLS: dict[str, type[Command]] = {_name_of(kind): kind for kind in get_args(Command)}
"""Commands to the director by their names in a trace, such as `mood_seen`."""
_CALLS_READ = CALLS | {"path": FillQueue}
"""`path` stood beside `queue` in earlier traces."""
_ORDER_FIELDS = {"path": "track", "level": "amplitude"}


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """What turns values of a type into JSON and back."""
    return TypeAdapter(kind)


def written_call(command: Command) -> dict[str, Any]:
    """A command to the director as the fields of the event `call`."""
    kind: Any = type(command)
    arguments = adapter_of(kind).dump_python(command, mode="json")
    return {"name": _name_of(kind)} | ({"arguments": arguments} if arguments else {})


def read_call(written: Mapping[str, Any]) -> Command:
    """A command from the fields of the event `call`. Raises ValueError or KeyError where they describe none."""
    kind, arguments = _CALLS_READ[written["name"]], written.get("arguments", {})
    if kind in (Audible, Ended, Broken):
        arguments = arguments.get("event", arguments)  # where earlier traces have its fields
    return _checked(kind, arguments)


def _checked(kind: Any, arguments: Mapping[str, Any]) -> Command:
    if unknown := arguments.keys() - {field.name for field in fields(kind)}:
        raise ValueError(f"there is no argument {', '.join(sorted(unknown))}")
    command: Command = adapter_of(kind).validate_python(arguments)
    return command


def written_order(command: SoundCommand) -> dict[str, Any]:
    """A command to the crossfader as the fields of the event `order`."""
    kind: Any = type(command)
    values = adapter_of(kind).dump_python(command, mode="json")
    arguments = {_ORDER_FIELDS.get(name, name): value for name, value in values.items()}
    order = "volume" if isinstance(command, SetVolume) else kind.__name__.lower()
    return {"order": order, **arguments}
