"""Patches: parts of the picture, each with a key of all that its drawing depends on, so that only changes are drawn."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from pygame import Rect, Surface

from player.messages.input_state import InputState
from player.messages.view_state import ViewState
from player.ui.controls import Control
from player.ui.layout import Layout
from player.ui.text import Typeface


@dataclass(frozen=True, slots=True)
class DrawContext:
    """Inputs of a drawing; `hovered` is the control under the pointer."""

    layout: Layout
    view: ViewState
    input_state: InputState
    type_: Typeface
    controls: tuple[Control, ...] = ()
    hovered: Control | None = None

    def row_hovered(self) -> Rect | None:
        """The row under the pointer, or the one that Tab reached."""
        if self.hovered is not None and self.hovered.kind == "row":
            return self.hovered.area
        return next(
            (
                each.area
                for each in self.controls
                if each.kind == "row" and each.command == self.input_state.focus
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Patch:
    """A part of the picture: `draw` puts it into `area`, which holds the plain ground; same key, same pixels."""

    name: str
    area: Rect
    key: Hashable
    draw: Callable[[Surface], None]


class PatchPainter:
    """Remembers the keys of what the surface shows, and draws only the patches that differ."""

    def __init__(self) -> None:
        self._places: tuple[object, ...] = ()
        self._keys: dict[str, Hashable] = {}

    def forget(self) -> None:
        """Forget what the surface shows: the next picture is drawn whole."""
        self._places, self._keys = (), {}

    def paint(self, surface: Surface, ground: Surface, patches: Sequence[Patch]) -> list[Rect]:
        """Draw the picture over its ground; returns the parts of the surface that changed.

        Patches come in drawing order; one that lies over another that is drawn again is drawn again with it. What
        lies under another one must not show through it, or the two must be one patch.
        """
        places = (id(ground), *((patch.name, tuple(patch.area)) for patch in patches))
        if places != self._places:
            self._places, self._keys = places, {patch.name: patch.key for patch in patches}
            surface.blit(ground, (0, 0))
            for patch in patches:
                patch.draw(surface)
            return [surface.get_rect()]
        changed: list[Rect] = []
        for patch in patches:
            if self._keys[patch.name] != patch.key or patch.area.collidelist(changed) >= 0:
                self._keys[patch.name] = patch.key
                surface.blit(ground, patch.area, patch.area)
                patch.draw(surface)
                changed.append(patch.area)
        return changed
