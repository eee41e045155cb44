"""One character drawn for one instant: a face that MediaPipe finds, and that does what it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recognizer.crop import anchors_of
from recognizer.faces import BLENDSHAPES, Face, FaceFinder
from recognizer.frames import Frame, Image
from training.synthesis.clips.demo_character import DEMO_APPEARANCE, DEMO_FILM, DEMO_IDENTITY, DEMO_SCENE
from training.synthesis.rendered.assets.hairstyles import ScalpHair
from training.synthesis.rendered.assets.head_template import HeadTemplate
from training.synthesis.rendered.engine.renderer import Renderer
from training.synthesis.rendered.geometry.anatomy import HeadModel, Identity
from training.synthesis.rendered.geometry.bake import Part
from training.synthesis.rendered.people.person import Person, Pose
from training.synthesis.rendered.scene.portrait import Portrait

SIZE_PX = (320, 240)


@pytest.fixture(scope="module")
def portrait(head_template: HeadTemplate, scalp_hair: ScalpHair, renderer: Renderer) -> Portrait:
    """The demo's character at a small size."""
    person = Person(head_template, scalp_hair, DEMO_IDENTITY, DEMO_APPEARANCE, seed=1)
    return Portrait(renderer, person, DEMO_SCENE, DEMO_FILM, SIZE_PX)


def only_face(finder: FaceFinder, image: Image, index: int) -> Face:
    faces = finder.find(Frame(image, index, float(index), 0.0))
    assert len(faces) == 1
    return faces[0]


def test_the_mouth_opens_the_lids_close_and_the_head_turns(portrait: Portrait, face_model: Path) -> None:
    poses = {"rest": Pose(), "jaw": Pose({27: 1.0}), "lids": Pose({43: 1.0}), "turn": Pose(yaw_degrees=15.0)}
    with FaceFinder(face_model, consecutive=False) as finder:
        faces = {
            name: only_face(finder, portrait.picture_of(pose), index)
            for index, (name, pose) in enumerate(poses.items())
        }
    shape = {name: dict(zip(BLENDSHAPES, face.blendshapes, strict=True)) for name, face in faces.items()}
    assert shape["jaw"]["jawOpen"] > shape["rest"]["jawOpen"] + 0.3
    assert shape["lids"]["eyeBlinkLeft"] > shape["rest"]["eyeBlinkLeft"] + 0.2
    assert faces["turn"].pose.yaw_degrees > faces["rest"].pose.yaw_degrees + 8.0


def test_the_same_pose_gives_the_same_picture(portrait: Portrait) -> None:
    pose = Pose({12: 1.0}, yaw_degrees=3.0)
    assert np.array_equal(portrait.picture_of(pose), portrait.picture_of(pose))


def test_an_expression_moves_the_face_s_anchors_but_not_those_at_rest(portrait: Portrait) -> None:
    rest, smile = Pose(yaw_degrees=9.0), Pose({12: 1.0}, yaw_degrees=9.0)
    shown = [portrait.shot(pose).anchors_px for pose in (rest, smile)]
    calm = [portrait.shot(pose, at_rest=True).anchors_px for pose in (rest, smile)]
    assert np.allclose(calm[0], calm[1])
    assert np.allclose(calm[0], shown[0])
    assert shown[1][2, 1] < shown[0][2, 1] - 1.0


def test_the_camera_knows_where_the_eyes_and_the_mouth_are(portrait: Portrait, face_model: Path) -> None:
    shot = portrait.shot(Pose({26: 0.6}, yaw_degrees=12.0, roll_degrees=8.0), framing=1.7)
    with FaceFinder(face_model, consecutive=False) as finder:
        seen = anchors_of(only_face(finder, shot.image, 0).landmarks_px)
    crop_px = SIZE_PX[1] / 1.7
    assert np.abs(seen - shot.anchors_px).max() < 0.05 * crop_px


def test_one_side_can_do_more_than_the_other(head_template: HeadTemplate, scalp_hair: ScalpHair) -> None:
    person = Person(head_template, scalp_hair, DEMO_IDENTITY, DEMO_APPEARANCE, seed=1)
    still, lopsided = person.face(Pose()), person.face(Pose({12: 1.0}, asymmetry={12: 1.0}))
    moved = np.linalg.norm(lopsided - still, axis=1)
    left, right = (moved[head_template.anchors[2][side]] for side in (1, 0))
    assert left > 3.0 * right


def test_people_differ_and_keep_their_parts(head: HeadModel) -> None:
    young = head.identity_shape(Identity({"caucasian": 1.0, "gender": 1.0, "age": 0.6}))
    old = head.identity_shape(Identity({"african": 1.0, "gender": 0.0, "age": 0.95}))
    assert np.abs(young - old).max() > 0.1
    left = head.smooth(young)[head.part_vertices(Part.LEFT_EYE)].mean(axis=0)
    right = head.smooth(young)[head.part_vertices(Part.RIGHT_EYE)].mean(axis=0)
    assert left[0] > 0.2 > -0.2 > right[0]
    assert left[1] == pytest.approx(right[1], abs=1e-3)


def test_smooth_normals_point_outwards(head: HeadModel) -> None:
    normals = head.normals(head.canonical)
    nose = int(np.argmax(head.canonical[:, 2]))
    assert normals[nose, 2] > 0.5
    assert np.allclose(np.linalg.norm(normals[head.surface.source], axis=1), 1.0, atol=1e-4)
