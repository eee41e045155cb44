"""A person in a scene before the camera: from a pose to a finished picture and where its face lies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from recognizer.crop import TEMPLATE, covered, similarity
from training.synthesis.rendered.engine.renderer import Renderer
from training.synthesis.rendered.engine.shading import Film, Image, picture
from training.synthesis.rendered.geometry.bake import FloatArray
from training.synthesis.rendered.people.person import Person, Pose
from training.synthesis.rendered.scene.values import Camera, Scene


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A BGR picture [h,w,3] and its anchors [3,2] in pixels: eye on the image's left, on its right, mouth."""

    image: Image
    anchors_px: npt.NDArray[np.float64]


class Portrait:
    """A person in a scene in front of a renderer; `picture_of(pose)` is the whole way to a finished image."""

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
        renderer.forget_strands()
        renderer.set_skin(person.skin_maps)

    def picture_of(self, pose: Pose) -> Image:
        """BGR picture [h,w,3] of this instant."""
        return self.shot(pose).image

    def shot(self, pose: Pose, framing: float | None = None, at_rest: bool = False) -> Shot:
        """The picture of this instant and its anchors, or with `at_rest` those of the same face without expression.

        With `framing` the camera turns and zooms so that the recognizer's crop fills 1 / framing of the height.
        """
        drawn = self._person.draw_list(pose, self._scene.light, self._renderer)
        anchors = self._person.resting_anchors(pose) if at_rest else drawn.anchors
        scene = self._scene
        if framing is not None:
            scene = replace(scene, camera=framed(scene.camera, anchors, framing))
        buffer = self._renderer.draw(scene, drawn.meshes, drawn.strands, drawn.props)
        px_per_mm = self._renderer.size_px[1] / scene.camera.height_mm
        image = picture(buffer, self._backdrop, self._film, px_per_mm, self._size_px)
        return Shot(image, projected(scene.camera, anchors, self._size_px))


def projected(camera: Camera, points: FloatArray, size_px: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Where points [n,3] of the scene lie in the picture [n,2], in pixels from its upper left corner."""
    width, height = size_px
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ camera.matrix(width / height).T
    device = homogeneous[:, :2] / homogeneous[:, 3:]
    return np.column_stack([(device[:, 0] + 1.0) * width / 2.0, (1.0 - device[:, 1]) * height / 2.0])


def framed(camera: Camera, anchors: FloatArray, framing: float) -> Camera:
    """The camera turned to the face and zoomed so that its crop fills 1 / framing of the picture's height."""
    x, y, z = (float(value) for value in anchors.mean(axis=0))
    turned = replace(camera, target=(x, y, z))
    square = projected(turned, anchors, (1, 1))
    crop_side = covered(similarity(square, TEMPLATE))
    half = np.tan(np.deg2rad(camera.height_degrees) / 2.0) * crop_side * framing
    return replace(turned, height_degrees=float(np.rad2deg(2.0 * np.arctan(half))))
