"""One character: head, looks and the parts that follow the face, drawn for one instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from training.synthesis.rendered.animation.action_units import (
    DEEPEST_FOLD,
    NO_UNITS,
    Intensities,
    facial_actions,
    wrinkle_weights,
)
from training.synthesis.rendered.assets import facial_hair
from training.synthesis.rendered.assets.facial_hair import Tuft
from training.synthesis.rendered.assets.hairstyles import ScalpHair
from training.synthesis.rendered.assets.head_template import HeadTemplate
from training.synthesis.rendered.engine.renderer import (
    Layer,
    MeshBatch,
    PropBatch,
    Renderer,
    StrandBatch,
    Uniforms,
)
from training.synthesis.rendered.engine.visibility import receive, receive_quickly, visibility
from training.synthesis.rendered.geometry import regions
from training.synthesis.rendered.geometry.anatomy import Identity, unit
from training.synthesis.rendered.geometry.bake import FloatArray, IntArray, Part
from training.synthesis.rendered.geometry.strands import Strands
from training.synthesis.rendered.people.appearance import Appearance, Colour
from training.synthesis.rendered.scene.values import Light, Matrix, light_matrix, rotation

EYE_DISTANCE_DM = 0.62
NECK_PIVOT = np.array([0.0, -1.05, -1.0])
"""Where the head turns on the neck, with the eyes' middle at the origin."""
LIT_CENTRE = np.array([0.0, -0.2, -0.7])
"""Middle of the space in which the head casts shadows."""
QUICK_KEY_LIGHTS = 4


@dataclass(frozen=True, slots=True)
class Pose:
    """One instant: action units, head rotation in degrees (see scene.rotation) and shift in decimetres.

    `asymmetry` is how much stronger a unit is on the person's left than on the right, in [-1, 1].
    """

    units: Intensities = field(default_factory=dict)
    yaw_degrees: float = 0.0
    pitch_degrees: float = 0.0
    roll_degrees: float = 0.0
    shift_dm: tuple[float, float] = (0.0, 0.0)
    asymmetry: Intensities = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prop:
    """A thing beside the head, in the frame of the unturned head: vertices and normals [n,3], triangles [t,3]."""

    positions: FloatArray
    normals: FloatArray
    triangles: IntArray
    uniforms: Uniforms


Accessory = Callable[["Person", FloatArray, FloatArray], Sequence[Prop]]
"""Props fitted to a person whose face's smooth vertices and normals [v,3] are given: glasses, a mask, a hand."""


@dataclass(frozen=True, slots=True)
class DrawList:
    """What the renderer needs for one instant, and the anchors [3,3] (right eye, left eye, mouth) in the scene."""

    meshes: list[MeshBatch]
    strands: list[StrandBatch]
    props: list[PropBatch]
    anchors: FloatArray


class Person:
    """A character; `draw_list` gives what the renderer needs for one pose."""

    def __init__(
        self,
        head_template: HeadTemplate,
        scalp_hair: ScalpHair,
        identity: Identity,
        appearance: Appearance,
        seed: int,
        accessories: Sequence[Accessory] = (),
    ) -> None:
        self.head_template, self.appearance = head_template, appearance
        self._accessories = accessories
        model = head_template.model
        self._rest = model.identity_shape(identity)
        relaxed = model.smooth(self._rest)
        left, right = self._eye_centres(relaxed)
        self._origin = (left + right) / 2.0
        self._scale = EYE_DISTANCE_DM / float(np.linalg.norm(left - right))
        relaxed = self._placed(relaxed)
        self.skin_maps = head_template.painter.paint(appearance, seed)
        look, share = appearance.hair, head_template.detail.strand_share
        self._scalp: Strands | None = None
        if look.cut.cover > 0:
            self._scalp = scalp_hair.grow(look, relaxed, model.normals(relaxed), share, seed + 1)
        self._brows = facial_hair.plant_brows(head_template, look, seed + 2)
        self._beard = facial_hair.plant_beard(head_template, appearance.beard, seed + 3)
        self._inner_layers, self._cloth_layer = self._make_layers()

    def _eye_centres(self, positions: FloatArray) -> FloatArray:
        model = self.head_template.model
        parts = (Part.LEFT_EYE, Part.RIGHT_EYE)
        return np.stack([positions[model.part_vertices(part)].mean(axis=0) for part in parts])

    def _placed(self, positions: FloatArray) -> FloatArray:
        """Vertices with the eyes' middle at the origin, scaled to a common eye distance."""
        return np.asarray((positions - self._origin) * self._scale, dtype=np.float32)

    def face(self, pose: Pose) -> FloatArray:
        """Smooth vertices [v,3] of the moving face, before the head turns."""
        model = self.head_template.model
        actions = facial_actions(pose.units, pose.asymmetry)
        offset = model.facial_offset(actions) * self.head_template.mobility[:, None]
        return self._placed(model.smooth(self._rest + offset))

    def resting_anchors(self, pose: Pose) -> FloatArray:
        """Where the anchors [3,3] would lie in the scene if this pose's face were at rest."""
        face = self.face(replace(pose, units=NO_UNITS, asymmetry=NO_UNITS))
        return self._anchors(self._turned(face, head_matrix(pose)))

    def _turned(self, face: FloatArray, turn: Matrix) -> FloatArray:
        share = self.head_template.head_share[:, None]
        return transformed(turn, face) * share + face * (1.0 - share)

    def _anchors(self, turned: FloatArray) -> FloatArray:
        return np.stack([turned[pair].mean(axis=0) for pair in self.head_template.anchors])

    def draw_list(self, pose: Pose, light: Light, renderer: Renderer) -> DrawList:
        """Meshes, lit softly with the help of the renderer's depth maps, strands and props of this instant."""
        face = self.face(pose)
        normals = self.head_template.model.normals(face)
        turn = head_matrix(pose)
        share = self.head_template.head_share[:, None]
        turned = self._turned(face, turn)
        turned_normals = unit(normals @ turn[:3, :3].T.astype(np.float32) * share + normals * (1.0 - share))
        props = [prop for accessory in self._accessories for prop in accessory(self, face, normals)]
        props = [_turned_prop(prop, turn) for prop in props]
        received, lit_props = self._lit(turned, turned_normals, props, light, renderer)
        skin = MeshBatch(self._vertices(turned, turned_normals, received), self._skin_layers(pose))
        lifted = turned + turned_normals * self.appearance.garment.thickness
        cloth = MeshBatch(self._vertices(lifted, turned_normals, received), (self._cloth_layer,))
        return DrawList(
            [skin, cloth], self._strand_batches(face, normals, turn), lit_props, self._anchors(turned)
        )

    def _lit(
        self,
        positions: FloatArray,
        normals: FloatArray,
        props: Sequence[Prop],
        light: Light,
        renderer: Renderer,
    ) -> tuple[FloatArray, list[PropBatch]]:
        """Soft light [v,5] (see Received.columns), found at the coarse vertices and smoothed, and the lit props."""
        model = self.head_template.model
        coarse = len(model.template)
        points, point_normals, triangles = _joined(
            positions[:coarse], normals[:coarse], model.coarse_skin, props
        )
        soft = self.head_template.detail.soft_light
        directions = light.directions() if soft else light.key_directions(QUICK_KEY_LIGHTS)
        matrices = [light_matrix(direction, LIT_CENTRE) for direction in directions]
        depths = renderer.depth_maps(points, triangles, matrices)
        if soft:
            received = receive(points, point_normals, light, matrices, depths)
        else:
            open_share = np.ones(len(points), dtype=np.float32)
            open_share[:coarse] = self.head_template.openness(renderer)
            visible = visibility(points, point_normals, matrices, depths)
            received = receive_quickly(point_normals, open_share, light, visible)
        columns = received.columns()
        return model.smooth(columns[:coarse]), _prop_batches(props, columns[coarse:])

    def _vertices(self, positions: FloatArray, normals: FloatArray, received: FloatArray) -> FloatArray:
        source = self.head_template.model.surface.source
        moving = np.concatenate([positions, normals], axis=1)[source]
        return np.concatenate([moving, self.head_template.columns, received[source]], axis=1)

    def _skin_layers(self, pose: Pose) -> tuple[Layer, ...]:
        skin = self.appearance.skin
        *weights, nose = (
            min(DEEPEST_FOLD, worn + ease * fold)
            for worn, ease, fold in zip(skin.creased, skin.creasing, wrinkle_weights(pose.units), strict=True)
        )
        uniforms = {
            "bare_skin": skin.base,
            "hair_colour": self.appearance.hair.colour,
            "brow_colour": self.appearance.hair.brow_colour,
            "wrinkle_weight": weights,
            "nose_weight": nose,
        }
        return (Layer("skin", self.head_template.triangles[Part.SKIN], uniforms), *self._inner_layers)

    def _make_layers(self) -> tuple[tuple[Layer, ...], Layer]:
        """Layers that stay the same from frame to frame."""
        look, shared = self.appearance, self.head_template
        eye = {
            "iris_colour": look.eyes.iris,
            "pupil_radius": look.eyes.pupil_radius,
            "sclera_redness": look.eyes.redness,
            "eye_centre": regions.EYE_CENTRE,
        }
        lash = {
            "lash_colour": look.hair.lash_colour,
            "lash_length": look.hair.lash_length,
            "eye_centre": regions.EYE_CENTRE,
        }
        inner = (
            Layer("eye", shared.eyes, eye),
            Layer("lash", shared.triangles[Part.LASHES], lash),
            Layer("teeth", shared.teeth, {}),
            Layer("tongue", shared.triangles[Part.TONGUE], {}),
        )
        rim = {
            "cloth_colour": look.garment.colour,
            "neckline_front": look.garment.rim_front,
            "neckline_back": look.garment.rim_back,
        }
        return inner, Layer("cloth", shared.worn, rim)

    def _strand_batches(self, face: FloatArray, normals: FloatArray, turn: Matrix) -> list[StrandBatch]:
        look = self.appearance.hair

        def batch(
            strands: Strands, colour: Colour, gloss: float, root: float, key: str | None = None
        ) -> StrandBatch:
            uniforms: Uniforms = {"strand_colour": colour, "gloss": gloss, "root_shadow": root}
            return StrandBatch(strands, turn, uniforms, key)

        tufts: list[tuple[Tuft, Colour, float]] = [(self._brows, look.brow_colour, 0.10)]
        if self._beard is not None:
            tufts.append((self._beard, self.appearance.beard.colour, 0.35))
        batches = [batch(tuft.grown(face, normals), colour, gloss, 0.85) for tuft, colour, gloss in tufts]
        if self._scalp is not None:
            batches.append(batch(self._scalp, look.colour, look.gloss, 0.60, key="scalp"))
        return batches


def head_matrix(pose: Pose) -> Matrix:
    """Rigid motion [4,4] of the head about the neck."""
    matrix = np.eye(4)
    turn = rotation(pose.yaw_degrees, pose.pitch_degrees, pose.roll_degrees)
    matrix[:3, :3] = turn
    matrix[:3, 3] = NECK_PIVOT - turn @ NECK_PIVOT
    matrix[:2, 3] += pose.shift_dm
    return matrix


def transformed(matrix: Matrix, points: FloatArray) -> FloatArray:
    """Points [n,3] moved by a matrix [4,4]."""
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3], dtype=np.float32)


def _turned_prop(prop: Prop, turn: Matrix) -> Prop:
    normals = np.asarray(prop.normals @ turn[:3, :3].T, dtype=np.float32)
    return Prop(transformed(turn, prop.positions), normals, prop.triangles, prop.uniforms)


def _joined(
    positions: FloatArray, normals: FloatArray, triangles: IntArray, props: Sequence[Prop]
) -> tuple[FloatArray, FloatArray, IntArray]:
    """The head and its props as one mesh: what casts shadows together."""
    starts = np.cumsum([len(positions), *(len(prop.positions) for prop in props)])
    shifted = [prop.triangles + start for prop, start in zip(props, starts, strict=False)]
    return (
        np.concatenate([positions, *(prop.positions for prop in props)]),
        np.concatenate([normals, *(prop.normals for prop in props)]),
        np.concatenate([triangles, *shifted]).astype(np.int32),
    )


def _prop_batches(props: Sequence[Prop], received: FloatArray) -> list[PropBatch]:
    batches, start = [], 0
    for prop in props:
        light = received[start : start + len(prop.positions), 3:]
        vertices = np.concatenate([prop.positions, prop.normals, light], axis=1)
        batches.append(PropBatch(vertices, prop.triangles, prop.uniforms))
        start += len(prop.positions)
    return batches
