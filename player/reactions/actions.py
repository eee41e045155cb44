"""Facial actions as traces: which of MediaPipe's blendshapes stand for which action unit of FACS.

FACS (Ekman and Friesen 1978; Ekman, Friesen and Hager 2002) names what a face does by numbered action units. The
blendshapes follow Apple's ARKit, whose shapes are near to, but not the same as, action units (Ozel, "ARKit to FACS").
They are fitted to a mesh and not coded by people: action-unit-like, and not a replacement for FACS coding.
cheekSquint (AU 6) and cheekPuff (AU 34) are left out: MediaPipe's model hardly ever moves them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from player.reactions.readings import Floats
from recognizer.faces import BLENDSHAPES


@dataclass(frozen=True, slots=True)
class Action:
    """One facial action: its action unit, and the blendshapes whose mean it is."""

    unit: str
    shapes: tuple[str, ...]


def _both(name: str) -> tuple[str, str]:
    return f"{name}Left", f"{name}Right"


ACTIONS: dict[str, Action] = {
    "smile": Action("AU 12, lip corner puller", _both("mouthSmile")),
    "brow_furrow": Action("AU 4, brow lowerer", _both("browDown")),
    "inner_brow_raise": Action("AU 1, inner brow raiser", ("browInnerUp",)),
    "outer_brow_raise": Action("AU 2, outer brow raiser", _both("browOuterUp")),
    "eye_widen": Action("AU 5, upper lid raiser", _both("eyeWide")),
    "eye_tighten": Action("AU 7, lid tightener", _both("eyeSquint")),
    "nose_wrinkle": Action("AU 9, nose wrinkler", _both("noseSneer")),
    "upper_lip_raise": Action("AU 10, upper lip raiser", _both("mouthUpperUp")),
    "dimple": Action("AU 14, dimpler", _both("mouthDimple")),
    "lip_corner_depress": Action("AU 15, lip corner depressor", _both("mouthFrown")),
    "chin_raise": Action("AU 17, chin raiser", ("mouthShrugLower",)),
    "lip_pucker": Action("AU 18, lip pucker", ("mouthPucker",)),
    "lip_stretch": Action("AU 20, lip stretcher", _both("mouthStretch")),
    "lip_press": Action("AU 24, lip pressor", _both("mouthPress")),
    "jaw_drop": Action("AU 26, jaw drop", ("jawOpen",)),
}
"""The traces that are made of blendshapes, by name."""


_EXPRESSIVE = [index for index, name in enumerate(ACTIONS) if name != "jaw_drop"]


def action_traces(blendshapes: Floats) -> Floats:
    """Each of ACTIONS [n, len(ACTIONS)] in [0, 1] from blendshapes [n, 52], which are corrected already."""
    return np.stack([mean_of(blendshapes, action.shapes) for action in ACTIONS.values()], axis=1)


def strongest(actions: Floats) -> Floats:
    """The strongest action [n] of those [n, len(ACTIONS)] that express something: all but the jaw's drop."""
    return np.asarray(actions[:, _EXPRESSIVE].max(axis=1, initial=0.0))


def mean_of(blendshapes: Floats, shapes: tuple[str, ...]) -> Floats:
    """The mean [n] of the named blendshapes."""
    return np.asarray(blendshapes[:, [BLENDSHAPES.index(shape) for shape in shapes]].mean(axis=1))
