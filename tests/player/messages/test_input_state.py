"""What keys do, whatever keyboard they come from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.messages.input_state import (
    MOOD_STEP,
    EnterMode,
    InputContext,
    InputResult,
    InputState,
    Mode,
    PressKey,
    SelectRow,
    execute,
    next_person,
    press,
    scroll,
    select,
)
from player.messages.intents import (
    CaptureNeutral,
    CorrectMood,
    DeleteMemory,
    ExportMemory,
    FollowPerson,
    Intent,
    Like,
    PlayTrack,
    Previous,
    Quit,
    Rate,
    Search,
    Seek,
    SetGoal,
    ShowView,
    Skip,
    TogglePause,
    VolumeStep,
)
from player.messages.keys import HELP, KEYS, VOLUME_STEP
from player.messages.view_state import LibraryView, PersonView, ViewName, ViewState
from recognizer.affect import Affect
from tests.player.samples import empty_view, full_view, library_view, track, works_view

ROWS = 10
NAMES = (
    "up",
    "down",
    "left",
    "right",
    "page up",
    "page down",
    "home",
    "end",
    "enter",
    "escape",
    "tab",
    "back tab",
    "backspace",
)
COMMANDS = (TogglePause(), Skip(), EnterMode(Mode.HELP))


def context(view: ViewState | None = None) -> InputContext:
    return InputContext(view or full_view(), ROWS, COMMANDS)


def type_in(
    keys: list[str], view: ViewState | None = None, input_state: InputState | None = None
) -> InputResult:
    """Several keys, with nothing shown in between."""
    input_state = input_state or InputState()
    asked: list[Intent] = []
    for key in keys:
        input_state, found = press(input_state, key, context(view))
        asked.extend(found)
    return input_state, tuple(asked)


@pytest.mark.parametrize(
    ("key", "intent"),
    [
        (" ", TogglePause()),
        ("N", Skip()),
        ("b", Previous()),
        ("l", Like()),
        ("+", VolumeStep(VOLUME_STEP)),
        ("-", VolumeStep(-VOLUME_STEP)),
        ("r", CaptureNeutral()),
        ("e", ExportMemory()),
        ("q", Quit()),
        ("right", Seek(52.0)),
        ("left", Seek(32.0)),
        ("4", Rate(1, 4)),
        ("v", ShowView(ViewName.LIBRARY)),
    ],
)
def test_keys_of_the_player(key: str, intent: Intent) -> None:
    assert press(InputState(), key, context()) == (InputState(), (intent,))


def test_seeking_stays_within_the_track_and_needs_one() -> None:
    playing = full_view().playing
    assert playing is not None
    near_end = full_view(playing=replace(playing, position_seconds=99.0))
    assert press(InputState(), "right", context(near_end))[1] == (Seek(100.0),)
    assert press(InputState(), "left", context(full_view(playing=replace(playing, position_seconds=3.0))))[
        1
    ] == (Seek(0.0),)
    assert press(InputState(), "right", context(empty_view()))[1] == ()
    assert press(InputState(), "5", context(empty_view()))[1] == ()


def test_views_follow_each_other_and_escape_leads_back() -> None:
    assert press(InputState(), "v", context(works_view()))[1] == (ShowView(ViewName.PLAYER),)
    assert press(InputState(), "escape", context(works_view()))[1] == (ShowView(ViewName.PLAYER),)
    assert press(InputState(), "escape", context())[1] == ()
    searched = library_view(library=replace(library_view().library, query="moon"))
    assert press(InputState(), "escape", context(searched))[1] == (Search(""),)


def test_tab_goes_round_the_buttons_and_enter_presses() -> None:
    input_state, _ = type_in(["tab", "tab"])
    assert input_state.focus == Skip()
    assert press(input_state, "enter", context())[1] == (Skip(),)
    assert type_in(["tab", "tab", "tab", "tab"])[0].focus == TogglePause()
    assert type_in(["back tab"])[0].focus == EnterMode(Mode.HELP)
    assert type_in(["back tab", "enter"])[0].mode is Mode.HELP
    assert press(input_state, "escape", context())[0].focus is None
    assert press(InputState(focus=Like()), "enter", context())[1] == ()


def test_the_list_is_walked_with_arrows_and_stays_in_sight() -> None:
    view = library_view()
    input_state, _ = type_in(["down"] * 12, view)
    assert (input_state.selected, input_state.first_row) == (12, 3)
    input_state, _ = type_in(["end"], view)
    assert (input_state.selected, input_state.first_row) == (49_999, 49_990)
    input_state, _ = type_in(["page up", "home"], view, input_state)
    assert (input_state.selected, input_state.first_row) == (0, 0)


def test_the_selected_track_is_played_rated_and_corrected() -> None:
    view, input_state = library_view(), InputState(selected=12, first_row=10)
    assert type_in(["enter", "3", "0"], view, input_state)[1] == (PlayTrack(12), Rate(12, 3), Rate(12, 0))
    moving, _ = press(input_state, "m", context(view))
    assert (moving.mode, moving.track_id, moving.point) == (Mode.CORRECT, 12, track(12).mood)
    out_of_sight = InputState(selected=5000)
    assert type_in(["enter", "m"], view, out_of_sight) == (out_of_sight, ())


def test_a_search_is_answered_letter_by_letter_and_arrows_go_into_the_list() -> None:
    input_state, asked = type_in(["/", "m", "o", "backspace", "up"], library_view())
    assert asked == (Search("m"), Search("mo"), Search("m"))
    assert (input_state.mode, input_state.selected) == (Mode.PLAIN, 0)
    assert type_in(["/"], full_view())[1] == (ShowView(ViewName.LIBRARY),)
    assert type_in(["/", "n", "q", " "], library_view())[1] == (Search("n"), Search("nq"), Search("nq "))
    assert type_in(["/", "escape"], library_view())[0].mode is Mode.PLAIN
    assert type_in(["/", "enter"], library_view(), InputState(selected=12))[1] == (PlayTrack(12),)
    assert len(type_in(["/", *"x" * 200], library_view())[0].text) == 80


def test_a_mood_is_moved_with_arrows_and_kept_left_or_taken_back() -> None:
    start = track(1).mood
    input_state, asked = type_in(["m", "left", "down"])
    assert asked == ()
    assert input_state.point is not None
    assert input_state.point.valence == pytest.approx(start.valence - MOOD_STEP, abs=1e-3)
    assert press(input_state, "enter", context()) == (InputState(), (CorrectMood(1, input_state.point),))
    assert press(input_state, "backspace", context()) == (InputState(), (CorrectMood(1, None),))
    assert press(input_state, "escape", context()) == (InputState(), ())
    assert press(input_state, "n", context()) == (input_state, ())
    assert type_in(["m"], empty_view()) == (InputState(), ())


def test_the_goal_begins_where_it_is() -> None:
    goal = Affect(0.7, 0.3)
    input_state, _ = type_in(["g", "up"], full_view(goal=goal))
    assert input_state.point == Affect(0.7, 0.4)
    assert press(input_state, "enter", context())[1] == (SetGoal(Affect(0.7, 0.4)),)
    assert press(input_state, "backspace", context())[1] == (SetGoal(None),)
    assert type_in(["g"], empty_view())[0].point == Affect(0.0, 0.0)


def test_a_face_is_kept_under_a_typed_name_only() -> None:
    assert type_in(["k", "A", "n", "a", "enter"])[1] == (CaptureNeutral("Ana"),)
    assert type_in(["k", " ", "enter"]) == (InputState(), ())
    assert type_in(["k", "A", "escape"]) == (InputState(), ())


def test_nothing_is_forgotten_without_a_yes() -> None:
    assert type_in(["x"])[1] == ()
    assert type_in(["x", "y"]) == (InputState(), (DeleteMemory(confirmed=True),))
    for other in ("n", "enter", "escape", " "):
        assert type_in(["x", other]) == (InputState(), ())


def test_any_key_closes_the_help_and_does_nothing_else() -> None:
    assert type_in(["?", "q"]) == (InputState(), ())


def test_people_are_gone_through_by_name() -> None:
    people = (PersonView("Ana"), PersonView("Ben", followed=True))
    assert next_person(people) is None
    assert next_person((PersonView("Ana"), PersonView("Ben"))) == "Ana"
    assert press(InputState(), "f", context(full_view(people=people)))[1] == (FollowPerson(None),)
    assert press(InputState(), "f", context())[1] == ()


def test_buttons_do_what_their_keys_do() -> None:
    assert execute(InputState(), Skip(), context())[1] == (Skip(),)
    assert execute(InputState(), EnterMode(Mode.DELETE), context())[0].mode is Mode.DELETE
    assert execute(InputState(mode=Mode.DELETE), PressKey("y"), context())[1] == (
        DeleteMemory(confirmed=True),
    )
    assert execute(InputState(mode=Mode.GOAL), EnterMode(Mode.GOAL), context()) == (InputState(), ())
    assert execute(InputState(), SelectRow(14), context(library_view()))[0].selected == 14


@given(
    keys=st.lists(st.one_of(st.sampled_from(NAMES), st.characters(codec="utf-8")), max_size=30),
    view=st.sampled_from([full_view(), library_view(), works_view(), empty_view()]),
)
def test_no_keys_whatever_lead_out_of_the_list_or_the_plane(keys: list[str], view: ViewState) -> None:
    input_state, _ = type_in(keys, view)
    assert 0 <= input_state.selected < max(1, view.library.total)
    assert 0 <= input_state.first_row <= max(0, view.library.total - 1)
    if input_state.point is not None:
        assert max(abs(input_state.point.valence), abs(input_state.point.arousal)) <= 1


@given(first=st.integers(-100, 100_000), total=st.integers(0, 60_000))
def test_scrolling_and_selecting_stay_within_the_list(first: int, total: int) -> None:
    within = context(library_view(library=LibraryView(total=total)))
    scrolled, selected = scroll(InputState(), first, within), select(InputState(), first, within)
    assert 0 <= scrolled.first_row <= max(0, total - ROWS)
    assert 0 <= selected.first_row <= selected.selected < max(1, total)
    assert selected.selected - selected.first_row < ROWS


def test_the_help_names_every_key() -> None:
    words = " ".join(keys for _, rows in HELP for keys, _ in rows).replace("\N{MINUS SIGN}", "-")
    for key in KEYS:
        assert {" ": "Space", "=": "+"}.get(key, key.upper()) in words.split()
