"""The commands beside the player itself: `python -m player NAME ...`. A command's module is imported only when called.

To add one, name it in a Room here; its module has a function `main` that takes the words after the name and returns
the exit code: 0 fine, 1 could not go on, 2 wrong usage.
"""

from __future__ import annotations

import difflib
import importlib
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from recognizer.errors import SonrisaError, UsageError
from recognizer.invocation import as_typed
from recognizer.output import log_to_stderr, reader_may_leave


@dataclass(frozen=True, slots=True)
class Command:
    """One command: the module whose `main` runs it, and its line in the help.

    `by_name` hands `main` the command's own name as the first word, for a module that answers to several.
    """

    module: str
    help_text: str
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands that belong together, under one heading of the help."""

    title: str
    commands: Mapping[str, Command]


_REMOTE = "player.desktop.remote"
_LAB = "player.reactions.commands"

COMMAND_GROUPS = (
    CommandGroup(
        "a player that runs",
        {
            "play": Command(_REMOTE, "let the music go on", by_name=True),
            "pause": Command(_REMOTE, "hold the music", by_name=True),
            "toggle": Command(_REMOTE, "hold the music, or let it go on", by_name=True),
            "next": Command(_REMOTE, "play the next track", by_name=True),
            "previous": Command(_REMOTE, "go back to the track before, or to the beginning", by_name=True),
            "like": Command(_REMOTE, "play tracks like this one more often", by_name=True),
            "dislike": Command(_REMOTE, "leave this track, and play it less", by_name=True),
            "volume": Command(_REMOTE, "set the volume: 70, +5, -5", by_name=True),
            "seek": Command(_REMOTE, "go to a place in the track: 90, 1:30, +10, -10", by_name=True),
            "stars": Command(_REMOTE, "rate what plays: 1 to 5, or 0 for none", by_name=True),
            "policy": Command(_REMOTE, "choose how the music answers your mood", by_name=True),
            "camera": Command(_REMOTE, "close the camera, or open it again", by_name=True),
            "status": Command(_REMOTE, "say what plays, and why (--json for programs)", by_name=True),
            "quit": Command(_REMOTE, "end the player", by_name=True),
        },
    ),
    CommandGroup(
        "your music, your desktop, your sessions",
        {
            "library": Command("player.music.library.command", "scan, search, import, export, rate"),
            "desktop": Command(
                "player.desktop.menu_entry", "put Sonrisa into the desktop's menu, or take it out"
            ),
            "setup": Command(
                "player.setup_command", "fetch what recognition needs beforehand, and look at it"
            ),
            "replay": Command("player.replay.command", "run a trace again: does it decide the same?"),
        },
    ),
    CommandGroup(
        "the ad-testing lab",
        {
            "watch": Command(f"{_LAB}.watch", "show films to a viewer and measure the face"),
            "analyse": Command(f"{_LAB}.analyse", "measure recorded reactions into a study"),
            "report": Command(f"{_LAB}.report", "write a study as one page"),
            "plan": Command(f"{_LAB}.plan", "say how many viewers a difference of a given size needs"),
            "norms": Command(f"{_LAB}.norms", "make a norm file of a category, or place films in one"),
            "data": Command(f"{_LAB}.data", "write a study as csv and parquet"),
            "study": Command(f"{_LAB}.study", "state a study's title, client, consent and viewers' answers"),
            "exclude": Command(f"{_LAB}.exclude", "leave out a viewing or a stretch of it, with a reason"),
            "viewing": Command(f"{_LAB}.viewing", "write a page with film, face and traces together"),
            "charts": Command(f"{_LAB}.charts", "draw a study's charts as svg and png"),
            "forget": Command(f"{_LAB}.forget", "delete a viewer from a study"),
        },
    ),
)
COMMANDS: Mapping[str, Command] = {
    name: each for group in COMMAND_GROUPS for name, each in group.commands.items()
}


def help_lines() -> str:
    """Every command with its line, group by group, for the end of the program's help."""
    blocks = []
    for group in COMMAND_GROUPS:
        lines = "\n".join(f"  {name:<10}{command.help_text}" for name, command in group.commands.items())
        blocks.append(f"{group.title}:\n{lines}")
    return "\n\n".join(blocks)


def run_command(words: Sequence[str]) -> int:
    """Run the command that the first word names; returns its exit code. What stops it is said in one line."""
    name = words[0]
    if name not in COMMANDS:
        close = difflib.get_close_matches(name, COMMANDS, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        line = f"{name!r} is no command; {meant}python -m player --help lists them"
        print(as_typed(line), file=sys.stderr)
        return UsageError.exit_code
    command = COMMANDS[name]
    log_to_stderr(logging.WARNING)
    main: Callable[[Sequence[str]], int] = importlib.import_module(command.module).main
    code = 0
    try:
        with reader_may_leave(sys.stdout):
            code = main(words if command.by_name else words[1:])
    except SonrisaError as error:
        print(as_typed(f"{name}: {error}"), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(f"{name}: stopped; what was finished is kept", file=sys.stderr)
        return 1
    return code
