"""Commands to the director and the crossfader as they stand in a trace, and back. Floats keep every digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from player.messages import intents
from player.playback import commands
from player.playback.commands import Command
from player.sound import Audible, Broken, Ended, Follow, Play, Prepare, SoundCommand

CALLS: dict[str, type[Command]] = {
    "tick": commands.Tick,
    "music_known": commands.MusicKnown,
    "mood_seen": commands.MoodSeen,
    "mood_changed": commands.MoodChanged,
    "queue": commands.FillQueue,
    "go_on": commands.GoOn,
    "heard": Audible,
    "ended": Ended,
    "broke": Broken,
    "toggle_pause": intents.TogglePause,
    "pause": intents.Pause,
    "resume": intents.Resume,
    "skip": intents.Skip,
    "previous": intents.Previous,
    "seek": intents.Seek,
    "set_volume": intents.SetVolume,
    "volume_step": intents.VolumeStep,
    "like": intents.Like,
    "dislike": intents.Dislike,
    "rate": intents.Rate,
    "correct_mood": intents.CorrectMood,
    "play_queued": intents.PlayQueued,
    "play_track": intents.PlayTrack,
    "follow": intents.ChoosePolicy,
    "next_policy": intents.NextPolicy,
    "lead_to": intents.SetGoal,
}
"""Commands to the director by their names in a trace."""
_CALL_NAMES = {kind: name for name, kind in CALLS.items()}
_CALLS_READ = CALLS | {"path": commands.FillQueue}
"""`path` stood beside `queue` in earlier traces."""
_ORDERS = {
    Prepare: "prepare",
    Play: "play",
    Follow: "follow",
    intents.Pause: "pause",
    intents.Resume: "resume",
    intents.SetVolume: "volume",
}
_ORDER_FIELDS = {"path": "track", "level": "amplitude"}


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    """What turns values of a type into JSON and back."""
    return TypeAdapter(kind)


def written_call(command: Command) -> dict[str, Any]:
    """A command to the director as the fields of the event `call`."""
    kind = type(command)
    arguments = adapter_of(kind).dump_python(command, mode="json")
    return {"name": _CALL_NAMES[kind]} | ({"arguments": arguments} if arguments else {})


def read_call(written: Mapping[str, Any]) -> Command:
    """A command from the fields of the event `call`. Raises ValueError or KeyError where they describe none."""
    kind, arguments = _CALLS_READ[written["name"]], written.get("arguments", {})
    if kind in (Audible, Ended, Broken):
        arguments = arguments.get("event", arguments)  # where earlier traces have its fields
    return _checked(kind, arguments)


def _checked(kind: type[Command], arguments: Mapping[str, Any]) -> Command:
    if unknown := arguments.keys() - {field.name for field in fields(kind)}:
        raise ValueError(f"there is no argument {', '.join(sorted(unknown))}")
    command: Command = adapter_of(kind).validate_python(arguments)
    return command


def written_order(command: SoundCommand) -> dict[str, Any]:
    """A command to the crossfader as the fields of the event `order`."""
    values = adapter_of(type(command)).dump_python(command, mode="json")
    arguments = {_ORDER_FIELDS.get(name, name): value for name, value in values.items()}
    return {"order": _ORDERS[type(command)], **arguments}
