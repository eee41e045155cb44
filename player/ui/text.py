"""Text in the system's best sans serif: cached, cut with an ellipsis where room ends, with fallback for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pygame
from pygame import Rect, Surface
from pygame.font import Font

from player.ui.theme import TEXT, Colour

FACES: tuple[str, ...] = (
    "inter", "notosans", "segoeui", "sfnstext", "helveticaneue", "roboto", "opensans", "ubuntu", "cantarell",
    "dejavusans", "liberationsans", "arial", "freesans",
)  # fmt: skip
"""System faces by preference; where none is installed, the bold face that ships with pygame is used."""

FALLBACKS: tuple[str, ...] = (
    "notosanscjkjp", "notosanscjksc", "sourcehansans", "droidsansfallback", "msyh", "yugothic", "malgungothic",
    "hiraginosans", "applesdgothicneo", "notosansarabic", "notosansdevanagari", "dejavusans", "segoeui",
)  # fmt: skip
"""Faces asked in turn for the letters that the first one lacks."""

SMALLEST_TEXT_PX = 10


class Typeface:
    """Draws text at one scale; sizes are given in design pixels."""

    def __init__(self, scale: float) -> None:
        self._scale = scale

    def size_px(self, size: float) -> int:
        """The text height in screen pixels of a size in design pixels, never too small to read."""
        return max(SMALLEST_TEXT_PX, round(size * self._scale))

    def width_of(self, text: str, size: float, bold: bool = False) -> int:
        """How many screen pixels wide the text is."""
        return _font_for(text, self.size_px(size), bold).size(text)[0]

    def height_of(self, size: float) -> int:
        """How many screen pixels one line takes."""
        return _font(None, self.size_px(size), False).get_linesize()

    def draw(
        self,
        surface: Surface,
        text: str,
        area: Rect,
        size: float = 14,
        colour: Colour = TEXT,
        bold: bool = False,
        align: str = "left",
    ) -> Rect:
        """Draw one line, vertically centred in the area; `align` is left, centre or right. Returns where it is."""
        image = _rendered(self.shorten(text, area.width, size, bold), self.size_px(size), bold, colour)
        place = image.get_rect(centery=area.centery)
        if align == "left":
            place.left = area.left
        elif align == "right":
            place.right = area.right
        else:
            place.centerx = area.centerx
        surface.blit(image, place)
        return place

    def shorten(self, text: str, width_px: int, size: float, bold: bool = False) -> str:
        """The text, or as much of it as fits before an ellipsis."""
        return _shortened(text, width_px, self.size_px(size), bold)

    def wrap(self, text: str, width_px: int, size: float, lines: int, bold: bool = False) -> list[str]:
        """Break at spaces into at most `lines` lines; the last one is cut with an ellipsis where it must be.

        A word that is wider than a line, as a sentence in Chinese is, is broken anywhere.
        """
        found: list[str] = []
        rest = text.split()
        while rest and len(found) < lines - 1:
            count = _words_that_fit(rest, width_px, self.size_px(size), bold)
            line, rest = " ".join(rest[:count]), rest[count:]
            fits = _letters_that_fit(line, width_px, self.size_px(size), bold) if count == 1 else len(line)
            found.append(line[:fits])
            rest = [line[fits:], *rest] if fits < len(line) else rest
        if rest:
            found.append(self.shorten(" ".join(rest), width_px, size, bold))
        return found


def _words_that_fit(words: Sequence[str], width_px: int, size_px: int, bold: bool) -> int:
    for count in range(len(words), 1, -1):
        line = " ".join(words[:count])
        if _font_for(line, size_px, bold).size(line)[0] <= width_px:
            return count
    return 1


def _letters_that_fit(word: str, width_px: int, size_px: int, bold: bool) -> int:
    font = _font_for(word, size_px, bold)
    return next((count for count in range(len(word), 1, -1) if font.size(word[:count])[0] <= width_px), 1)


@lru_cache(maxsize=1024)
def _shortened(text: str, width_px: int, size_px: int, bold: bool) -> str:
    font = _font_for(text, size_px, bold)
    if font.size(text)[0] <= width_px:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = font.size(text[:middle].rstrip() + "…")[0] <= width_px
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…" if low else ""


@lru_cache(maxsize=1024)
def _rendered(text: str, size_px: int, bold: bool, colour: Colour) -> Surface:
    return _font_for(text, size_px, bold).render(text.replace("\0", " "), True, colour)


@lru_cache(maxsize=2048)
def _font_for(text: str, size_px: int, bold: bool) -> Font:
    first = _font(None, size_px, bold)
    if _has_all(first, text):
        return first
    for face in FALLBACKS:
        if _path_of(face, bold) is not None:
            other = _font(face, size_px, bold)
            if _has_all(other, text):
                return other
    return first


def _has_all(font: Font, text: str) -> bool:
    """Whether no letter would be drawn as an empty box (which a font has for a code that is never a letter)."""
    if text.isascii():
        return True
    box = font.metrics("\uffff")[0]
    return all(metrics is not None and metrics != box for metrics in font.metrics(text))


@lru_cache(maxsize=128)
def _font(face: str | None, size_px: int, bold: bool) -> Font:
    """A font whose capital letters fill the size as the common sans faces do."""
    path = _best_path(bold) if face is None else _path_of(face, bold)
    return Font(path, size_px)


@lru_cache(maxsize=2)
def _best_path(bold: bool) -> str | None:
    return next((path for face in FACES if (path := _path_of(face, bold))), None)


@lru_cache(maxsize=64)
def _path_of(face: str, bold: bool) -> str | None:
    path: str | None = pygame.font.match_font(face, bold=bold)
    if path is None:
        return None
    # match_font counts condensed cuts as the same face; prefer the regular cut that stands beside it
    regular = Path(path.replace("Condensed", ""))
    return str(regular) if regular.exists() else path


def forget() -> None:
    """Release all fonts; needed before pygame's font module ends, since they do not outlive it."""
    for cache in (_shortened, _rendered, _font_for, _font):
        cache.cache_clear()
