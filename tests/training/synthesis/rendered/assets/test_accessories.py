"""What covers a part of the face lies before it, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from training.synthesis.clips.demo_character import DEMO_APPEARANCE, DEMO_IDENTITY
from training.synthesis.rendered.assets.accessories import (
    Glasses,
    HandOver,
    Mask,
    _height_at,
    _height_field,
    closed_holes,
)
from training.synthesis.rendered.assets.hairstyles import ScalpHair
from training.synthesis.rendered.assets.head_template import HeadTemplate
from training.synthesis.rendered.geometry.bake import AnatomyError
from training.synthesis.rendered.geometry.hand import CURLS, load_hand
from training.synthesis.rendered.people.person import Accessory, Person, Pose, Prop


@pytest.fixture(scope="module")
def person(head_template: HeadTemplate, scalp_hair: ScalpHair) -> Person:
    return Person(head_template, scalp_hair, DEMO_IDENTITY, DEMO_APPEARANCE, seed=1)


def worn(person: Person, accessory: Accessory) -> list[Prop]:
    face = person.face(Pose())
    return list(accessory(person, face, person.head_template.model.normals(face)))


def covers(props: list[Prop], place: np.ndarray) -> bool:
    """Whether something lies before a place, within 1.5 cm sideways."""
    points = np.concatenate([prop.positions for prop in props])
    near = np.linalg.norm(points[:, :2] - place[:2], axis=1) < 0.15
    return bool((points[near, 2] > place[2] - 0.05).any())


def anchors(person: Person) -> np.ndarray:
    face = person.face(Pose())
    return np.stack([face[pair].mean(axis=0) for pair in person.head_template.anchors])


def test_a_mask_covers_the_mouth_and_leaves_the_eyes(person: Person) -> None:
    props = worn(person, Mask())
    right, left, mouth = anchors(person)
    assert covers(props, mouth)
    assert not covers(props, right)
    assert not covers(props, left)


def test_glasses_frame_both_eyes_and_only_dark_ones_have_panes(person: Person) -> None:
    clear, dark = worn(person, Glasses()), worn(person, Glasses(tint=0.9))
    assert (len(clear), len(dark)) == (1, 2)
    for eye in anchors(person)[:2]:
        assert covers(dark[1:], eye)


@pytest.mark.parametrize("left", [False, True])
def test_a_hand_touches_the_face_and_does_not_sink_in(person: Person, left: bool) -> None:
    try:
        load_hand()
    except AnatomyError as error:
        pytest.skip(str(error))
    ground = _height_field(person.face(Pose()))
    for posture in range(len(CURLS)):
        (hand,) = worn(person, HandOver(posture, left, (0.0, -0.78), 60.0, 0.0, (0.4, 0.3, 0.2)))
        hovering_dm = hand.positions[:, 2] - _height_at(ground, hand.positions)
        assert 0.0 < hovering_dm.min() < 0.03


def test_holes_are_closed_and_the_outline_stays() -> None:
    ring = np.array(
        [[i, (i + 1) % 6, 6 + i] for i in range(6)]
        + [[(i + 1) % 6, 6 + (i + 1) % 6, 6 + i] for i in range(6)]
    )
    spokes = np.array([[6 + (i + 1) % 6, 12 + i, 6 + i] for i in range(6)])
    filled = closed_holes(np.concatenate([ring, spokes]).astype(np.int32))
    assert len(filled) == len(ring) + len(spokes) + 4


def test_props_are_whole_meshes(person: Person) -> None:
    for accessory in (Glasses(tint=1.0), Mask()):
        for prop in worn(person, accessory):
            assert prop.triangles.max() < len(prop.positions) == len(prop.normals)
            assert np.isfinite(prop.positions).all()
            assert prop.triangles.dtype == np.int32
