"""The buttons: where each stands, what it says, what it asks for. Pure, so that a click can be tested as one."""

from __future__ import annotations

from dataclasses import dataclass

from pygame import Rect

from player.ui.intents import (
    ChoosePolicy,
    Dislike,
    Intent,
    Like,
    PlayQueued,
    Quit,
    Skip,
    ToggleCamera,
    TogglePause,
)
from player.ui.layout import Layout, columns, rows_within
from player.ui.view_state import CameraLight, ViewState
from player.ui.words import POLICY_HINTS

QUEUE_ROW_PX = 42
PANEL_TITLE_PX = 34
PANEL_PADDING_PX = 14


@dataclass(frozen=True, slots=True)
class Control:
    """One thing to click; `kind` is primary, plain, choice (one of several) or row (a line of the queue)."""

    intent: Intent
    area: Rect
    kind: str
    label: str = ""
    icon: str = ""
    key_hint: str = ""
    active: bool = False
    hint: str = ""
    """What it does, for whoever points at it."""


def controls_of(layout: Layout, view: ViewState) -> tuple[Control, ...]:
    """Every control of the window, in drawing order."""
    return (
        *_playing_controls(layout, view),
        *_policies(layout, view),
        *_right(layout, view),
        *_queue(layout, view),
    )


def control_at(controls: tuple[Control, ...], place: tuple[int, int]) -> Control | None:
    """The control under a place in the window, or None."""
    return next((control for control in controls if control.area.collidepoint(place)), None)


def panel_body(panel: Rect, layout: Layout) -> Rect:
    """What a panel has room for below its title."""
    padding, title = layout.px(PANEL_PADDING_PX), layout.px(PANEL_TITLE_PX)
    return Rect(
        panel.left + padding,
        panel.top + title,
        panel.width - 2 * padding,
        panel.height - title - padding // 2,
    )


def _playing_controls(layout: Layout, view: ViewState) -> list[Control]:
    paused = view.playing is not None and view.playing.paused
    liked = view.playing is not None and view.playing.liked
    widths, gap = (132, 92, 96, 116), layout.px(8)
    areas, left = [], layout.footer.left
    for width in widths:
        areas.append(Rect(left, layout.footer.top, layout.px(width), layout.footer.height))
        left += layout.px(width) + gap
    pause = ("Play", "play") if paused else ("Pause", "pause")
    return [
        Control(TogglePause(), areas[0], "primary", pause[0], pause[1], "Space"),
        Control(Skip(), areas[1], "plain", "Skip", "skip", "N", hint="Another track, now"),
        Control(
            Like(),
            areas[2],
            "plain",
            "Liked" if liked else "Like",
            "heart",
            "L",
            liked,
            "Play this track more often",
        ),
        Control(
            Dislike(),
            areas[3],
            "plain",
            "Not this",
            "forbid",
            "D",
            hint="Leave this track and play it no more",
        ),
    ]


def _right(layout: Layout, view: ViewState) -> list[Control]:
    off = view.camera is CameraLight.OFF
    quit_area = Rect(0, layout.footer.top, layout.px(90), layout.footer.height)
    quit_area.right = layout.footer.right
    camera_area = Rect(0, layout.footer.top, layout.px(148), layout.footer.height)
    camera_area.right = quit_area.left - layout.px(8)
    label = "Open camera" if off else "Camera off"
    hint = "Let the camera see you again" if off else "Close the camera: nothing is seen any more"
    return [
        Control(
            ToggleCamera(), camera_area, "plain", label, "camera" if off else "camera-off", "C", off, hint
        ),
        Control(Quit(), quit_area, "plain", "Quit", "quit", "Q"),
    ]


def _policies(layout: Layout, view: ViewState) -> list[Control]:
    area = policy_area(layout)
    if not view.policies:
        return []
    cells = columns(
        area.inflate(-layout.px(6), -layout.px(6)), (1 / len(view.policies),) * len(view.policies), 0
    )
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


def policy_area(layout: Layout) -> Rect:
    """The middle of the footer, where the policy is chosen."""
    left = layout.footer.left + layout.px(132 + 92 + 96 + 116) + layout.px(8) * 3 + layout.px(12)
    right = layout.footer.right - layout.px(90 + 148) - layout.px(8) - layout.px(12)
    return Rect(left, layout.footer.top, max(1, right - left), layout.footer.height)


def _queue(layout: Layout, view: ViewState) -> list[Control]:
    body = panel_body(layout.queue, layout)
    rows = rows_within(body, layout.px(QUEUE_ROW_PX), len(view.queue))
    return [
        Control(PlayQueued(track.track_id), row, "row", hint=f"Play {track.title} now")
        for track, row in zip(view.queue, rows, strict=False)
    ]
