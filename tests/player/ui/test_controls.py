from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from player.messages.input_state import InputState, UiCommand
from player.messages.intents import (
    ChoosePolicy,
    Dislike,
    Intent,
    Like,
    NextPolicy,
    PlayQueued,
    Quit,
    Skip,
    ToggleCamera,
    TogglePause,
)
from player.messages.keys import KEYS, intent_of_key
from player.messages.view_state import CameraLight, PlayingView
from player.ui.controls import control_at, controls_of
from player.ui.layout import layout_of
from tests.player.samples import empty_view, full_view, track


@pytest.mark.parametrize("size", [(800, 500), (1120, 700), (1920, 1080), (900, 1400)])
def test_every_control_is_reachable_and_none_lies_over_another(size: tuple[int, int]) -> None:
    layout = layout_of(*size)
    controls = controls_of(layout, full_view(), InputState())
    for control in controls:
        assert layout.window.contains(control.area)
        assert control_at(controls, control.area.center) is control
    assert not any(a.area.colliderect(b.area) for a, b in combinations(controls, 2))


def test_buttons_and_keys_ask_for_all_that_a_listener_needs() -> None:
    asked: set[UiCommand] = {
        control.command for control in controls_of(layout_of(1120, 700), full_view(), InputState())
    }
    assert {TogglePause(), Skip(), Like(), Dislike(), ToggleCamera(), Quit(), ChoosePolicy("lift")} <= asked
    assert {PlayQueued(2), PlayQueued(3)} <= asked
    assert {TogglePause(), Skip(), Like(), Dislike(), ToggleCamera(), Quit(), NextPolicy()} <= set(
        KEYS.values()
    )


def test_keys_work_with_caps_lock_and_unknown_ones_do_nothing() -> None:
    assert intent_of_key("N") == intent_of_key("n") == Skip()
    assert intent_of_key("z") is None


def test_a_click_beside_everything_is_nothing() -> None:
    assert control_at(controls_of(layout_of(1120, 700), full_view(), InputState()), (1, 1)) is None


def label_of(intent: Intent, **changes: object) -> tuple[str, str, bool]:
    controls = controls_of(layout_of(1120, 700), full_view(**changes), InputState())
    found = next(control for control in controls if control.command == intent)
    return found.label, found.icon, found.active


def test_buttons_say_what_they_would_do_now() -> None:
    playing = PlayingView(track(1), 3.0, paused=True, liked=True)
    assert label_of(TogglePause()) == ("Pause", "pause", False)
    assert label_of(TogglePause(), playing=playing) == ("Play", "play", False)
    assert label_of(Like(), playing=playing) == ("Liked", "heart", True)
    assert label_of(ToggleCamera()) == ("Camera off", "camera-off", False)
    assert label_of(ToggleCamera(), camera=CameraLight.OFF) == ("Open camera", "camera", True)
    assert label_of(ChoosePolicy("match")) == ("Match", "", True)


def test_nothing_to_choose_from_leaves_the_rest_usable() -> None:
    controls = controls_of(layout_of(1120, 700), empty_view(), InputState())
    assert any(control.command == Quit() for control in controls)
    assert not any(isinstance(control.command, ChoosePolicy | PlayQueued) for control in controls)


def test_a_low_window_shows_fewer_queue_rows() -> None:
    view = replace(full_view(), queue=tuple(track(i) for i in range(40)))
    rows = [
        c for c in controls_of(layout_of(1120, 700), view, InputState()) if isinstance(c.command, PlayQueued)
    ]
    assert 3 <= len(rows) < 10
