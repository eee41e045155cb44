"""Antialiased shapes on a transparent ground, computed once per size and colour and then kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface, surfarray

from player.ui.theme import Colour

_FINER = 8


@lru_cache(maxsize=512)
def rounded(
    width_px: int, height_px: int, radius_px: int, fill: Colour, border: Colour | None = None
) -> Surface:
    """A rounded rectangle, with a border of one pixel where a colour for it is given."""
    distance = _distance_to_edge(width_px, height_px, radius_px)
    surface = Surface((width_px, height_px), pygame.SRCALPHA)
    surface.fill((*fill, 0))
    if border is not None:
        inside = np.clip(-0.5 - distance, 0.0, 1.0)[..., None]
        blended = np.asarray(border) * (1 - inside) + np.asarray(fill) * inside
        surfarray.pixels3d(surface)[:] = blended.round().astype(np.uint8)
    surfarray.pixels_alpha(surface)[:] = (np.clip(0.5 - distance, 0.0, 1.0) * 255).astype(np.uint8)
    return surface


def round_corners(surface: Surface, area: Rect, radius_px: int, around: Colour) -> None:
    """Round the corners of a picture that was drawn into an area, by covering them with what lies around it."""
    radius = min(radius_px, area.width // 2, area.height // 2)
    if radius < 1:
        return
    cover = _corner_cover(radius, around)
    for left, source_left in ((area.left, 0), (area.right - radius, radius)):
        for top, source_top in ((area.top, 0), (area.bottom - radius, radius)):
            surface.blit(cover, (left, top), Rect(source_left, source_top, radius, radius))


@lru_cache(maxsize=32)
def _corner_cover(radius_px: int, colour: Colour) -> Surface:
    """What a square of two radii has outside its inscribed circle."""
    surface = Surface((2 * radius_px, 2 * radius_px), pygame.SRCALPHA)
    surface.fill((*colour, 0))
    outside = np.clip(0.5 + _distance_to_edge(2 * radius_px, 2 * radius_px, radius_px), 0.0, 1.0)
    surfarray.pixels_alpha(surface)[:] = (outside * 255).astype(np.uint8)
    return surface


@lru_cache(maxsize=128)
def outline(width_px: int, height_px: int, radius_px: int, line_px: int, colour: Colour) -> Surface:
    """The line around a rounded rectangle, within it."""
    off_line = np.abs(_distance_to_edge(width_px, height_px, radius_px) + line_px / 2 + 0.5) - line_px / 2
    surface = Surface((width_px, height_px), pygame.SRCALPHA)
    surface.fill((*colour, 0))
    surfarray.pixels_alpha(surface)[:] = (np.clip(0.5 - off_line, 0.0, 1.0) * 255).astype(np.uint8)
    return surface


def disc(diameter_px: int, fill: Colour, border: Colour | None = None) -> Surface:
    """A filled circle."""
    return rounded(diameter_px, diameter_px, diameter_px // 2, fill, border)


@lru_cache(maxsize=128)
def ring(diameter_px: int, line_px: int, colour: Colour) -> Surface:
    """A circle line."""
    radius = diameter_px / 2
    axis = np.arange(diameter_px) + 0.5 - radius
    from_centre = np.hypot(axis[:, None], axis[None, :])
    off_line = np.abs(from_centre - (radius - line_px / 2 - 0.5)) - line_px / 2
    surface = Surface((diameter_px, diameter_px), pygame.SRCALPHA)
    surface.fill((*colour, 0))
    surfarray.pixels_alpha(surface)[:] = (np.clip(0.5 - off_line, 0.0, 1.0) * 255).astype(np.uint8)
    return surface


@lru_cache(maxsize=256)
def icon(name: str, size_px: int, colour: Colour) -> Surface:
    """One of ICONS, drawn eight times too large and scaled down."""
    large = Surface((size_px * _FINER, size_px * _FINER), pygame.SRCALPHA)
    large.fill((*colour, 0))
    ICONS[name](large, float(size_px * _FINER), colour)
    return pygame.transform.smoothscale(large, (size_px, size_px))


def _distance_to_edge(width_px: int, height_px: int, radius_px: int) -> NDArray[np.float64]:
    """Signed distance of each pixel's centre from the rounded edge, [width, height]; negative inside."""
    radius = min(radius_px, width_px / 2, height_px / 2)
    across = np.abs(np.arange(width_px) + 0.5 - width_px / 2) - (width_px / 2 - radius)
    down = np.abs(np.arange(height_px) + 0.5 - height_px / 2) - (height_px / 2 - radius)
    outside = np.hypot(np.maximum(across, 0)[:, None], np.maximum(down, 0)[None, :])
    inside = np.minimum(np.maximum(across[:, None], down[None, :]), 0.0)
    distance: NDArray[np.float64] = outside + inside - radius
    return distance


def _polygon(surface: Surface, size: float, colour: Colour, *points: tuple[float, float]) -> None:
    pygame.draw.polygon(surface, colour, [(x * size, y * size) for x, y in points])


def _block(
    surface: Surface, size: float, colour: Colour, box: tuple[float, float, float, float], corner: float
) -> None:
    left, top, width, height = (value * size for value in box)
    pygame.draw.rect(surface, colour, Rect(left, top, width, height), border_radius=round(corner * size))


def _pause(surface: Surface, size: float, colour: Colour) -> None:
    for left in (0.2, 0.58):
        _block(surface, size, colour, (left, 0.14, 0.22, 0.72), 0.06)


def _play(surface: Surface, size: float, colour: Colour) -> None:
    _polygon(surface, size, colour, (0.24, 0.1), (0.9, 0.5), (0.24, 0.9))


def _skip(surface: Surface, size: float, colour: Colour) -> None:
    _polygon(surface, size, colour, (0.12, 0.14), (0.66, 0.5), (0.12, 0.86))
    _block(surface, size, colour, (0.7, 0.14, 0.17, 0.72), 0.05)


def _back(surface: Surface, size: float, colour: Colour) -> None:
    _polygon(surface, size, colour, (0.88, 0.14), (0.34, 0.5), (0.88, 0.86))
    _block(surface, size, colour, (0.13, 0.14, 0.17, 0.72), 0.05)


def _star(surface: Surface, size: float, colour: Colour) -> None:
    angles = [np.pi * (index / 5 - 0.5) for index in range(10)]
    reach = [0.5 if index % 2 == 0 else 0.21 for index in range(10)]
    corners = zip(angles, reach, strict=True)
    _polygon(surface, size, colour, *((0.5 + r * np.cos(a), 0.53 + r * np.sin(a)) for a, r in corners))


def _flag(surface: Surface, size: float, colour: Colour) -> None:
    _block(surface, size, colour, (0.0, 0.04, 0.12, 0.96), 0.05)
    _polygon(surface, size, colour, (0.1, 0.06), (0.86, 0.3), (0.1, 0.56))


def _search(surface: Surface, size: float, colour: Colour) -> None:
    line = round(size * 0.12)
    pygame.draw.circle(surface, colour, (0.42 * size, 0.42 * size), 0.34 * size, line)
    pygame.draw.line(
        surface, colour, (0.66 * size, 0.66 * size), (0.92 * size, 0.92 * size), round(line * 1.2)
    )


def _heart(surface: Surface, size: float, colour: Colour) -> None:
    angle = np.linspace(0, 2 * np.pi, 96)
    across = 16 * np.sin(angle) ** 3
    up = 13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle)
    outline = zip(0.5 + across / 36, 0.47 - up / 36, strict=True)
    _polygon(surface, size, colour, *((float(x), float(y)) for x, y in outline))


def _forbid(surface: Surface, size: float, colour: Colour) -> None:
    centre, line = (round(size / 2), round(size / 2)), round(size * 0.11)
    pygame.draw.circle(surface, colour, centre, round(size * 0.42), line)
    slant = 0.42 * 0.7 * size
    pygame.draw.line(
        surface,
        colour,
        (size / 2 - slant, size / 2 + slant),
        (size / 2 + slant, size / 2 - slant),
        round(line * 1.2),
    )


def _camera(surface: Surface, size: float, colour: Colour) -> None:
    _block(surface, size, colour, (0.04, 0.22, 0.62, 0.56), 0.12)
    _polygon(surface, size, colour, (0.7, 0.44), (0.96, 0.26), (0.96, 0.74), (0.7, 0.56))


def _camera_off(surface: Surface, size: float, colour: Colour) -> None:
    _camera(surface, size, colour)
    pygame.draw.line(
        surface, (0, 0, 0, 0), (0.06 * size, 0.86 * size), (0.86 * size, 0.06 * size), round(size * 0.2)
    )
    pygame.draw.line(surface, colour, (0.1 * size, 0.92 * size), (0.9 * size, 0.1 * size), round(size * 0.09))


def _quit(surface: Surface, size: float, colour: Colour) -> None:
    low, high, line = 0.2 * size, 0.8 * size, round(size * 0.13)
    pygame.draw.line(surface, colour, (low, low), (high, high), line)
    pygame.draw.line(surface, colour, (low, high), (high, low), line)


def _smile(surface: Surface, size: float, colour: Colour) -> None:
    angle = np.linspace(0.12 * np.pi, 0.88 * np.pi, 48)
    outer = [(0.5 + 0.46 * np.cos(a), 0.3 + 0.46 * np.sin(a)) for a in angle]
    inner = [(0.5 + 0.42 * np.cos(a), 0.24 + 0.36 * np.sin(a)) for a in angle[::-1]]
    _polygon(surface, size, colour, *((float(x), float(y)) for x, y in (*outer, *inner)))
    for across in (0.32, 0.68):
        pygame.draw.circle(surface, colour, (across * size, 0.26 * size), 0.09 * size)


def _note(surface: Surface, size: float, colour: Colour) -> None:
    for across in (0.22, 0.7):
        pygame.draw.ellipse(
            surface, colour, Rect((across - 0.15) * size, 0.66 * size, 0.32 * size, 0.24 * size)
        )
    for left in (0.31, 0.79):
        _block(surface, size, colour, (left, 0.16, 0.08, 0.62), 0.0)
    _polygon(surface, size, colour, (0.31, 0.2), (0.87, 0.08), (0.87, 0.26), (0.31, 0.38))


ICONS: dict[str, Callable[[Surface, float, Colour], None]] = {
    "pause": _pause,
    "play": _play,
    "skip": _skip,
    "back": _back,
    "star": _star,
    "flag": _flag,
    "search": _search,
    "heart": _heart,
    "forbid": _forbid,
    "camera": _camera,
    "camera-off": _camera_off,
    "quit": _quit,
    "smile": _smile,
    "note": _note,
}
"""Icon name to the function that draws it on a square surface of the given size."""
