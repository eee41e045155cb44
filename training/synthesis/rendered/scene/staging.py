"""How a person is shown: light, angle, backdrop, camera and what hides the face, drawn by chance for a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from training.synthesis.rendered.assets.accessories import Glasses, HandOver, Mask
from training.synthesis.rendered.engine.lens import Lens
from training.synthesis.rendered.engine.shading import Film
from training.synthesis.rendered.geometry.hand import CURLS
from training.synthesis.rendered.people.appearance import Appearance, Colour, Skin
from training.synthesis.rendered.people.person import Accessory
from training.synthesis.rendered.people.wardrobe import cut_named
from training.synthesis.rendered.scene.backdrops import Backdrop, Room, Wall
from training.synthesis.rendered.scene.values import Camera, Light, Scene, towards
from training.synthesis.request import Angle, Blur, Lighting, Obstruction

Rng = np.random.Generator
Range = tuple[float, float]

WHITE, WARM, COOL = np.array([1.0, 1.0, 1.0]), np.array([1.12, 1.0, 0.80]), np.array([0.88, 1.0, 1.16])


@dataclass(frozen=True, slots=True)
class Setup:
    """One way to light a face: ranges of the window's yaw (either side), pitch and strength, of fill and of sky.

    `exposed`: which mean luminance the camera gives the face (display-linear).
    """

    chance: float
    yaw: Range
    pitch: Range
    key: Range
    fill: Range
    sky: Range
    exposed: Range
    spread: Range = (4.0, 20.0)


SETUPS: Mapping[Lighting, tuple[Setup, ...]] = {
    Lighting.BRIGHT: (
        Setup(0.40, (10.0, 60.0), (5.0, 45.0), (1.6, 2.8), (0.1, 0.4), (0.25, 0.6), (0.24, 0.46)),
        Setup(
            0.30, (0.0, 60.0), (10.0, 60.0), (0.6, 1.4), (0.1, 0.4), (0.45, 0.9), (0.24, 0.46), (18.0, 30.0)
        ),
        Setup(0.18, (0.0, 12.0), (-5.0, 15.0), (1.6, 2.4), (0.1, 0.3), (0.15, 0.35), (0.28, 0.50)),
        Setup(
            0.12, (20.0, 60.0), (35.0, 60.0), (2.5, 4.0), (0.1, 0.3), (0.35, 0.6), (0.28, 0.45), (1.0, 4.0)
        ),
    ),
    Lighting.LOW: (
        Setup(0.6, (0.0, 70.0), (5.0, 60.0), (0.6, 1.6), (0.0, 0.3), (0.3, 0.8), (0.06, 0.15)),
        Setup(0.4, (20.0, 90.0), (0.0, 50.0), (1.2, 2.2), (0.0, 0.15), (0.08, 0.2), (0.05, 0.13)),
    ),
    Lighting.SHADOWY: (
        Setup(
            0.60, (55.0, 100.0), (5.0, 45.0), (2.0, 3.2), (0.0, 0.12), (0.06, 0.20), (0.09, 0.24), (2.0, 12.0)
        ),
        Setup(
            0.25, (0.0, 40.0), (55.0, 80.0), (2.0, 3.0), (0.0, 0.15), (0.10, 0.25), (0.10, 0.25), (2.0, 10.0)
        ),
        Setup(
            0.15,
            (0.0, 50.0),
            (-55.0, -20.0),
            (1.6, 2.4),
            (0.0, 0.15),
            (0.10, 0.25),
            (0.10, 0.25),
            (2.0, 10.0),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class View:
    """How the head is turned and where the camera stands; degrees as in scene.rotation."""

    yaw_degrees: float
    pitch_degrees: float
    roll_degrees: float
    camera: Camera


def draw_view(angle: Angle, rng: Rng) -> View:
    """Turns of the head and of the camera that together make the angle; some of it is the head's, some the camera's."""
    yaw, pitch, roll = 7.0 * rng.standard_normal(), 5.0 * rng.standard_normal(), 6.0 * rng.standard_normal()
    if angle is Angle.SIDE:
        yaw = float(rng.choice([-1.0, 1.0])) * rng.uniform(22.0, 58.0)
    elif angle is Angle.TOP_DOWN:
        pitch = -rng.uniform(14.0, 32.0)
    elif angle is Angle.BOTTOM_UP:
        pitch = rng.uniform(12.0, 28.0)
    heads = rng.uniform(0.35, 0.9)
    stand = towards(-yaw * (1.0 - heads), -pitch * (1.0 - heads)) * rng.uniform(6.0, 15.0)
    x, y, z = (float(value) for value in stand)
    camera = Camera(position=(x, y - 0.3, z - 0.4))
    return View(float(yaw * heads), float(np.clip(pitch * heads, -25.0, 25.0)), float(roll), camera)


def sample_light(lighting: Lighting, rng: Rng) -> tuple[Light, float]:
    """A light and the luminance that the face is exposed to."""
    setups = SETUPS[lighting]
    chances = np.array([setup.chance for setup in setups])
    setup = setups[int(rng.choice(len(setups), p=chances / chances.sum()))]
    side = float(rng.choice([-1.0, 1.0]))
    tone = WHITE + rng.uniform(0.0, 0.8) * ((WARM if rng.random() < 0.6 else COOL) - WHITE)
    sky = rng.uniform(*setup.sky) * (2.0 - tone)
    light = Light(
        key_yaw_degrees=side * float(rng.uniform(*setup.yaw)),
        key_pitch_degrees=float(rng.uniform(*setup.pitch)),
        key_spread_degrees=float(rng.uniform(*setup.spread)),
        key=_colour(tone * rng.uniform(*setup.key)),
        fill_yaw_degrees=-side * float(rng.uniform(20.0, 80.0)),
        fill_pitch_degrees=float(rng.uniform(-10.0, 30.0)),
        fill=_colour(rng.uniform(*setup.fill) * (0.9 + 0.2 * rng.random(3))),
        sky_top=_colour(sky),
        sky_bottom=_colour(sky * rng.uniform(0.35, 0.8)),
    )
    return light, float(rng.uniform(*setup.exposed))


def sample_backdrop(lighting: Lighting, rng: Rng) -> Backdrop:
    """White, black or coloured walls and rooms out of focus; dimmer where the light is."""
    dim = {Lighting.BRIGHT: 1.0, Lighting.LOW: 0.25, Lighting.SHADOWY: 0.45}[lighting]
    kind = rng.random()
    if kind < 0.22:
        white = dim * rng.uniform(0.8, 3.0)
        return Wall((white, white, white), (0.95 * white, 0.95 * white, 0.95 * white))
    if kind < 0.34:
        dark = float(rng.uniform(0.0, 0.03))
        return Wall((2 * dark, 2 * dark, 2 * dark), (dark, dark, dark))
    if kind < 0.50:
        tone = dim * rng.uniform(0.05, 0.8) * (0.6 + 0.8 * rng.random(3))
        return Wall(_colour(tone), _colour(tone * rng.uniform(0.3, 1.0)))
    return Room(
        dim * float(rng.uniform(0.05, 0.7)),
        int(rng.integers(3, 16)),
        float(rng.uniform(0.005, 0.08)),
        int(rng.integers(2**31)),
    )


def sample_film(exposed: float, skin: Skin, rng: Rng) -> Film:
    """Exposure on the face, a little less for dark skin, and the film's tone."""
    return Film(
        face_luminance=exposed * (1.0 - 0.30 * skin.melanin),
        white=float(rng.uniform(1.6, 4.0)),
        saturation=float(rng.uniform(0.7, 1.1)),
        contrast=float(rng.uniform(1.15, 2.1)),
        softness_px=0.0,
    )


def draw_lens(blur: Blur, lighting: Lighting, crop_px: float, grey_share: float, rng: Rng) -> Lens:
    """Faults of the camera; `crop_px` is the side of the face's crop in the picture."""
    unsharp = {Blur.NONE: (0.002, 0.007), Blur.SLIGHT: (0.008, 0.015), Blur.MODERATE: (0.017, 0.028)}[blur]
    smeared = blur is not Blur.NONE and rng.random() < 0.25
    strength = float(rng.uniform(*unsharp)) * crop_px
    noise = rng.uniform(1.0, 7.0) if lighting is Lighting.LOW else rng.uniform(0.0, 3.5)
    return Lens(
        blur_px=0.4 * strength if smeared else strength,
        motion_px=4.0 * strength if smeared else 0.0,
        motion_degrees=float(rng.uniform(0.0, 180.0)),
        noise=float(noise),
        jpeg_quality=int(rng.integers(45, 96)) if rng.random() < 0.7 else None,
        grey=bool(rng.random() < grey_share),
        gain=float(rng.uniform(0.75, 1.1)) if rng.random() < 0.4 else 1.0,
        lift=float(rng.uniform(0.0, 30.0)) if rng.random() < 0.15 else 0.0,
        seed=int(rng.integers(2**31)),
    )


def draw_scene(lighting: Lighting, view: View, light: Light, rng: Rng) -> Scene:
    """Camera, light and backdrop together."""
    return Scene(camera=view.camera, light=light, backdrop=sample_backdrop(lighting, rng))


def obstruct(
    obstruction: Obstruction, look: Appearance, rng: Rng
) -> tuple[Appearance, tuple[Accessory, ...]]:
    """The looks and accessories that hide a part of the face."""
    if obstruction is Obstruction.HAIR:
        name = "veil of hair" if rng.random() < 0.75 else "mop"
        cut = cut_named(name, rng)
        if name == "mop":
            cut = replace(cut, fringe=1.0, top=1.2)
        return replace(look, hair=replace(look.hair, cut=cut, strands=12000)), ()
    if obstruction is Obstruction.GLASSES:
        return look, (_draw_glasses(rng),)
    if obstruction is Obstruction.MASK:
        colours = (
            (0.30, 0.48, 0.58),
            (0.75, 0.75, 0.74),
            (0.02, 0.02, 0.022),
            (0.35, 0.33, 0.30),
            (0.55, 0.62, 0.60),
        )
        return look, (Mask(colours[int(rng.integers(len(colours)))]),)
    if obstruction is Obstruction.HANDS:
        return look, _draw_hands(look.skin.base, rng)
    return look, ()


def _draw_glasses(rng: Rng) -> Glasses:
    colours = (
        (0.015, 0.015, 0.015),
        (0.10, 0.045, 0.02),
        (0.30, 0.28, 0.25),
        (0.25, 0.02, 0.02),
        (0.02, 0.03, 0.10),
    )
    dark = rng.random() < 0.22
    return Glasses(
        half_width=float(rng.uniform(0.225, 0.29)),
        half_height=float(rng.uniform(0.13, 0.24)),
        squareness=float(rng.uniform(2.0, 5.5)),
        tube=float(rng.uniform(0.008, 0.026)),
        colour=colours[int(rng.choice(len(colours), p=[0.45, 0.2, 0.2, 0.075, 0.075]))],
        # What shines through a lens is drawn as single pixels, which small pictures show as specks.
        tint=1.0 if dark else 0.0,
    )


def _draw_hands(skin: Colour, rng: Rng) -> tuple[HandOver, ...]:
    """One hand over mouth, cheek, eye or forehead, or two on the cheeks or over the mouth."""
    side = float(rng.choice([-1.0, 1.0]))
    kind = rng.random()
    if kind < 0.30:
        return (_hand(rng, side, (0.05 * side, -0.78), (55.0, 100.0), skin),)
    if kind < 0.50:
        return (_hand(rng, side, (0.55 * side, -0.60), (5.0, 40.0), skin),)
    if kind < 0.62:
        return (_hand(rng, side, (0.32 * side, 0.10), (20.0, 70.0), skin),)
    if kind < 0.74:
        return (_hand(rng, side, (0.10 * side, 0.55), (40.0, 90.0), skin),)
    if kind < 0.90:
        return tuple(_hand(rng, way, (0.62 * way, -0.55), (0.0, 25.0), skin) for way in (-1.0, 1.0))
    return tuple(_hand(rng, way, (0.22 * way, -0.85), (25.0, 60.0), skin) for way in (-1.0, 1.0))


def _hand(rng: Rng, side: float, at: tuple[float, float], lean: Range, skin: Colour) -> HandOver:
    """A hand that comes from its own side: the fingers lean towards the face's middle."""
    return HandOver(
        posture=int(rng.integers(len(CURLS))),
        left=side > 0,
        at=(at[0] + 0.08 * float(rng.standard_normal()), at[1] + 0.08 * float(rng.standard_normal())),
        turn_degrees=-side * float(rng.uniform(*lean)),
        tilt_degrees=float(rng.uniform(-12.0, 8.0)),
        skin=skin,
        size=float(rng.uniform(0.82, 0.98)),
    )


def _colour(values: np.ndarray) -> Colour:
    red, green, blue = (float(value) for value in np.maximum(values, 0.0))
    return red, green, blue
