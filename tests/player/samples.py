"""A ViewState with everything in it, made up."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from player.messages.view_state import (
    CameraLight,
    FaceView,
    LibraryView,
    MemoryView,
    MoodPoint,
    MoodView,
    PersonView,
    PlayingView,
    Preview,
    TrackView,
    ViewName,
    ViewState,
)
from recognizer.affect import Affect, Emotion, FaceBox

NOW_SECONDS = 1000.0


def track(track_id: int, title: str = "Paper Boats", why: str = "close to your mood") -> TrackView:
    mood = Affect(math.sin(track_id), math.cos(track_id))
    return TrackView(track_id, title, "Clara Vento", 100.0 + track_id, mood, why)


def full_view(**changes: Any) -> ViewState:
    picture = np.linspace(0, 255, 120 * 160 * 3).astype(np.uint8).reshape(120, 160, 3)
    history = tuple(
        MoodPoint(
            NOW_SECONDS - 60 + i, Affect(math.sin(i / 9), math.cos(i / 7)), Emotion.HAPPY if i % 3 else None
        )
        for i in range(61)
    )
    view = ViewState(
        now_seconds=NOW_SECONDS,
        camera=CameraLight.ON,
        camera_name="camera 0",
        preview=Preview(picture, 7, mirrored=True),
        faces=(
            FaceView(FaceBox(40, 20, 60, 70), Emotion.HAPPY, 0.83, leads=True),
            FaceView(FaceBox(-10, 90, 50, 50), None, 0.3, leads=False),
        ),
        mood=MoodView(Emotion.HAPPY, 0.83, Affect(0.6, 0.3), (0.01, 0.01, 0.02, 0.83, 0.02, 0.04, 0.07)),
        history=history,
        changes=(NOW_SECONDS - 30,),
        target=Affect(0.7, 0.4),
        playing=PlayingView(track(1, "Sunlit Morning on the Terrace"), 42.0, paused=False, liked=False),
        queue=tuple(track(i) for i in range(2, 8)),
        policy="match",
        policies=("match", "lift", "calm", "iso", "hold"),
        notice="You look happy",
        sound="VLC",
        frames_per_second=29.7,
        latency_seconds=0.021,
    )
    return replace(view, **changes)


def library_view(**changes: Any) -> ViewState:
    """The library, scrolled to its tenth row."""
    rows = tuple(
        replace(track(i, f"Song {i}"), album="By the Sea", rating=i % 6 or None, mood_known=i % 7 != 0)
        for i in range(10, 40)
    )
    page = LibraryView("", rows, total=50_000, first_row=10)
    return replace(full_view(view=ViewName.LIBRARY, library=page), **changes)


def works_view(**changes: Any) -> ViewState:
    """How it works, with somebody known and something remembered."""
    people = (PersonView("Ana", in_view=True), PersonView("Ben"))
    known = full_view(view=ViewName.HOW_IT_WORKS, people=people, memory=MemoryView(120, 34, 3, 2))
    return replace(known, **changes)


def empty_view() -> ViewState:
    return ViewState(now_seconds=NOW_SECONDS)
