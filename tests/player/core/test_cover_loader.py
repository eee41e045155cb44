"""Covers arrive in the background."""

from __future__ import annotations

import time
from collections.abc import Callable

import cv2
import numpy as np

from player.core.cover_loader import CoverLoader
from player.errors import LibraryError
from player.messages.view_state import CoverView
from player.music.library.covers import SHOWN_PX


def png(side_px: int) -> bytes:
    return cv2.imencode(".png", np.full((side_px, side_px * 2, 3), (10, 20, 30), np.uint8))[1].tobytes()


def wait_for(get: Callable[[], CoverView | None], seconds: float = 20.0) -> CoverView | None:
    until = time.monotonic() + seconds
    while get() is None and time.monotonic() < until:
        time.sleep(0.01)
    return get()


def test_a_cover_comes_a_moment_later_and_not_too_large() -> None:
    covers = CoverLoader({7: png(1000)}.get)
    assert covers.of(7) is None
    cover = wait_for(lambda: covers.of(7))
    assert cover is not None
    assert cover.image.shape == (SHOWN_PX // 2, SHOWN_PX, 3)
    assert covers.of(7) is cover


def test_no_picture_a_broken_one_and_a_broken_library_are_no_cover() -> None:
    asked: list[int] = []

    def read(track_id: int) -> bytes | None:
        asked.append(track_id)
        if track_id == 3:
            raise LibraryError("the library is locked")
        return {1: None, 2: b"not a picture", 4: png(8)}[track_id]

    covers = CoverLoader(read)
    for track_id in (1, 2, 3):
        until = time.monotonic() + 20
        while track_id not in asked and time.monotonic() < until:
            covers.of(track_id)
            time.sleep(0.01)
    assert wait_for(lambda: covers.of(4)) is not None
    assert [covers.of(track_id) for track_id in (1, 2, 3)] == [None, None, None]
    assert asked == [1, 2, 3, 4]
