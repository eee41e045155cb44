"""A person before the camera: where points of the scene lie in the picture, and how the camera frames a face."""

from __future__ import annotations

import numpy as np
import pytest

from recognizer.crop import TEMPLATE, covered, similarity
from training.synthesis.clips.demo_character import DEMO_APPEARANCE, DEMO_FILM, DEMO_IDENTITY, DEMO_SCENE
from training.synthesis.rendered.assets.hairstyles import ScalpHair
from training.synthesis.rendered.assets.head_template import HeadTemplate
from training.synthesis.rendered.engine.renderer import Renderer
from training.synthesis.rendered.people.person import Person, Pose
from training.synthesis.rendered.scene.portrait import Portrait, framed, projected
from training.synthesis.rendered.scene.values import Camera

CAMERA = Camera()
SIZE_PX = (320, 240)
ANCHORS = np.array([[-0.4, 0.3, 0.0], [0.3, 0.3, 0.1], [0.0, -0.4, 0.2]], dtype=np.float32)
"""Of a face beside the middle: right eye, left eye, mouth."""


def test_what_the_camera_looks_at_is_in_the_middle_and_up_is_up() -> None:
    x, y, z = CAMERA.target
    points = np.array([[x, y, z], [x + 0.5, y, z], [x, y + 0.5, z]], dtype=np.float32)
    middle, beside, above = projected(CAMERA, points, SIZE_PX)
    assert middle == pytest.approx([160.0, 120.0], abs=1e-3)
    assert beside[0] > middle[0] + 10.0
    assert beside[1] == pytest.approx(middle[1], abs=1e-3)
    assert above[1] < middle[1] - 10.0


def test_pixels_are_square_whatever_the_picture_s_shape() -> None:
    x, y, z = CAMERA.target
    points = np.array([[x, y, z], [x + 0.1, y, z], [x, y + 0.1, z]], dtype=np.float32)
    for size_px in ((320, 240), (100, 240), (240, 240)):
        middle, beside, above = projected(CAMERA, points, size_px)
        assert beside[0] - middle[0] == pytest.approx(middle[1] - above[1], rel=0.02)


@pytest.mark.parametrize("framing", [1.3, 1.75])
def test_a_framed_face_is_in_the_middle_and_its_crop_as_large_as_asked(framing: float) -> None:
    seen = projected(framed(CAMERA, ANCHORS, framing), ANCHORS, (200, 200))
    assert covered(similarity(seen, TEMPLATE)) == pytest.approx(200.0 / framing, rel=1e-4)
    assert seen.mean(axis=0) == pytest.approx([100.0, 100.0], abs=3.0)


def test_a_portrait_is_of_the_size_asked_for_with_the_face_before_its_room(
    head_template: HeadTemplate, scalp_hair: ScalpHair, renderer: Renderer
) -> None:
    person = Person(head_template, scalp_hair, DEMO_IDENTITY, DEMO_APPEARANCE, seed=1)
    portrait = Portrait(renderer, person, DEMO_SCENE, DEMO_FILM, (80, 60))
    near, far = (portrait.shot(Pose(), framing) for framing in (1.3, 2.6))
    assert near.image.shape == far.image.shape == (60, 80, 3)
    (right, left, mouth), (far_right, far_left, _) = near.anchors_px, far.anchors_px
    assert right[0] < left[0]
    assert mouth[1] > max(right[1], left[1])
    assert left[0] - right[0] == pytest.approx(2.0 * (far_left[0] - far_right[0]), rel=0.01)
    corner, cheek = near.image[2, 2], near.image[round(mouth[1]) - 8, round(mouth[0])]
    assert np.abs(corner.astype(int) - cheek).max() > 20, "the room is no skin"
