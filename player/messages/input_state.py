"""What the listener is in the midst of: typing a search, moving a mood, answering a question. Pure, for any keyboard.

The window and the terminal both hold a Hand and hand it every key; intents come out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, TypeVar

from player.messages.intents import (
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
from player.messages.view_state import PersonView, TrackView, ViewName, ViewState
from recognizer.affect import Affect

SEEK_SECONDS = 10.0
MOOD_STEP = 0.1
"""How far an arrow moves a mood on the plane, whose sides are 2 long."""
LONGEST_TEXT = 80
_T = TypeVar("_T")


class Mode(StrEnum):
    """What the keys do now."""

    PLAIN = "plain"
    HELP = "help"
    SEARCH = "search"
    CORRECT = "correct"
    GOAL = "goal"
    NAME = "name"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Begin:
    """Asks for another mode; a button may, beside what intents ask of the player."""

    mode: Mode


@dataclass(frozen=True, slots=True)
class Pick:
    """Asks for a row of the library to be the selected one; 0 is the first of all."""

    row: int


@dataclass(frozen=True, slots=True)
class Press:
    """Asks for what a key does in the mode that is on, for buttons that say the same."""

    key: str


Ask: TypeAlias = Intent | Begin | Pick | Press


@dataclass(frozen=True, slots=True)
class Hand:
    """`text` is being typed, `point` moved on the plane for the track with `track_id` or for the goal.

    `selected` and `first_row` count the library's rows from 0; `focus` is the button that Enter presses.
    """

    mode: Mode = Mode.PLAIN
    text: str = ""
    point: Affect | None = None
    track_id: int | None = None
    selected: int = 0
    first_row: int = 0
    focus: Ask | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What is in front of the hand: the state shown, how many library rows fit, and the buttons in Tab order."""

    view: ViewState
    rows: int = 0
    asks: tuple[Ask, ...] = ()


Outcome: TypeAlias = tuple[Hand, tuple[Intent, ...]]


def press(hand: Hand, key: str, scene: Scene) -> Outcome:
    """What a key does: a character, or the name of a key that types none (see player.messages.keys)."""
    return _MODES[hand.mode](hand, key, scene)


def do(hand: Hand, ask: Ask, scene: Scene) -> Outcome:
    """What a button does."""
    if isinstance(ask, Begin):
        return begin(hand, ask.mode, scene)
    if isinstance(ask, Pick):
        return select(hand, ask.row, scene), ()
    if isinstance(ask, Press):
        return press(hand, ask.key, scene)
    return hand, (ask,)


def begin(hand: Hand, mode: Mode, scene: Scene) -> Outcome:
    """Go into a mode, where there is something for it to work on; a mode that is on already ends."""
    view = scene.view
    if mode is hand.mode:
        return _plain(hand), ()
    if mode is Mode.SEARCH:
        show = () if view.view is ViewName.LIBRARY else (ShowView(ViewName.LIBRARY),)
        return replace(_plain(hand), mode=mode, text=view.library.query, focus=None), show
    if mode is Mode.CORRECT:
        track = track_in_question(hand, view)
        if track is None:
            return hand, ()
        return replace(_plain(hand), mode=mode, point=track.mood, track_id=track.track_id), ()
    if mode is Mode.GOAL:
        return replace(_plain(hand), mode=mode, point=view.goal or view.target or Affect(0.0, 0.0)), ()
    return replace(_plain(hand), mode=mode), ()


def select(hand: Hand, row: int, scene: Scene) -> Hand:
    """Make a row of the library the selected one, and bring it into sight."""
    row = min(max(row, 0), max(0, scene.view.library.total - 1))
    first = min(hand.first_row, row)
    if scene.rows:
        first = max(first, row - scene.rows + 1)
    return replace(hand, selected=row, first_row=first)


def scroll(hand: Hand, first_row: int, scene: Scene) -> Hand:
    """Show the library from another row on; the selection stays where it is."""
    last = max(0, scene.view.library.total - max(1, scene.rows))
    return replace(hand, first_row=min(max(first_row, 0), last))


def selected_track(hand: Hand, view: ViewState) -> TrackView | None:
    """The library's selected track; None while it is out of sight."""
    index = hand.selected - view.library.first_row
    return view.library.rows[index] if 0 <= index < len(view.library.rows) else None


def track_in_question(hand: Hand, view: ViewState) -> TrackView | None:
    """The track that stars and moods are given to: the selected one in the library, else the one that plays."""
    if view.view is ViewName.LIBRARY:
        return selected_track(hand, view)
    return view.playing.track if view.playing is not None else None


def finish_point(hand: Hand) -> Outcome:
    """The mood was moved to where it belongs."""
    if hand.mode is Mode.CORRECT and hand.track_id is not None:
        return _plain(hand), (CorrectMood(hand.track_id, hand.point),)
    if hand.mode is Mode.GOAL:
        return _plain(hand), (SetGoal(hand.point),)
    return _plain(hand), ()


def _plain(hand: Hand) -> Hand:
    return replace(hand, mode=Mode.PLAIN, text="", point=None, track_id=None)


def _in_plain(hand: Hand, key: str, scene: Scene) -> Outcome:
    if key in ("tab", "back tab"):
        return _move_focus(hand, scene, 1 if key == "tab" else -1), ()
    if key == "escape":
        return _step_back(hand, scene)
    if key == "enter" and hand.focus in scene.asks and hand.focus is not None:
        return do(hand, hand.focus, scene)
    if scene.view.view is ViewName.LIBRARY and (moved := _in_list(hand, key, scene)) is not None:
        return moved
    if key in _BEGINS:
        return begin(hand, _BEGINS[key], scene)
    return hand, _intents_of(hand, key.lower(), scene.view)


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


def _intents_of(hand: Hand, key: str, view: ViewState) -> tuple[Intent, ...]:
    if key in ("left", "right"):
        return _seek(view, SEEK_SECONDS if key == "right" else -SEEK_SECONDS)
    if key == "v":
        return (ShowView(_after(view.view, tuple(ViewName))),)
    if key == "f":
        return (FollowPerson(next_person(view.people)),) if view.people else ()
    if len(key) == 1 and key in "012345":
        track = track_in_question(hand, view)
        return () if track is None else (Rate(track.track_id, int(key)),)
    intent = intent_of_key(key)
    return () if intent is None else (intent,)


def _seek(view: ViewState, step_seconds: float) -> tuple[Intent, ...]:
    if view.playing is None:
        return ()
    end = max(0.0, view.playing.track.duration_seconds - 1.0)
    return (Seek(min(max(0.0, view.playing.position_seconds + step_seconds), end)),)


def next_person(people: Sequence[PersonView]) -> str | None:
    """Whom the music follows next: one person known by name after the other, then whoever the settings say."""
    followed = next((person.name for person in people if person.followed), None)
    return _after(followed, (None, *(person.name for person in people)))


def _after(value: _T, values: Sequence[_T]) -> _T:
    return values[(values.index(value) + 1) % len(values)]


def _step_back(hand: Hand, scene: Scene) -> Outcome:
    """Out of what is innermost: the focus, the search, the view."""
    if hand.focus is not None:
        return replace(hand, focus=None), ()
    if scene.view.view is ViewName.PLAYER:
        return hand, ()
    if scene.view.view is ViewName.LIBRARY and scene.view.library.query:
        return replace(hand, selected=0, first_row=0), (Search(""),)
    return hand, (ShowView(ViewName.PLAYER),)


def _move_focus(hand: Hand, scene: Scene, step: int) -> Hand:
    if not scene.asks:
        return hand
    if hand.focus not in scene.asks:
        return replace(hand, focus=scene.asks[0 if step > 0 else -1])
    place = (scene.asks.index(hand.focus) + step) % len(scene.asks)
    return replace(hand, focus=scene.asks[place])


def _in_list(hand: Hand, key: str, scene: Scene) -> Outcome | None:
    """Keys that move within the library's list, and Enter; None for others."""
    if key == "enter":
        track = selected_track(hand, scene.view)
        return hand, () if track is None else (PlayTrack(track.track_id),)
    page = max(1, scene.rows - 1)
    steps = {"up": -1, "down": 1, "page up": -page, "page down": page}
    if key in steps:
        return select(hand, hand.selected + steps[key], scene), ()
    if key in ("home", "end"):
        return select(hand, 0 if key == "home" else scene.view.library.total, scene), ()
    return None


def _in_help(hand: Hand, key: str, _scene: Scene) -> Outcome:
    """Any key closes the help, and q does not quit from there by surprise."""
    return _plain(hand), ()


def _typed(text: str, key: str) -> str:
    if key == "backspace":
        return text[:-1]
    return (text + key)[:LONGEST_TEXT] if len(key) == 1 and key.isprintable() else text


def _in_search(hand: Hand, key: str, scene: Scene) -> Outcome:
    if key == "escape":
        return _plain(hand), ()
    moved = _in_list(hand, key, scene) if key not in ("home", "end") else None
    if moved is not None:
        return _plain(moved[0]), moved[1]
    text = _typed(hand.text, key)
    if text == hand.text:
        return hand, ()
    return replace(hand, text=text, selected=0, first_row=0), (Search(text),)


def _in_name(hand: Hand, key: str, _scene: Scene) -> Outcome:
    if key == "escape":
        return _plain(hand), ()
    if key == "enter":
        name = hand.text.strip()
        return _plain(hand), (CaptureNeutral(name),) if name else ()
    return replace(hand, text=_typed(hand.text, key)), ()


def _on_plane(hand: Hand, key: str, _scene: Scene) -> Outcome:
    moves = {"left": (-1, 0), "right": (1, 0), "down": (0, -1), "up": (0, 1)}
    if key == "enter":
        return finish_point(hand)
    if key == "backspace":
        return finish_point(replace(hand, point=None))
    if key in moves and hand.point is not None:
        across, up = moves[key]
        return replace(hand, point=moved_point(hand.point, across * MOOD_STEP, up * MOOD_STEP)), ()
    return (_plain(hand), ()) if key == "escape" else (hand, ())


def moved_point(point: Affect, valence: float, arousal: float) -> Affect:
    """A point of the plane, moved but not beyond its edges."""
    return Affect(
        min(max(round(point.valence + valence, 4), -1.0), 1.0),
        min(max(round(point.arousal + arousal, 4), -1.0), 1.0),
    )


def _in_delete(hand: Hand, key: str, _scene: Scene) -> Outcome:
    return _plain(hand), (DeleteMemory(confirmed=True),) if key in ("y", "Y") else ()


_MODES: dict[Mode, Callable[[Hand, str, Scene], Outcome]] = {
    Mode.PLAIN: _in_plain,
    Mode.HELP: _in_help,
    Mode.SEARCH: _in_search,
    Mode.CORRECT: _on_plane,
    Mode.GOAL: _on_plane,
    Mode.NAME: _in_name,
    Mode.DELETE: _in_delete,
}
