"""The camera, the lights and what is behind: small frozen values and the matrices they make.

Lengths in decimetres, angles in degrees, colours linear. Matrices are row-major [4,4] for column vectors.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from training.synthesis.rendered.geometry.anatomy import unit
from training.synthesis.rendered.geometry.bake import FloatArray
from training.synthesis.rendered.people.appearance import Colour
from training.synthesis.rendered.scene.backdrops import Backdrop, Wall

Matrix = npt.NDArray[np.float64]
Vector = tuple[float, float, float]

SKY_LIGHTS, KEY_LIGHTS = 36, 12
"""How many directions stand for the sky and for the window; the shaders repeat these numbers."""
LIGHT_DISTANCE, LIGHT_REACH = 9.0, 1.9
"""Where the light cameras stand, and half the width of what they see."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera; `height_degrees` is the vertical angle of view."""

    position: Vector = (0.0, -0.15, 9.0)
    target: Vector = (0.0, -0.32, 0.0)
    height_degrees: float = 22.5

    @property
    def height_mm(self) -> float:
        """Height of what the picture shows, at the target's distance."""
        distance = float(np.linalg.norm(np.array(self.position) - np.array(self.target)))
        return 200.0 * distance * float(np.tan(np.deg2rad(self.height_degrees) / 2.0))

    def matrix(self, aspect: float) -> Matrix:
        """View and projection; `aspect` is width by height of the image."""
        view = look_at(np.array(self.position), np.array(self.target))
        return perspective(self.height_degrees, aspect, near=2.0, far=30.0) @ view


@dataclass(frozen=True, slots=True)
class Light:
    """A big window at one side, a weak fill from the other, and the sky of a bright room."""

    key_yaw_degrees: float = -38.0
    key_pitch_degrees: float = 32.0
    key_spread_degrees: float = 15.0
    key: Colour = (2.05, 1.92, 1.76)
    fill_yaw_degrees: float = 50.0
    fill_pitch_degrees: float = 5.0
    fill: Colour = (0.16, 0.18, 0.21)
    sky_top: Colour = (0.55, 0.585, 0.64)
    sky_bottom: Colour = (0.26, 0.24, 0.22)

    @property
    def key_direction(self) -> FloatArray:
        """Unit vector towards the middle of the window."""
        return towards(self.key_yaw_degrees, self.key_pitch_degrees)

    @property
    def fill_direction(self) -> FloatArray:
        """Unit vector towards the fill."""
        return towards(self.fill_yaw_degrees, self.fill_pitch_degrees)

    def directions(self) -> FloatArray:
        """Unit vectors [SKY_LIGHTS + KEY_LIGHTS, 3] of all lights that cast shadows."""
        return np.concatenate([sky_directions(SKY_LIGHTS), self.key_directions(KEY_LIGHTS)])

    def key_directions(self, count: int) -> FloatArray:
        """Unit vectors [count, 3] spread evenly over the window."""
        return _cone(self.key_direction, self.key_spread_degrees, count)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything around the person."""

    camera: Camera = Camera()
    light: Light = Light()
    backdrop: Backdrop = field(default_factory=Wall)


def towards(yaw_degrees: float, pitch_degrees: float) -> FloatArray:
    """Unit vector: yaw from straight ahead towards +x, pitch upwards."""
    yaw, pitch = np.deg2rad([yaw_degrees, pitch_degrees])
    return unit(np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)]))


def sky_directions(count: int) -> FloatArray:
    """Evenly spread directions (a Fibonacci spiral) over the sphere above 55 degrees below the horizon."""
    index = np.arange(count) + 0.5
    height = 1.0 - index / count * 1.82
    angle = np.pi * (1.0 + 5.0**0.5) * index
    across = np.sqrt(np.maximum(1.0 - height**2, 0.0))
    return unit(np.stack([np.cos(angle) * across, height, np.sin(angle) * across], axis=1))


def _cone(axis: FloatArray, spread_degrees: float, count: int) -> FloatArray:
    """Directions spread evenly over a disc of the given angular radius around `axis`."""
    index = np.arange(count) + 0.5
    radius = np.tan(np.deg2rad(spread_degrees)) * np.sqrt(index / count)
    angle = np.pi * (1.0 + 5.0**0.5) * index
    right = unit(np.cross(np.array([0.0, 1.0, 0.0]), axis))
    above = np.cross(axis, right)
    offset = np.cos(angle)[:, None] * right + np.sin(angle)[:, None] * above
    return unit(axis + radius[:, None] * offset)


def look_at(position: npt.NDArray[np.floating], target: npt.NDArray[np.floating]) -> Matrix:
    """View matrix of a camera at `position` that looks at `target`, with y up."""
    backward = unit(position - target)
    up = np.array([0.0, 1.0, 0.0]) if abs(backward[1]) < 0.97 else np.array([0.0, 0.0, 1.0])
    right = unit(np.cross(up, backward))
    matrix = np.eye(4)
    matrix[:3, :3] = [right, np.cross(backward, right), backward]
    matrix[:3, 3] = -matrix[:3, :3] @ position
    return matrix


def perspective(height_degrees: float, aspect: float, near: float, far: float) -> Matrix:
    """OpenGL's perspective projection."""
    scale = 1.0 / np.tan(np.deg2rad(height_degrees) / 2.0)
    return np.array(
        [
            [scale / aspect, 0.0, 0.0, 0.0],
            [0.0, scale, 0.0, 0.0],
            [0.0, 0.0, -(far + near) / (far - near), -2.0 * far * near / (far - near)],
            [0.0, 0.0, -1.0, 0.0],
        ]
    )


def light_matrix(direction: FloatArray, centre: npt.NDArray[np.floating]) -> Matrix:
    """Orthographic view from a light: the cube of half width LIGHT_REACH around `centre`."""
    near, far = LIGHT_DISTANCE - 2.0 * LIGHT_REACH, LIGHT_DISTANCE + 2.0 * LIGHT_REACH
    scale = 1.0 / LIGHT_REACH
    projection = np.diag([scale, scale, -2.0 / (far - near), 1.0])
    projection[2, 3] = -(far + near) / (far - near)
    return projection @ look_at(centre + direction * LIGHT_DISTANCE, np.asarray(centre, dtype=np.float64))


def rotation(yaw_degrees: float, pitch_degrees: float, roll_degrees: float) -> Matrix:
    """Rotation [3,3] of the head: yaw towards +x, pitch upwards, roll clockwise as the viewer sees it."""
    vector = np.deg2rad([-pitch_degrees, yaw_degrees, -roll_degrees])
    about_x, about_y, about_z = (cv2.Rodrigues(vector * axis)[0] for axis in np.eye(3))
    return np.asarray(about_y @ about_x @ about_z, dtype=np.float64)


def sky_radiance(light: Light, directions: FloatArray) -> FloatArray:
    """Colour [n,3] of the sky in unit `directions` [n,3]; the shaders hold the same formula."""
    height = np.clip(directions[:, 1] * 0.5 + 0.5, 0.0, 1.0)[:, None]
    weight = height * height * (3.0 - 2.0 * height)
    return np.asarray(
        np.array(light.sky_bottom) * (1.0 - weight) + np.array(light.sky_top) * weight, dtype=np.float32
    )
