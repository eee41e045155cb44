"""The renderer: what is nearer hides what is behind, and everything lies where the camera sees it."""

from __future__ import annotations

import numpy as np
import pytest

from training.synthesis.rendered.engine.renderer import (
    MATERIALS,
    TILE_PX,
    GBuffer,
    PropBatch,
    Renderer,
    StrandBatch,
    shader_source,
)
from training.synthesis.rendered.geometry.strands import Strands
from training.synthesis.rendered.scene.values import LIGHT_REACH, Camera, Scene, light_matrix

RED, GREEN = (0.8, 0.0, 0.0), (0.0, 0.8, 0.0)
SCENE = Scene(Camera(target=(0.0, 0.0, 0.0), position=(0.0, 0.0, 9.0)))
SQUARE = np.array([[0, 1, 2], [2, 1, 3]], dtype=np.int32)


def corners(side_dm: float, z: float, x: float = 0.0, y: float = 0.0) -> np.ndarray:
    """The corners [4,3] of an upright square around (x, y, z)."""
    half = side_dm / 2.0
    return np.array([[x + u * half, y + v * half, z] for v in (-1, 1) for u in (-1, 1)], dtype=np.float32)


def square(
    colour: tuple[float, float, float], z: float, x: float = 0.0, y: float = 0.0, opacity: float = 1.0
) -> PropBatch:
    """A matt square with sides of 1 dm that faces the camera."""
    lit = np.broadcast_to(np.array([0.0, 0.0, 1.0, 1.0, 1.0], dtype=np.float32), (4, 5))
    uniforms = {
        "prop_colour": colour,
        "prop_roughness": 0.5,
        "prop_shine": 0.0,
        "prop_scatter": 0.0,
        "prop_pleats": 0.0,
        "prop_mottle": 0.0,
        "prop_opacity": opacity,
    }
    return PropBatch(np.column_stack([corners(1.0, z, x, y), lit]), SQUARE, uniforms)


def covered(buffer: GBuffer) -> np.ndarray:
    """Where something was drawn [h,w]."""
    return np.asarray(buffer.albedo[..., 3] > 0.5)


def square_px(renderer: Renderer, distance_dm: float) -> float:
    """How many pixels a square dm covers at a distance from the camera."""
    height_dm = 2.0 * distance_dm * np.tan(np.deg2rad(SCENE.camera.height_degrees) / 2.0)
    return float((renderer.size_px[1] / height_dm) ** 2)


@pytest.mark.parametrize("near_first", [True, False])
def test_the_nearer_thing_hides_the_other_in_whichever_order(renderer: Renderer, near_first: bool) -> None:
    things = [square(RED, 0.5), square(GREEN, -0.5, x=0.4)]
    buffer = renderer.draw(SCENE, [], [], things if near_first else things[::-1])
    height, width = buffer.albedo.shape[:2]
    assert buffer.albedo[height // 2, width // 2, :3] == pytest.approx(RED, abs=0.01)
    right = width // 2 + round(0.75 * np.sqrt(square_px(renderer, 9.5)))
    assert buffer.albedo[height // 2, right, :3] == pytest.approx(GREEN, abs=0.01)


@pytest.mark.parametrize("z", [0.0, 2.0])
def test_a_thing_is_as_large_as_its_distance_makes_it(renderer: Renderer, z: float) -> None:
    buffer = renderer.draw(SCENE, [], [], [square(RED, z)])
    assert covered(buffer).sum() == pytest.approx(square_px(renderer, 9.0 - z), rel=0.04)
    assert (buffer.albedo[~covered(buffer)] == 0.0).all()


def test_the_first_row_is_the_uppermost_and_the_first_column_the_leftmost(renderer: Renderer) -> None:
    rows, columns = np.nonzero(covered(renderer.draw(SCENE, [], [], [square(RED, 0.0, x=-0.8, y=0.8)])))
    width, height = renderer.size_px
    assert rows.max() < height / 2
    assert columns.max() < width / 2


def test_nothing_of_the_last_picture_stays(renderer: Renderer) -> None:
    renderer.draw(SCENE, [], [], [square(RED, 0.0)])
    assert not covered(renderer.draw(SCENE, [], [])).any()


def test_half_opaque_things_cover_half_of_their_pixels(renderer: Renderer) -> None:
    whole, half = (
        covered(renderer.draw(SCENE, [], [], [square(RED, 0.0, opacity=opacity)])).sum()
        for opacity in (1.0, 0.5)
    )
    assert half == pytest.approx(0.5 * whole, rel=0.05)


def test_a_strand_is_drawn_as_wide_as_it_is_and_moves_with_the_head(renderer: Renderer) -> None:
    points = np.zeros((1, 6, 3), dtype=np.float32)
    points[0, :, 1] = np.linspace(-0.5, 0.5, 6)
    outward = np.broadcast_to(np.array([0.0, 0.0, 1.0], dtype=np.float32), points.shape)
    strand = Strands(
        points, outward, np.full((1, 6), 0.1, dtype=np.float32), np.array([0.5], dtype=np.float32)
    )
    moved = np.eye(4)
    moved[0, 3] = 0.8
    uniforms = {"strand_colour": GREEN, "gloss": 0.0, "root_shadow": 1.0}
    still, beside = (
        covered(renderer.draw(SCENE, [], [StrandBatch(strand, model, uniforms)]))
        for model in (np.eye(4), moved)
    )
    assert still.sum() == pytest.approx(0.2 * square_px(renderer, 9.0), rel=0.1)
    shift_px = np.nonzero(beside)[1].mean() - np.nonzero(still)[1].mean()
    assert shift_px == pytest.approx(0.8 * np.sqrt(square_px(renderer, 9.0)), rel=0.02)


def test_a_light_sees_how_near_things_are_and_nothing_elsewhere(renderer: Renderer) -> None:
    ahead = light_matrix(np.array([0.0, 0.0, 1.0], dtype=np.float32), np.zeros(3))
    side_dm = LIGHT_REACH
    near, far = (renderer.depth_maps(corners(side_dm, z), SQUARE, [ahead, ahead]) for z in (0.5, -0.5))
    assert near.shape == (2, TILE_PX, TILE_PX)
    assert np.array_equal(near[0], near[1]), "each light has its own tile"
    middle = TILE_PX // 2
    assert near[0, middle, middle] < far[0, middle, middle] < 1.0
    assert near[0, 0, 0] == 1.0
    assert (near[0] < 1.0).mean() == pytest.approx(0.25, rel=0.05)


@pytest.mark.parametrize("name", sorted({name for pair in MATERIALS.values() for name in pair}))
def test_shaders_are_whole(name: str) -> None:
    source = shader_source(name)
    assert source.startswith("#version 330")
    assert "#include" not in source
    assert "void main()" in source
