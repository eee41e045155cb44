"""The input state: typing a search, moving a mood, answering a question. Pure functions, for any keyboard.

The window and the terminal each hold an InputState and pass it every key; the result is a new state and intents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, TypeVar

from player.messages.intents import (
    Browse,
    CaptureNeutral,
    CorrectMood,
    DeleteMemory,
    FollowPerson,
    Intent,
    PlayTrack,
    Rate,
    Search,
    Seek,
    SetGoal,
    ShowView,
)
from player.messages.keys import intent_of_key
from player.messages.view_state import PersonView, ViewName, ViewState
from player.music.track import Track
from recognizer.affect import Affect

SEEK_SECONDS = 10.0
MOOD_STEP = 0.1
"""How far an arrow moves a mood on the plane, whose sides are 2 long."""
LONGEST_TEXT = 80
_T = TypeVar("_T")


class Mode(StrEnum):
    """The mode that decides what keys do."""

    PLAIN = "plain"
    HELP = "help"
    SEARCH = "search"
    CORRECT = "correct"
    GOAL = "goal"
    NAME = "name"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class EnterMode:
    """Command of a button: switch to another mode."""

    mode: Mode


@dataclass(frozen=True, slots=True)
class SelectRow:
    """Command of a button: select a row of the library; 0 is the first."""

    row: int


@dataclass(frozen=True, slots=True)
class PressKey:
    """Command of a button: do what this key does in the present mode."""

    key: str


UiCommand: TypeAlias = Intent | EnterMode | SelectRow | PressKey


@dataclass(frozen=True, slots=True)
class InputState:
    """`text` is being typed, `point` moved on the plane for the track with `track_id` or for the goal.

    `selected` and `first_row` count the library's rows from 0; `focus` is the button that Enter presses.
    """

    mode: Mode = Mode.PLAIN
    text: str = ""
    point: Affect | None = None
    track_id: int | None = None
    selected: int = 0
    first_row: int = 0
    focus: UiCommand | None = None


@dataclass(frozen=True, slots=True)
class InputContext:
    """What input refers to: the view, the number of library rows that fit, and the commands of buttons in Tab order."""

    view: ViewState
    rows: int = 0
    commands: tuple[UiCommand, ...] = ()


InputResult: TypeAlias = tuple[InputState, tuple[Intent, ...]]


def press(input_state: InputState, key: str, context: InputContext) -> InputResult:
    """Handle a key: a character, or the name of a key that types none (see player.messages.keys)."""
    return _MODES[input_state.mode](input_state, key, context)


def execute(input_state: InputState, command: UiCommand, context: InputContext) -> InputResult:
    """Handle the command of a button."""
    if isinstance(command, EnterMode):
        return begin(input_state, command.mode, context)
    if isinstance(command, SelectRow):
        return select(input_state, command.row, context), ()
    if isinstance(command, PressKey):
        return press(input_state, command.key, context)
    return input_state, (command,)


def begin(input_state: InputState, mode: Mode, context: InputContext) -> InputResult:
    """Switch to a mode where it applies; the present mode, asked for again, ends."""
    view = context.view
    if mode is input_state.mode:
        return _plain(input_state), ()
    if mode is Mode.SEARCH:
        show = () if view.view is ViewName.LIBRARY else (ShowView(ViewName.LIBRARY),)
        return replace(_plain(input_state), mode=mode, text=view.library.query, focus=None), show
    if mode is Mode.CORRECT:
        track = track_in_question(input_state, view)
        if track is None:
            return input_state, ()
        return replace(_plain(input_state), mode=mode, point=track.mood, track_id=track.id), ()
    if mode is Mode.GOAL:
        return replace(_plain(input_state), mode=mode, point=view.goal or view.target or Affect(0.0, 0.0)), ()
    return replace(_plain(input_state), mode=mode), ()


def select(input_state: InputState, row: int, context: InputContext) -> InputState:
    """Select a row of the library, and scroll to it."""
    row = min(max(row, 0), max(0, context.view.library.total - 1))
    first = min(input_state.first_row, row)
    if context.rows:
        first = max(first, row - context.rows + 1)
    return replace(input_state, selected=row, first_row=first)


def scroll(input_state: InputState, first_row: int, context: InputContext) -> InputState:
    """Scroll the library to a first row; the selection stays."""
    last = max(0, context.view.library.total - max(1, context.rows))
    return replace(input_state, first_row=min(max(first_row, 0), last))


def browse(input_state: InputState, view: ViewState, rows: int) -> Browse | None:
    """The rows of the library to show, where it is shown."""
    return Browse(input_state.first_row, rows) if view.view is ViewName.LIBRARY else None


def selected_track(input_state: InputState, view: ViewState) -> Track | None:
    """The library's selected track; None while it is out of sight."""
    index = input_state.selected - view.library.first_row
    return view.library.rows[index] if 0 <= index < len(view.library.rows) else None


def track_in_question(input_state: InputState, view: ViewState) -> Track | None:
    """The track that stars and moods are given to: the selected one in the library, else the one that plays."""
    if view.view is ViewName.LIBRARY:
        return selected_track(input_state, view)
    return view.playing.track if view.playing is not None else None


def finish_point(input_state: InputState) -> InputResult:
    """Accept the moved mood."""
    if input_state.mode is Mode.CORRECT and input_state.track_id is not None:
        return _plain(input_state), (CorrectMood(input_state.track_id, input_state.point),)
    if input_state.mode is Mode.GOAL:
        return _plain(input_state), (SetGoal(input_state.point),)
    return _plain(input_state), ()


def _plain(input_state: InputState) -> InputState:
    return replace(input_state, mode=Mode.PLAIN, text="", point=None, track_id=None)


def _in_plain(input_state: InputState, key: str, context: InputContext) -> InputResult:
    if key in ("tab", "back tab"):
        return _move_focus(input_state, context, 1 if key == "tab" else -1), ()
    if key == "escape":
        return _step_back(input_state, context)
    if key == "enter" and input_state.focus in context.commands and input_state.focus is not None:
        return execute(input_state, input_state.focus, context)
    if context.view.view is ViewName.LIBRARY and (moved := _in_list(input_state, key, context)) is not None:
        return moved
    if key in _BEGINS:
        return begin(input_state, _BEGINS[key], context)
    return input_state, _intents_of(input_state, key.lower(), context.view)


_BEGINS = {
    "?": Mode.HELP,
    "/": Mode.SEARCH,
    "m": Mode.CORRECT,
    "M": Mode.CORRECT,
    "g": Mode.GOAL,
    "G": Mode.GOAL,
    "k": Mode.NAME,
    "K": Mode.NAME,
    "x": Mode.DELETE,
    "X": Mode.DELETE,
}


def _intents_of(input_state: InputState, key: str, view: ViewState) -> tuple[Intent, ...]:
    if key in ("left", "right"):
        return _seek(view, SEEK_SECONDS if key == "right" else -SEEK_SECONDS)
    if key == "v":
        return (ShowView(_after(view.view, tuple(ViewName))),)
    if key == "f":
        return (FollowPerson(next_person(view.people)),) if view.people else ()
    if len(key) == 1 and key in "012345":
        track = track_in_question(input_state, view)
        return () if track is None else (Rate(track.id, int(key)),)
    intent = intent_of_key(key)
    return () if intent is None else (intent,)


def _seek(view: ViewState, step_seconds: float) -> tuple[Intent, ...]:
    if view.playing is None:
        return ()
    end = max(0.0, view.playing.duration_seconds - 1.0)
    return (Seek(min(max(0.0, view.playing.position_seconds + step_seconds), end)),)


def next_person(people: Sequence[PersonView]) -> str | None:
    """The next person to follow: all people known by name in turn, then None for the settings' choice."""
    followed = next((person.name for person in people if person.followed), None)
    return _after(followed, (None, *(person.name for person in people)))


def _after(value: _T, values: Sequence[_T]) -> _T:
    return values[(values.index(value) + 1) % len(values)]


def _step_back(input_state: InputState, context: InputContext) -> InputResult:
    """Leave the innermost of focus, search and view."""
    if input_state.focus is not None:
        return replace(input_state, focus=None), ()
    if context.view.view is ViewName.PLAYER:
        return input_state, ()
    if context.view.view is ViewName.LIBRARY and context.view.library.query:
        return replace(input_state, selected=0, first_row=0), (Search(""),)
    return input_state, (ShowView(ViewName.PLAYER),)


def _move_focus(input_state: InputState, context: InputContext, step: int) -> InputState:
    if not context.commands:
        return input_state
    if input_state.focus not in context.commands:
        return replace(input_state, focus=context.commands[0 if step > 0 else -1])
    place = (context.commands.index(input_state.focus) + step) % len(context.commands)
    return replace(input_state, focus=context.commands[place])


def _in_list(input_state: InputState, key: str, context: InputContext) -> InputResult | None:
    """Keys that move within the library's list, and Enter; None for others."""
    if key == "enter":
        track = selected_track(input_state, context.view)
        return input_state, () if track is None else (PlayTrack(track.id),)
    page = max(1, context.rows - 1)
    steps = {"up": -1, "down": 1, "page up": -page, "page down": page}
    if key in steps:
        return select(input_state, input_state.selected + steps[key], context), ()
    if key in ("home", "end"):
        return select(input_state, 0 if key == "home" else context.view.library.total, context), ()
    return None


def _in_help(input_state: InputState, key: str, _context: InputContext) -> InputResult:
    """Any key closes the help, and q does not quit from there by surprise."""
    return _plain(input_state), ()


def _typed(text: str, key: str) -> str:
    if key == "backspace":
        return text[:-1]
    return (text + key)[:LONGEST_TEXT] if len(key) == 1 and key.isprintable() else text


def _in_search(input_state: InputState, key: str, context: InputContext) -> InputResult:
    if key == "escape":
        return _plain(input_state), ()
    moved = _in_list(input_state, key, context) if key not in ("home", "end") else None
    if moved is not None:
        return _plain(moved[0]), moved[1]
    text = _typed(input_state.text, key)
    if text == input_state.text:
        return input_state, ()
    return replace(input_state, text=text, selected=0, first_row=0), (Search(text),)


def _in_name(input_state: InputState, key: str, _context: InputContext) -> InputResult:
    if key == "escape":
        return _plain(input_state), ()
    if key == "enter":
        name = input_state.text.strip()
        return _plain(input_state), (CaptureNeutral(name),) if name else ()
    return replace(input_state, text=_typed(input_state.text, key)), ()


def _on_plane(input_state: InputState, key: str, _context: InputContext) -> InputResult:
    moves = {"left": (-1, 0), "right": (1, 0), "down": (0, -1), "up": (0, 1)}
    if key == "enter":
        return finish_point(input_state)
    if key == "backspace":
        return finish_point(replace(input_state, point=None))
    if key in moves and input_state.point is not None:
        across, up = moves[key]
        return replace(
            input_state, point=moved_point(input_state.point, across * MOOD_STEP, up * MOOD_STEP)
        ), ()
    return (_plain(input_state), ()) if key == "escape" else (input_state, ())


def moved_point(point: Affect, valence: float, arousal: float) -> Affect:
    """A point of the plane, moved within its edges."""
    return Affect(
        min(max(round(point.valence + valence, 4), -1.0), 1.0),
        min(max(round(point.arousal + arousal, 4), -1.0), 1.0),
    )


def _in_delete(input_state: InputState, key: str, _context: InputContext) -> InputResult:
    return _plain(input_state), (DeleteMemory(confirmed=True),) if key in ("y", "Y") else ()


_MODES: dict[Mode, Callable[[InputState, str, InputContext], InputResult]] = {
    Mode.PLAIN: _in_plain,
    Mode.HELP: _in_help,
    Mode.SEARCH: _in_search,
    Mode.CORRECT: _on_plane,
    Mode.GOAL: _on_plane,
    Mode.NAME: _in_name,
    Mode.DELETE: _in_delete,
}
