"""What keys do, whatever keyboard they come from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.messages.input_state import (
    MOOD_STEP,
    Begin,
    Hand,
    Mode,
    Outcome,
    Pick,
    Press,
    Scene,
    do,
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
ASKS = (TogglePause(), Skip(), Begin(Mode.HELP))


def scene(view: ViewState | None = None) -> Scene:
    return Scene(view or full_view(), ROWS, ASKS)


def type_in(keys: list[str], view: ViewState | None = None, hand: Hand | None = None) -> Outcome:
    """Several keys, with nothing shown in between."""
    hand = hand or Hand()
    asked: list[Intent] = []
    for key in keys:
        hand, found = press(hand, key, scene(view))
        asked.extend(found)
    return hand, tuple(asked)


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
    assert press(Hand(), key, scene()) == (Hand(), (intent,))


def test_seeking_stays_within_the_track_and_needs_one() -> None:
    playing = full_view().playing
    assert playing is not None
    near_end = full_view(playing=replace(playing, position_seconds=99.0))
    assert press(Hand(), "right", scene(near_end))[1] == (Seek(100.0),)
    assert press(Hand(), "left", scene(full_view(playing=replace(playing, position_seconds=3.0))))[1] == (
        Seek(0.0),
    )
    assert press(Hand(), "right", scene(empty_view()))[1] == ()
    assert press(Hand(), "5", scene(empty_view()))[1] == ()


def test_views_follow_each_other_and_escape_leads_back() -> None:
    assert press(Hand(), "v", scene(works_view()))[1] == (ShowView(ViewName.PLAYER),)
    assert press(Hand(), "escape", scene(works_view()))[1] == (ShowView(ViewName.PLAYER),)
    assert press(Hand(), "escape", scene())[1] == ()
    searched = library_view(library=replace(library_view().library, query="moon"))
    assert press(Hand(), "escape", scene(searched))[1] == (Search(""),)


def test_tab_goes_round_the_buttons_and_enter_presses() -> None:
    hand, _ = type_in(["tab", "tab"])
    assert hand.focus == Skip()
    assert press(hand, "enter", scene())[1] == (Skip(),)
    assert type_in(["tab", "tab", "tab", "tab"])[0].focus == TogglePause()
    assert type_in(["back tab"])[0].focus == Begin(Mode.HELP)
    assert type_in(["back tab", "enter"])[0].mode is Mode.HELP
    assert press(hand, "escape", scene())[0].focus is None
    assert press(Hand(focus=Like()), "enter", scene())[1] == ()


def test_the_list_is_walked_with_arrows_and_stays_in_sight() -> None:
    view = library_view()
    hand, _ = type_in(["down"] * 12, view)
    assert (hand.selected, hand.first_row) == (12, 3)
    hand, _ = type_in(["end"], view)
    assert (hand.selected, hand.first_row) == (49_999, 49_990)
    hand, _ = type_in(["page up", "home"], view, hand)
    assert (hand.selected, hand.first_row) == (0, 0)


def test_the_selected_track_is_played_rated_and_corrected() -> None:
    view, hand = library_view(), Hand(selected=12, first_row=10)
    assert type_in(["enter", "3", "0"], view, hand)[1] == (PlayTrack(12), Rate(12, 3), Rate(12, 0))
    moving, _ = press(hand, "m", scene(view))
    assert (moving.mode, moving.track_id, moving.point) == (Mode.CORRECT, 12, track(12).mood)
    out_of_sight = Hand(selected=5000)
    assert type_in(["enter", "m"], view, out_of_sight) == (out_of_sight, ())


def test_a_search_is_answered_letter_by_letter_and_arrows_go_into_the_list() -> None:
    hand, asked = type_in(["/", "m", "o", "backspace", "up"], library_view())
    assert asked == (Search("m"), Search("mo"), Search("m"))
    assert (hand.mode, hand.selected) == (Mode.PLAIN, 0)
    assert type_in(["/"], full_view())[1] == (ShowView(ViewName.LIBRARY),)
    assert type_in(["/", "n", "q", " "], library_view())[1] == (Search("n"), Search("nq"), Search("nq "))
    assert type_in(["/", "escape"], library_view())[0].mode is Mode.PLAIN
    assert type_in(["/", "enter"], library_view(), Hand(selected=12))[1] == (PlayTrack(12),)
    assert len(type_in(["/", *"x" * 200], library_view())[0].text) == 80


def test_a_mood_is_moved_with_arrows_and_kept_left_or_taken_back() -> None:
    start = track(1).mood
    hand, asked = type_in(["m", "left", "down"])
    assert asked == ()
    assert hand.point is not None
    assert hand.point.valence == pytest.approx(start.valence - MOOD_STEP, abs=1e-3)
    assert press(hand, "enter", scene()) == (Hand(), (CorrectMood(1, hand.point),))
    assert press(hand, "backspace", scene()) == (Hand(), (CorrectMood(1, None),))
    assert press(hand, "escape", scene()) == (Hand(), ())
    assert press(hand, "n", scene()) == (hand, ())
    assert type_in(["m"], empty_view()) == (Hand(), ())


def test_the_goal_begins_where_it_is() -> None:
    goal = Affect(0.7, 0.3)
    hand, _ = type_in(["g", "up"], full_view(goal=goal))
    assert hand.point == Affect(0.7, 0.4)
    assert press(hand, "enter", scene())[1] == (SetGoal(Affect(0.7, 0.4)),)
    assert press(hand, "backspace", scene())[1] == (SetGoal(None),)
    assert type_in(["g"], empty_view())[0].point == Affect(0.0, 0.0)


def test_a_face_is_kept_under_a_typed_name_only() -> None:
    assert type_in(["k", "A", "n", "a", "enter"])[1] == (CaptureNeutral("Ana"),)
    assert type_in(["k", " ", "enter"]) == (Hand(), ())
    assert type_in(["k", "A", "escape"]) == (Hand(), ())


def test_nothing_is_forgotten_without_a_yes() -> None:
    assert type_in(["x"])[1] == ()
    assert type_in(["x", "y"]) == (Hand(), (DeleteMemory(confirmed=True),))
    for other in ("n", "enter", "escape", " "):
        assert type_in(["x", other]) == (Hand(), ())


def test_any_key_closes_the_help_and_does_nothing_else() -> None:
    assert type_in(["?", "q"]) == (Hand(), ())


def test_people_are_gone_through_by_name() -> None:
    people = (PersonView("Ana"), PersonView("Ben", followed=True))
    assert next_person(people) is None
    assert next_person((PersonView("Ana"), PersonView("Ben"))) == "Ana"
    assert press(Hand(), "f", scene(full_view(people=people)))[1] == (FollowPerson(None),)
    assert press(Hand(), "f", scene())[1] == ()


def test_buttons_do_what_their_keys_do() -> None:
    assert do(Hand(), Skip(), scene())[1] == (Skip(),)
    assert do(Hand(), Begin(Mode.DELETE), scene())[0].mode is Mode.DELETE
    assert do(Hand(mode=Mode.DELETE), Press("y"), scene())[1] == (DeleteMemory(confirmed=True),)
    assert do(Hand(mode=Mode.GOAL), Begin(Mode.GOAL), scene()) == (Hand(), ())
    assert do(Hand(), Pick(14), scene(library_view()))[0].selected == 14


@given(
    keys=st.lists(st.one_of(st.sampled_from(NAMES), st.characters(codec="utf-8")), max_size=30),
    view=st.sampled_from([full_view(), library_view(), works_view(), empty_view()]),
)
def test_no_keys_whatever_lead_out_of_the_list_or_the_plane(keys: list[str], view: ViewState) -> None:
    hand, _ = type_in(keys, view)
    assert 0 <= hand.selected < max(1, view.library.total)
    assert 0 <= hand.first_row <= max(0, view.library.total - 1)
    if hand.point is not None:
        assert max(abs(hand.point.valence), abs(hand.point.arousal)) <= 1


@given(first=st.integers(-100, 100_000), total=st.integers(0, 60_000))
def test_scrolling_and_selecting_stay_within_the_list(first: int, total: int) -> None:
    within = scene(library_view(library=LibraryView(total=total)))
    scrolled, selected = scroll(Hand(), first, within), select(Hand(), first, within)
    assert 0 <= scrolled.first_row <= max(0, total - ROWS)
    assert 0 <= selected.first_row <= selected.selected < max(1, total)
    assert selected.selected - selected.first_row < ROWS


def test_the_help_names_every_key() -> None:
    words = " ".join(keys for _, rows in HELP for keys, _ in rows).replace("\N{MINUS SIGN}", "-")
    for key in KEYS:
        assert {" ": "Space", "=": "+"}.get(key, key.upper()) in words.split()
