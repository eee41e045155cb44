"""Looks as plain data: skin, eyes, hair and clothes of one person, in linear colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]
"""Linear red, green, blue; 1 is a perfect white."""

BLOODLESS_SKIN = np.array([0.78, 0.60, 0.49])
MELANIN_ABSORPTION = np.array([1.60, 2.25, 2.80])
BLOOD_ABSORPTION = np.array([0.08, 0.42, 0.36])


@dataclass(frozen=True, slots=True)
class Skin:
    """`melanin` 0 (palest) to 1 (darkest), `blood` 0 to 1; the rest are strengths from 0 to 1."""

    melanin: float = 0.18
    blood: float = 0.35
    blush: float = 0.5
    freckles: float = 0.15
    stubble: float = 0.0
    roughness: float = 0.52
    lip_colour: Colour = (0.47, 0.15, 0.14)
    lip_tint: float = 0.70

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
class Hair:
    """Scalp hair combed back into a knot, brows and lashes.

    `parting` is where the hair is parted, in decimetres from the middle towards the person's left; `volume` is the
    height above the scalp in decimetres.
    """

    colour: Colour = (0.060, 0.033, 0.019)
    brow_colour: Colour = (0.125, 0.075, 0.050)
    strands: int = 11000
    brow_strands: int = 760
    parting: float = 0.16
    volume: float = 0.12
    gloss: float = 1.3
    lash_length: float = 0.060
    lash_colour: Colour = (0.035, 0.022, 0.017)


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

    skin: Skin = Skin()
    eyes: Eyes = Eyes()
    hair: Hair = Hair()
    garment: Garment = Garment()
