"""All views as lines of text: pure, for a terminal of any size."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable

from player.messages.input_state import InputState, Mode
from player.messages.keys import HELP
from player.messages.view_state import STAR_COUNT, TrackView, ViewName, ViewState
from player.messages.words import LIGHT_WORDS, POLICY_HINTS, feeling, mood_words
from recognizer.affect import Affect
from recognizer.words import clock

_FRAME_LINES = 4
"""Lines of the library beside its rows: what is looked for, the keys, the status line, and one to spare."""
_MOST_ROWS = 20
_HEADING_WIDTH = 20
_BAR_WIDTH = 20
_PLANE_WIDTH, _PLANE_HEIGHT = 41, 11


def screen(view: ViewState, input_state: InputState, width: int, height: int) -> list[str]:
    """The lines to show, the status line last; none is longer than `width` columns."""
    lines = [*_above(view, input_state, width, height), *_capture_lines(view), status_line(view, width)]
    return [cut(line, width) for line in lines[-max(1, height) :]]


def library_rows(height: int) -> int:
    """How many rows of the library a terminal of so many lines shows."""
    return max(1, min(_MOST_ROWS, height - _FRAME_LINES))


def status_line(view: ViewState, width: int) -> str:
    """One line of at most `width` columns: mood, track and time, policy, camera."""
    parts = [mood_words(view)]
    if view.playing is not None:
        sign = "⏸" if view.playing.paused else "♪"
        times = f"{clock(view.playing.position_seconds)}/{clock(view.playing.track.duration_seconds)}"
        parts.append(f"{sign} {label(view.playing.track)} {times}")
    parts.extend((view.policy, LIGHT_WORDS[view.camera].lower()))
    if view.notice:
        parts.append(view.notice)
    return cut("  ·  ".join(part for part in parts if part), width)


def label(track: TrackView) -> str:
    """How a listener would name a track."""
    return f"{track.title}, {track.artist}" if track.artist else track.title


def cut(text: str, width: int) -> str:
    """As much of a text as fits into so many columns; wide letters, as Chinese ones, take two."""
    if sum(map(_columns, text)) <= width:
        return text
    found, left = "", width - 1
    for letter in text:
        left -= _columns(letter)
        if left < 0:
            break
        found += letter
    return f"{found}…" if width > 0 else ""


def plane_lines(view: ViewState, moved: Affect | None = None) -> list[str]:
    """The valence-arousal plane: you, the aim, the track, the goal and what is being moved."""
    grid = [[" "] * _PLANE_WIDTH for _ in range(_PLANE_HEIGHT)]
    middle = _PLANE_HEIGHT // 2, _PLANE_WIDTH // 2
    for cells in grid:
        cells[middle[1]] = "│"
    grid[middle[0]] = ["─"] * _PLANE_WIDTH
    grid[middle[0]][middle[1]] = "┼"
    marks: list[tuple[Affect, str]] = [(point, "·") for point in view.path]
    marks += [(view.playing.track.mood, "♪")] if view.playing is not None else []
    marks += [(view.target, "○")] if view.target is not None else []
    marks += [(view.goal, "⚑")] if view.goal is not None else []
    marks += [(view.mood.affect, "●")] if view.mood is not None else []
    marks += [(moved, "X")] if moved is not None else []
    for point, mark in marks:
        row, column = _cell(point)
        grid[row][column] = mark
    body = [f"  │{''.join(cells)}│" for cells in grid]
    body[middle[0]] = f"unpleasant {body[middle[0]].strip()} pleasant"
    left = " " * len("unpleasant ")
    return [
        f"{left}{'active':^{_PLANE_WIDTH + 2}}",
        *(line if index == middle[0] else f"{left}{line.strip()}" for index, line in enumerate(body)),
        f"{left}{'calm':^{_PLANE_WIDTH + 2}}",
        f"{left}● you   ○ the aim   ♪ the track   ⚑ the goal",
    ]


def _columns(letter: str) -> int:
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _cell(point: Affect) -> tuple[int, int]:
    across = (min(1.0, max(-1.0, point.valence)) + 1) / 2
    up = (min(1.0, max(-1.0, point.arousal)) + 1) / 2
    return round((1 - up) * (_PLANE_HEIGHT - 1)), round(across * (_PLANE_WIDTH - 1))


def _above(view: ViewState, input_state: InputState, width: int, height: int) -> list[str]:
    """What stands above the status line."""
    if input_state.mode is Mode.HELP:
        return _help_lines(width)
    if input_state.mode is Mode.NAME:
        return [
            f"Keep your resting face under which name? {input_state.text}▏  (Enter begins, Esc leaves it)"
        ]
    if input_state.mode is Mode.DELETE:
        return [_delete_question(view)]
    if input_state.mode in (Mode.CORRECT, Mode.GOAL):
        return _moving_lines(view, input_state)
    if view.view is ViewName.LIBRARY:
        return _library_lines(view, input_state, library_rows(height))
    return _works_lines(view) if view.view is ViewName.HOW_IT_WORKS else []


def _capture_lines(view: ViewState) -> list[str]:
    """How far the capture of a resting face is."""
    if view.calibration is None:
        return []
    done = round(view.calibration.progress * _BAR_WIDTH)
    return [f"[{'#' * done}{'.' * (_BAR_WIDTH - done)}] {view.calibration.words}"]


def _help_lines(width: int) -> list[str]:
    """The groups of keys, each on as many lines as it needs."""
    found = []
    for heading, rows in HELP:
        words = [f"{keys} {meaning}" for keys, meaning in rows]
        lines = textwrap.wrap(
            " · ".join(word.replace(" ", "\xa0") for word in words), max(20, width - _HEADING_WIDTH)
        )
        for index, line in enumerate(lines):
            start = heading if index == 0 else ""
            found.append(f"{start:<{_HEADING_WIDTH}}{line}".replace("\xa0", " "))
    return found


def _delete_question(view: ViewState) -> str:
    memory = view.memory
    return (
        f"Forget {memory.plays} plays, {memory.verdicts} likes, skips and the like, {memory.corrections} moods"
        f" and {memory.people} faces for good?  (Y forgets, Esc keeps)"
    )


def _moving_lines(view: ViewState, input_state: InputState) -> list[str]:
    what = "How does the track feel?" if input_state.mode is Mode.CORRECT else "Where should iso lead?"
    point = input_state.point or Affect(0.0, 0.0)
    numbers = f"pleasant {point.valence:+.1f}, active {point.arousal:+.1f}"
    keys = "arrows move X, Enter keeps it, Backspace takes it back, Esc leaves"
    return [*plane_lines(view, point), f"{what}  {numbers}", f"({keys})"]


def _library_lines(view: ViewState, input_state: InputState, rows: int) -> list[str]:
    library = view.library
    typing = input_state.mode is Mode.SEARCH
    text = f"{input_state.text}▏" if typing else library.query or "all"
    found = [f"Search: {text}   {library.total:,} tracks"]
    for index, track in enumerate(library.rows[:rows]):
        chosen = library.first_row + index == input_state.selected
        found.append(f"{'>' if chosen else ' '} {_row(track)}")
    found.append("  ↑ ↓ choose · Enter plays · / search · 0 to 5 stars · M its mood · Esc back")
    return found


def _row(track: TrackView) -> str:
    stars = "★" * (track.rating or 0) + "☆" * (STAR_COUNT - (track.rating or 0))
    return f"{clock(track.duration_seconds):>6}  {stars}  {label(track)}  ({feeling(track)})"


def _works_lines(view: ViewState) -> list[str]:
    late = "…" if view.latency_seconds is None else f"{view.latency_seconds * 1000:.0f} ms"
    rate = "no" if view.frames_per_second is None else f"{view.frames_per_second:.0f}"
    memory = view.memory
    return [
        *plane_lines(view),
        f"You: {mood_words(view)}, known {late} after each picture, {rate} pictures a second",
        f"{POLICY_HINTS.get(view.policy, '')}",
        f"Why this one: {view.playing.track.why}" if view.playing is not None else "Nothing plays yet",
        f"Known by name: {_names(person.name for person in view.people)}",
        f"Remembered: {memory.plays} plays, {memory.verdicts} likes, skips and the like,"
        f" {memory.corrections} moods, {memory.people} faces  (E exports, X forgets)",
    ]


def _names(names: Iterable[str]) -> str:
    return ", ".join(names) or "nobody"
