"""One character: head, looks and the parts that follow the face, drawn for one instant."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from training.synthesis.rendered import hair as hair_parts
from training.synthesis.rendered import regions
from training.synthesis.rendered.action_units import Intensities, facial_actions, wrinkle_weights
from training.synthesis.rendered.anatomy import HeadModel, Identity, unit
from training.synthesis.rendered.appearance import Appearance, Colour
from training.synthesis.rendered.bake import FloatArray, IntArray, Part
from training.synthesis.rendered.renderer import Layer, MeshBatch, Renderer, StrandBatch, Uniforms
from training.synthesis.rendered.scene import Light, Matrix, Scene, light_matrix, rotation
from training.synthesis.rendered.shading import Film, Image, picture
from training.synthesis.rendered.skin_maps import build_skin_maps
from training.synthesis.rendered.strands import Strands
from training.synthesis.rendered.visibility import receive

EYE_DISTANCE_DM = 0.62
NECK_PIVOT = np.array([0.0, -1.05, -1.0])
"""Where the head turns on the neck, with the eyes' middle at the origin."""

STILL_SCALP_DM = (7.68, 7.95)
"""Canonical heights between which the forehead stops moving: hair does not slide over the skull."""
LIT_CENTRE = np.array([0.0, -0.2, -0.7])
"""Middle of the space in which the head casts shadows."""


@dataclass(frozen=True, slots=True)
class Pose:
    """One instant: action units, head rotation in degrees (see scene.rotation) and shift in decimetres."""

    units: Intensities = field(default_factory=dict)
    yaw_degrees: float = 0.0
    pitch_degrees: float = 0.0
    roll_degrees: float = 0.0
    shift_dm: tuple[float, float] = (0.0, 0.0)


class Person:
    """A character; `meshes` and `strands` give what the renderer needs for one pose."""

    def __init__(self, model: HeadModel, identity: Identity, appearance: Appearance, seed: int) -> None:
        self.model = model
        self.appearance = appearance
        self._rest = model.identity_shape(identity)
        relaxed = model.smooth(self._rest)
        left, right = self._eye_centres(relaxed)
        self._origin = (left + right) / 2.0
        self._scale = EYE_DISTANCE_DM / float(np.linalg.norm(left - right))
        relaxed = self._placed(relaxed)
        look = appearance.hair
        self.skin_maps = build_skin_maps(
            model, appearance.skin, hair_density=0.92, brow_density=0.55, seed=seed
        )
        self._scalp = hair_parts.comb_back(model, relaxed, look, seed + 1)
        self._brows = hair_parts.plant_brows(model, look, seed + 2)
        self._mobility = 1.0 - regions.smoothstep(*STILL_SCALP_DM, model.template[:, 1]).astype(np.float32)
        self._head_share = _head_share(model.canonical, model)
        self._static = self._static_columns()
        self._make_layers()

    def _eye_centres(self, positions: FloatArray) -> FloatArray:
        parts = (Part.LEFT_EYE, Part.RIGHT_EYE)
        return np.stack([positions[self.model.part_vertices(part)].mean(axis=0) for part in parts])

    def _placed(self, positions: FloatArray) -> FloatArray:
        """Vertices with the eyes' middle at the origin, scaled to a common eye distance."""
        return np.asarray((positions - self._origin) * self._scale, dtype=np.float32)

    def _static_columns(self) -> FloatArray:
        """What never moves [n,7]: canonical position, texture coordinate, inside the mouth, side."""
        surface = self.model.surface
        canonical = self.model.canonical[surface.source]
        texture = self.model.region_texture("inside_mouth")
        size = texture.shape[0]
        column = np.clip((surface.uv[:, 0] * size).astype(int), 0, size - 1)
        row = np.clip(((1.0 - surface.uv[:, 1]) * size).astype(int), 0, size - 1)
        mouth = np.where(
            surface.part == Part.SKIN, texture[row, column] / 255.0, surface.part == Part.UPPER_TEETH
        )
        side = np.where(surface.part == Part.RIGHT_EYE, -1.0, 1.0)
        return np.column_stack([canonical, surface.uv, mouth, side]).astype(np.float32)

    def _positions(self, pose: Pose) -> FloatArray:
        """Smooth vertices [v,3] of the moving face, before the head turns."""
        offset = self.model.facial_offset(facial_actions(pose.units)) * self._mobility[:, None]
        return self._placed(self.model.smooth(self._rest + offset))

    def draw_lists(
        self, pose: Pose, light: Light, renderer: Renderer
    ) -> tuple[list[MeshBatch], list[StrandBatch]]:
        """Meshes, lit softly with the help of the renderer's depth maps, and strands of this instant."""
        face = self._positions(pose)
        normals = self.model.normals(face)
        turn = head_matrix(pose)
        share = self._head_share[:, None]
        turned = _transform(turn, face) * share + face * (1.0 - share)
        turned_normals = unit(normals @ turn[:3, :3].T.astype(np.float32) * share + normals * (1.0 - share))
        received = self._received(turned, turned_normals, light, renderer)
        skin = MeshBatch(self._vertices(turned, turned_normals, received), self._skin_layers(pose))
        lifted = turned + turned_normals * self.appearance.garment.thickness
        cloth = MeshBatch(self._vertices(lifted, turned_normals, received), (self._cloth_layer,))
        return [skin, cloth], self._strand_batches(face, normals, turn)

    def _received(
        self, positions: FloatArray, normals: FloatArray, light: Light, renderer: Renderer
    ) -> FloatArray:
        """Soft light [v,5] (see Received.columns), found at the coarse vertices and smoothed like the surface."""
        coarse = len(self.model.template)
        matrices = [light_matrix(direction, LIT_CENTRE) for direction in light.directions()]
        depths = renderer.depth_maps(positions[:coarse], self.model.coarse_skin, matrices)
        received = receive(positions[:coarse], normals[:coarse], light, matrices, depths)
        return self.model.smooth(received.columns())

    def _vertices(self, positions: FloatArray, normals: FloatArray, received: FloatArray) -> FloatArray:
        source = self.model.surface.source
        return np.concatenate([positions[source], normals[source], self._static, received[source]], axis=1)

    def _triangles(self, *parts: Part) -> IntArray:
        surface = self.model.surface
        return surface.triangles[np.isin(surface.part[surface.triangles[:, 0]], parts)]

    def _skin_layers(self, pose: Pose) -> tuple[Layer, ...]:
        return (
            Layer(
                "skin",
                self._skin_triangles,
                {**self._skin_uniforms, "wrinkle_weight": wrinkle_weights(pose.units)},
            ),
            *self._inner_layers,
        )

    def _make_layers(self) -> None:
        """Triangles and uniforms that stay the same from frame to frame."""
        look = self.appearance
        self._skin_triangles = self._triangles(Part.SKIN)
        self._skin_uniforms = {"bare_skin": look.skin.base, "hair_colour": look.hair.colour}
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
        self._inner_layers = (
            Layer("eye", self._triangles(Part.LEFT_EYE, Part.RIGHT_EYE), eye),
            Layer("lash", self._triangles(Part.LASHES), lash),
            Layer("teeth", self._triangles(Part.UPPER_TEETH, Part.LOWER_TEETH), {}),
            Layer("tongue", self._triangles(Part.TONGUE), {}),
        )
        height = self.model.canonical[self.model.surface.source, 1]
        worn = height < look.garment.rim_back + 0.4
        cloth = self._skin_triangles[worn[self._skin_triangles].all(axis=1)]
        garment = look.garment
        rim = {
            "cloth_colour": garment.colour,
            "neckline_front": garment.rim_front,
            "neckline_back": garment.rim_back,
        }
        self._cloth_layer = Layer("cloth", cloth, rim)

    def _strand_batches(self, face: FloatArray, normals: FloatArray, turn: Matrix) -> list[StrandBatch]:
        look = self.appearance.hair
        brows = hair_parts.grow_brows(self._brows, face, normals)

        def batch(
            strands: Strands, colour: Colour, gloss: float, root: float, key: str | None = None
        ) -> StrandBatch:
            uniforms: Uniforms = {"strand_colour": colour, "gloss": gloss, "root_shadow": root}
            return StrandBatch(strands, turn, uniforms, key)

        return [
            batch(self._scalp, look.colour, look.gloss, 0.75, key="scalp"),
            batch(brows, look.brow_colour, 0.15, 1.0),
        ]


class Portrait:
    """A person in a scene in front of a renderer: `picture_of(pose)` is the whole way to a finished image."""

    def __init__(
        self, renderer: Renderer, person: Person, scene: Scene, film: Film, size_px: tuple[int, int]
    ) -> None:
        self._renderer, self._person, self._scene, self._film, self._size_px = (
            renderer,
            person,
            scene,
            film,
            size_px,
        )
        self._backdrop = scene.backdrop.image(*renderer.size_px)
        renderer.set_skin(person.skin_maps)

    def picture_of(self, pose: Pose) -> Image:
        """BGR picture [h,w,3] of this instant."""
        meshes, strands = self._person.draw_lists(pose, self._scene.light, self._renderer)
        buffer = self._renderer.draw(self._scene, meshes, strands)
        camera = self._scene.camera
        distance = np.linalg.norm(np.array(camera.position) - np.array(camera.target))
        height_mm = 200.0 * distance * np.tan(np.deg2rad(camera.height_degrees) / 2.0)
        px_per_mm = self._renderer.size_px[1] / float(height_mm)
        return picture(buffer, self._backdrop, self._film, px_per_mm, self._size_px)


def head_matrix(pose: Pose) -> Matrix:
    """Rigid motion [4,4] of the head about the neck."""
    matrix = np.eye(4)
    turn = rotation(pose.yaw_degrees, pose.pitch_degrees, pose.roll_degrees)
    matrix[:3, :3] = turn
    matrix[:3, 3] = NECK_PIVOT - turn @ NECK_PIVOT
    matrix[:2, 3] += pose.shift_dm
    return matrix


def _transform(matrix: Matrix, points: FloatArray) -> FloatArray:
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3], dtype=np.float32)


def _head_share(canonical: FloatArray, model: HeadModel) -> FloatArray:
    """How far each vertex follows the head: 1 on the head, falling to 0 down the neck."""
    height = canonical[:, 1] + 0.25 * np.clip(canonical[:, 2] - 0.3, -1.0, 1.0)
    share = regions.smoothstep(5.45, 6.35, height)
    inner = np.unique(model.surface.source[model.surface.part != Part.SKIN])
    share[inner] = 1.0
    return np.asarray(share, dtype=np.float32)
