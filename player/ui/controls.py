"""The buttons: area, label and command of each. Pure, so that clicks can be tested without a window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pygame import Rect

from player.messages.input_state import (
    EnterMode,
    InputState,
    Mode,
    PressKey,
    SelectRow,
    UiCommand,
    next_person,
    selected_track,
)
from player.messages.intents import (
    CaptureNeutral,
    ChoosePolicy,
    Dislike,
    ExportMemory,
    FollowPerson,
    Like,
    PlayQueued,
    PlayTrack,
    Previous,
    Quit,
    Rate,
    ShowView,
    Skip,
    ToggleCamera,
    TogglePause,
)
from player.messages.view_state import STAR_COUNT, CameraLight, TrackView, ViewName, ViewState
from player.messages.words import POLICY_HINTS, VIEW_WORDS
from player.ui.layout import (
    Layout,
    columns,
    header_areas,
    panel_body,
    panel_title_area,
    playing_areas,
    rows_within,
)
from player.ui.page_layout import button_row, cards, dialog_area, library_areas

QUEUE_ROW_PX = 42
_FOOTER_WIDTHS = (40, 112, 86, 84, 114)
_CAMERA_WIDTH, _QUIT_WIDTH, _GAP = 136, 78, 8


@dataclass(frozen=True, slots=True)
class Control:
    """One thing to click.

    `kind` says how it is drawn: primary, plain, small, tab, choice (one of several), star, or row and field, which
    the panel around them draws. Those with `in_tab_order` are reached by Tab.
    """

    command: UiCommand
    area: Rect
    kind: str
    label: str = ""
    icon: str = ""
    key_hint: str = ""
    active: bool = False
    hint: str = ""
    """Shown in the header while the pointer is on the control."""
    in_tab_order: bool = True


def controls_of(layout: Layout, view: ViewState, input_state: InputState) -> tuple[Control, ...]:
    """Every control that can be used now, in drawing order; an open dialog leaves only its own."""
    if input_state.mode in (Mode.HELP, Mode.NAME, Mode.DELETE):
        return tuple(_dialog(layout, input_state))
    page = {
        ViewName.PLAYER: _player,
        ViewName.LIBRARY: _library,
        ViewName.HOW_IT_WORKS: _how_it_works,
    }[view.view]
    return (
        *_footer(layout, view),
        *_policies(layout, view),
        *_tabs(layout, view),
        *page(layout, view, input_state),
    )


def control_at(controls: tuple[Control, ...], place: tuple[int, int]) -> Control | None:
    """The control under a place in the window, or None."""
    return next((control for control in controls if control.area.collidepoint(place)), None)


@lru_cache(maxsize=8)
def policy_area(layout: Layout) -> Rect:
    """The middle of the footer, where the policy is chosen."""
    left = layout.footer.left + sum(layout.px(width + _GAP) for width in _FOOTER_WIDTHS) + layout.px(4)
    right = layout.footer.right - layout.px(_CAMERA_WIDTH + _QUIT_WIDTH + 2 * _GAP + 4)
    return Rect(left, layout.footer.top, max(1, right - left), layout.footer.height)


def _footer(layout: Layout, view: ViewState) -> list[Control]:
    paused = view.playing is not None and view.playing.paused
    liked = view.playing is not None and view.playing.liked
    areas, left = [], layout.footer.left
    for width in _FOOTER_WIDTHS:
        areas.append(Rect(left, layout.footer.top, layout.px(width), layout.footer.height))
        left += layout.px(width) + layout.px(_GAP)
    pause = ("Play", "play") if paused else ("Pause", "pause")
    like_hint = "Play this track more often"
    return [
        Control(Previous(), areas[0], "plain", icon="back", hint="Again from the beginning, or back (B)"),
        Control(TogglePause(), areas[1], "primary", *pause, "Space"),
        Control(Skip(), areas[2], "plain", "Next", "skip", "N", hint="Another track, now"),
        Control(Like(), areas[3], "plain", "Liked" if liked else "Like", "heart", "L", liked, hint=like_hint),
        Control(
            Dislike(),
            areas[4],
            "plain",
            "Not this",
            "forbid",
            "D",
            hint="Leave this track and play it no more",
        ),
        *_right(layout, view),
    ]


def _right(layout: Layout, view: ViewState) -> list[Control]:
    off = view.camera is CameraLight.OFF
    quit_area = Rect(0, layout.footer.top, layout.px(_QUIT_WIDTH), layout.footer.height)
    quit_area.right = layout.footer.right
    camera_area = Rect(0, layout.footer.top, layout.px(_CAMERA_WIDTH), layout.footer.height)
    camera_area.right = quit_area.left - layout.px(_GAP)
    label = "Open camera" if off else "Camera off"
    hint = "Let the camera see you again" if off else "Close the camera: nothing is seen any more"
    camera = Control(
        ToggleCamera(), camera_area, "plain", label, "camera" if off else "camera-off", "C", off, hint
    )
    return [camera, Control(Quit(), quit_area, "plain", "Quit", "quit", "Q")]


def _policies(layout: Layout, view: ViewState) -> list[Control]:
    if not view.policies:
        return []
    area = policy_area(layout).inflate(-layout.px(6), -layout.px(6))
    cells = columns(area, (1 / len(view.policies),) * len(view.policies), 0)
    return [
        Control(
            ChoosePolicy(name),
            cell,
            "choice",
            name.capitalize(),
            active=name == view.policy,
            hint=POLICY_HINTS.get(name, ""),
        )
        for name, cell in zip(view.policies, cells, strict=True)
    ]


def _tabs(layout: Layout, view: ViewState) -> list[Control]:
    *areas, help_area = header_areas(layout).tabs
    found = [
        Control(
            ShowView(name),
            area,
            "tab",
            VIEW_WORDS[name],
            active=name is view.view,
            hint="V goes through the views",
        )
        for name, area in zip(ViewName, areas, strict=True)
    ]
    return [*found, Control(EnterMode(Mode.HELP), help_area, "tab", "?", hint="What the keys do")]


def _player(layout: Layout, view: ViewState, input_state: InputState) -> list[Control]:
    found = [*_preview_buttons(layout, view), *_plane_buttons(layout.plane, layout, view, input_state)]
    if view.playing is not None:
        found += _stars(playing_areas(layout).stars, view.playing.track)
    return [*found, *_queue(layout, view)]


def _preview_buttons(layout: Layout, view: ViewState) -> list[Control]:
    """On the picture: the resting face at the right, whom the music follows at the left."""
    if view.preview is None or view.camera is CameraLight.OFF:
        return []
    edge, height = layout.px(10), layout.px(24)
    area = Rect(0, layout.preview.top + edge, layout.px(122), height)
    area.right = layout.preview.right - edge
    found = [
        Control(
            CaptureNeutral(),
            area,
            "small",
            "Resting face",
            key_hint="R",
            hint="Ten seconds of your resting face, so that it is not taken for a mood. K keeps it by name",
        )
    ]
    if view.people:
        left = Rect(layout.preview.left + edge, area.top, layout.px(134), height)
        found.append(_follow_button(left, view, "small"))
    return found


def _follow_button(area: Rect, view: ViewState, kind: str) -> Control:
    followed = next((person.name for person in view.people if person.followed), None)
    label = f"Follows {followed}" if followed else "Follows: anyone"
    command = FollowPerson(next_person(view.people))
    return Control(command, area, kind, label, key_hint="F", hint="Whose face drives the music")


def _plane_buttons(panel: Rect, layout: Layout, view: ViewState, input_state: InputState) -> list[Control]:
    """In the title of the plane: what can be moved on it, and while it is being moved how that ends."""
    row = panel_title_area(panel, layout).inflate(0, -layout.px(10))
    if input_state.mode in (Mode.CORRECT, Mode.GOAL):
        return _moving_buttons(row, layout, input_state)
    goal = Rect(row.right - layout.px(58), row.top, layout.px(58), row.height)
    correct = Rect(goal.left - layout.px(4) - layout.px(74), row.top, layout.px(74), row.height)
    found = [
        Control(
            EnterMode(Mode.GOAL),
            goal,
            "small",
            "Goal",
            key_hint="G",
            hint="Where the policy iso leads: move it with arrows or drag it",
        )
    ]
    if view.playing is not None:
        hint = "Say how this track really feels: move its note with arrows or drag it"
        found.append(Control(EnterMode(Mode.CORRECT), correct, "small", "Correct", key_hint="M", hint=hint))
    return found


def _moving_buttons(row: Rect, layout: Layout, input_state: InputState) -> list[Control]:
    """The buttons that end the moving of a mood."""
    keep, back, leave = columns(row, (0.36, 0.35, 0.29), layout.px(4))
    if input_state.mode is Mode.CORRECT:
        label, hint = "Measured", "Measured: back to the mood that the analysis found"
        kept = "Keep: the track feels like this, which counts from now on"
    else:
        label, hint = "Usual", "Usual: back to the goal in your settings"
        kept = "Keep: the policy iso leads to this mood"
    return [
        Control(PressKey("enter"), keep, "small", "Keep", key_hint="Enter", active=True, hint=kept),
        Control(PressKey("backspace"), back, "small", label, key_hint="Back", hint=hint),
        Control(PressKey("escape"), leave, "small", "Leave", key_hint="Esc", hint="Leave: change nothing"),
    ]


def _stars(area: Rect, track: TrackView) -> list[Control]:
    """Five stars; the one that is the rating already takes it back."""
    given = track.rating or 0
    cells = columns(area, (1 / STAR_COUNT,) * STAR_COUNT, 0)
    return [
        Control(
            Rate(track.track_id, 0 if stars == given else stars),
            cell,
            "star",
            active=stars <= given,
            hint=f"{stars} of {STAR_COUNT} stars (key {stars})",
            in_tab_order=False,
        )
        for stars, cell in enumerate(cells, 1)
    ]


def _queue(layout: Layout, view: ViewState) -> list[Control]:
    rows = rows_within(panel_body(layout.queue, layout), layout.px(QUEUE_ROW_PX), len(view.queue))
    return [
        Control(PlayQueued(track.track_id), row, "row", hint=f"Play {track.title} now")
        for track, row in zip(view.queue, rows, strict=False)
    ]


def _library(layout: Layout, view: ViewState, input_state: InputState) -> list[Control]:
    areas = library_areas(layout)
    found = [
        Control(EnterMode(Mode.SEARCH), areas.search, "field", hint="Search: title, artist, album, genre (/)")
    ]
    first = view.library.first_row
    for index, (_track, row) in enumerate(zip(view.library.rows, areas.rows, strict=False)):
        found.append(Control(SelectRow(first + index), row, "row", in_tab_order=False))
    track = selected_track(input_state, view)
    if track is None:
        return found
    if input_state.mode is Mode.CORRECT:
        return [*found, *_moving_buttons(areas.buttons[0].union(areas.buttons[1]), layout, input_state)]
    play, correct = areas.buttons
    hint = "Say how this track really feels: move its note with arrows or drag it"
    return [
        *found,
        Control(PlayTrack(track.track_id), play, "plain", "Play", "play", "Enter", hint="Play it now"),
        Control(EnterMode(Mode.CORRECT), correct, "plain", "Correct", "note", "M", hint=hint),
        *_stars(areas.stars, track),
    ]


def _how_it_works(layout: Layout, view: ViewState, _input_state: InputState) -> list[Control]:
    *_, people, memory = cards(layout)
    rest, keep, *follow = button_row(people.live, layout, 3 if view.people else 2)
    export, forget = button_row(memory.live, layout, 2)
    return [
        Control(
            CaptureNeutral(), rest, "plain", "Resting face", key_hint="R", hint="Ten seconds, for tonight"
        ),
        Control(
            EnterMode(Mode.NAME),
            keep,
            "plain",
            "Keep as…",
            key_hint="K",
            hint="Ten seconds, kept under a name for the next time",
        ),
        *(_follow_button(area, view, "plain") for area in follow),
        Control(
            ExportMemory(), export, "plain", "Export", key_hint="E", hint="All of it, as a file of your own"
        ),
        Control(
            EnterMode(Mode.DELETE), forget, "plain", "Forget…", key_hint="X", hint="Asks before it deletes"
        ),
    ]


def _dialog(layout: Layout, input_state: InputState) -> list[Control]:
    first, second = button_row(
        dialog_area(layout, input_state.mode).inflate(-layout.px(40), -layout.px(36)), layout, 2
    )
    if input_state.mode is Mode.HELP:
        return [Control(PressKey("escape"), second, "plain", "Close", key_hint="Esc")]
    yes = (
        Control(PressKey("enter"), second, "primary", "Begin", key_hint="Enter")
        if input_state.mode is Mode.NAME
        else Control(PressKey("y"), second, "danger", "Forget all", key_hint="Y")
    )
    return [
        Control(
            PressKey("escape"),
            first,
            "plain",
            "Leave it",
            key_hint="Esc",
            hint="Close this and change nothing",
        ),
        yes,
    ]
