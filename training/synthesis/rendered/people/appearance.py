"""Looks as plain data: skin, eyes, hair, beard and clothes of one person, in linear colour."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Colour = tuple[float, float, float]
"""Linear red, green, blue; 1 is a perfect white."""

Folds = tuple[float, float, float, float, float]
"""Something of the lines of forehead, frown, cheeks, eyes and nose."""

BLOODLESS_SKIN = np.array([0.78, 0.60, 0.49])
MELANIN_ABSORPTION = np.array([1.60, 2.25, 2.80])
BLOOD_ABSORPTION = np.array([0.08, 0.42, 0.36])
BLUSH_ABSORPTION = np.array([0.06, 0.52, 0.42], dtype=np.float32)


def absorb_blood(amount: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Factors [...,3] by which blood near the surface filters light."""
    return np.asarray(np.exp(-amount[..., None] * BLUSH_ABSORPTION), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Skin:
    """`melanin` 0 (palest) to 1 (darkest), `blood` 0 to 1; the rest are strengths from 0 to 1.

    `lines` and `spots` are those of age, `tired` the shadow round the eyes, `shaven` a shaven beard's shade. How
    expressions crease it, for forehead, frown, cheeks, eyes and nose: `creasing` is how readily, `creased` what stays.
    """

    melanin: float = 0.18
    blood: float = 0.35
    blush: float = 0.5
    freckles: float = 0.15
    lines: float = 0.0
    spots: float = 0.0
    tired: float = 0.5
    shaven: float = 0.0
    roughness: float = 0.52
    lip_colour: Colour = (0.47, 0.15, 0.14)
    lip_tint: float = 0.70
    lip_gloss: float = 0.5
    eye_shadow: float = 0.0
    creasing: Folds = (1.0, 1.0, 1.0, 1.0, 1.0)
    creased: Folds = (0.0, 0.0, 0.0, 0.0, 0.0)

    @property
    def base(self) -> Colour:
        """Mean colour by an absorption law like Beer and Lambert's in melanin and haemoglobin."""
        colour = BLOODLESS_SKIN * np.exp(-self.melanin * MELANIN_ABSORPTION - self.blood * BLOOD_ABSORPTION)
        red, green, blue = (float(channel) for channel in colour)
        return red, green, blue


@dataclass(frozen=True, slots=True)
class Eyes:
    """`pupil_radius` is an angle at the eye's centre in radians; the iris ends at 0.455."""

    iris: Colour = (0.09, 0.055, 0.028)
    pupil_radius: float = 0.17
    redness: float = 0.25


@dataclass(frozen=True, slots=True)
class Cut:
    """How hair is worn. Lengths in decimetres.

    top, side, back: lengths on the crown and the front, beside the ears, and at the nape. fringe: 0 combed away from
    the forehead to 1 falling over it; drape: how far it falls over one side of the face. parting: where it is parted,
    towards the person's left. lift: how steeply it leaves the skin. volume: thickness of the whole. curl: radius of
    the curls; curls: turns along a strand. gathered: combed back and tied. combed: 0 follows the crown to 1 combed
    straight back. cover: how far hair hides the scalp (0 bald). recession: 0 a full hairline to 1 a bald crown.
    """

    top: float = 0.9
    side: float = 0.8
    back: float = 0.8
    fringe: float = 0.0
    drape: float = 0.0
    parting: float = 0.16
    lift: float = 0.12
    volume: float = 0.12
    curl: float = 0.0
    curls: float = 1.0
    gathered: bool = False
    combed: float = 0.0
    cover: float = 0.92
    recession: float = 0.0


@dataclass(frozen=True, slots=True)
class Hair:
    """Scalp hair, brows and lashes; numbers of strands are those of a large picture."""

    cut: Cut = Cut(gathered=True)
    colour: Colour = (0.060, 0.033, 0.019)
    strands: int = 11000
    gloss: float = 1.3
    brow_colour: Colour = (0.105, 0.062, 0.040)
    brow_strands: int = 1400
    brow_density: float = 0.6
    lash_length: float = 0.060
    lash_colour: Colour = (0.035, 0.022, 0.017)


class BeardCut(StrEnum):
    """Where a beard is left standing."""

    NONE = "none"
    STUBBLE = "stubble"
    FULL = "full"
    GOATEE = "goatee"
    MOUSTACHE = "moustache"


@dataclass(frozen=True, slots=True)
class Beard:
    """`length` in decimetres (0: only its shade on the skin), `density` 0 to 1."""

    cut: BeardCut = BeardCut.NONE
    length: float = 0.0
    density: float = 0.8
    colour: Colour = (0.05, 0.03, 0.02)


@dataclass(frozen=True, slots=True)
class Garment:
    """A knitted crew neck; the rim's heights are canonical (decimetres)."""

    colour: Colour = (0.10, 0.16, 0.20)
    rim_front: float = 5.62
    rim_back: float = 6.05
    thickness: float = 0.06


@dataclass(frozen=True, slots=True)
class Appearance:
    """Everything about a person's looks except the shape of the head."""

    skin: Skin = field(default_factory=Skin)
    eyes: Eyes = Eyes()
    hair: Hair = Hair()
    beard: Beard = Beard()
    garment: Garment = Garment()
