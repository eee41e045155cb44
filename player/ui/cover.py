"""The cover of a track: its own picture, or one drawn from its mood."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pygame
from pygame import Rect, Surface

from player.messages.view_state import CoverView, TrackView
from player.ui import shapes
from player.ui.layout import Layout
from player.ui.theme import PANEL, affect_colour, mix


def draw_cover(
    surface: Surface, area: Rect, layout: Layout, track: TrackView, cover: CoverView | None
) -> None:
    """The picture that came with the track, or else a record in the colour of its mood."""
    if cover is not None and cover.track_id == track.track_id:
        surface.blit(_scaled(cover, area.size), area)
        shapes.round_corners(surface, area, layout.px(10), PANEL)
    else:
        _draw_record(surface, layout, track, area)


@lru_cache(maxsize=2)
def _scaled(cover: CoverView, size_px: tuple[int, int]) -> Surface:
    """The middle square of the picture in this size."""
    height, width = cover.image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = cover.image[top : top + side, left : left + side]
    scaled = np.ascontiguousarray(cv2.resize(square, size_px, interpolation=cv2.INTER_AREA))
    return pygame.image.frombuffer(scaled.tobytes(), size_px, "BGR")


def _draw_record(surface: Surface, layout: Layout, track: TrackView, area: Rect) -> None:
    colour = affect_colour(track.mood)
    ground = mix(PANEL, colour, 0.32)
    surface.blit(shapes.rounded(*area.size, layout.px(10), ground), area)
    for share, strength in ((0.82, 0.18), (0.62, 0.3), (0.42, 0.45)):
        groove = shapes.ring(round(area.width * share), max(1, layout.px(1.5)), mix(ground, colour, strength))
        surface.blit(groove, groove.get_rect(center=area.center))
    hub = shapes.disc(round(area.width * 0.2), colour, ground)
    surface.blit(hub, hub.get_rect(center=area.center))
