"""OpenGL without a window: draws one instant into a G-buffer of light, colour and shine.

Works on EGL with Mesa's software rasteriser, so a machine without a GPU or display will do.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from recognizer.errors import SonrisaError
from recognizer.resources import package_file
from training.synthesis.rendered.assets.skin_maps import UV_WINDOW, SkinMaps
from training.synthesis.rendered.geometry.bake import FloatArray, IntArray
from training.synthesis.rendered.geometry.strands import Strands, ribbon_indices, ribbon_vertices
from training.synthesis.rendered.scene.values import KEY_LIGHTS, SKY_LIGHTS, Matrix, Scene

P = ParamSpec("P")
T = TypeVar("T")

SHADERS = package_file("training", "synthesis", "rendered", "shaders")
TILE_PX, TILES_ACROSS = 128, 8
TILES_UP = (SKY_LIGHTS + KEY_LIGHTS) // TILES_ACROSS

MESH_LAYOUT = (
    "3f 3f 3f 2f 1f 1f 4f 1f",
    ("position", "normal", "canonical", "uv", "mouth", "side", "sky_open", "key_seen"),
)
PROP_LAYOUT = ("3f 3f 1f 1f", ("position", "normal", "open", "key_seen"))
STRAND_LAYOUT = ("3f 3f 3f 4f", ("position", "tangent", "outward", "look"))
DEPTH_LAYOUT = ("3f", ("position",))
MATERIALS = {
    "skin": ("mesh.vert", "skin.frag"),
    "eye": ("mesh.vert", "eye.frag"),
    "teeth": ("mesh.vert", "teeth.frag"),
    "tongue": ("mesh.vert", "tongue.frag"),
    "lash": ("mesh.vert", "lash.frag"),
    "cloth": ("mesh.vert", "cloth.frag"),
    "prop": ("prop.vert", "prop.frag"),
    "hair": ("hair.vert", "hair.frag"),
    "depth": ("depth.vert", "depth.frag"),
}


class RendererError(SonrisaError):
    """This machine cannot draw: moderngl or EGL is missing."""


Uniforms = Mapping[str, Any]
"""Numbers, vectors and matrices by the name that the shaders give them."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Triangles [t,3] of one material with its own uniforms. Triangles are never changed: they stay on the device."""

    material: str
    triangles: IntArray
    uniforms: Uniforms


@dataclass(frozen=True, slots=True)
class MeshBatch:
    """`vertices` [n,18] in the order of MESH_LAYOUT, and the layers drawn from them."""

    vertices: FloatArray
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class PropBatch:
    """A thing that is no part of the head: `vertices` [n,8] in the order of PROP_LAYOUT, `triangles` [t,3]."""

    vertices: FloatArray
    triangles: IntArray
    uniforms: Uniforms


@dataclass(frozen=True, slots=True)
class StrandBatch:
    """Strands moved by `model` [4,4]; batches with a `key` keep their buffers between frames."""

    strands: Strands
    model: Matrix
    uniforms: Uniforms
    key: str | None = None


@dataclass(frozen=True, slots=True)
class GBuffer:
    """Float images [h,w,4] (row 0 on top) and [h,w,3].

    `irradiance`: diffuse light, a = scattering; `albedo`: a = covered; `specular`: mirrored light.
    """

    irradiance: FloatArray
    albedo: FloatArray
    specular: FloatArray


def shader_source(name: str) -> str:
    """GLSL of one file with its `#include` lines resolved."""
    lines = (SHADERS / name).read_text(encoding="utf-8").splitlines()
    prefix = "#include "
    return "\n".join(
        shader_source(line[len(prefix) :].strip()) if line.startswith(prefix) else line for line in lines
    )


def _in_own_context(method: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], T]:
    """Make the renderer's context the current one first: with renderers of several sizes another may be."""

    @functools.wraps(method)
    def inside(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._gl:
            return method(self, *args, **kwargs)

    return inside


class Renderer:
    """Holds the OpenGL context; use as a context manager or call `close()`."""

    def __init__(self, width_px: int, height_px: int) -> None:
        """Raises RendererError where no headless OpenGL 3.3 is available."""
        try:
            import moderngl
        except ImportError as error:
            raise RendererError("rendering needs moderngl: pip install moderngl==5.13.0") from error
        try:
            settings: dict[str, Any] = {"standalone": True, "backend": "egl"}
            self._gl = moderngl.create_context(**settings)
        except Exception as error:  # moderngl raises bare Exceptions
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise RendererError(
                f"no headless OpenGL here ({reason}): apt install libegl1 libgl1-mesa-dri"
            ) from error
        self.size_px = (width_px, height_px)
        self._depth_test = moderngl.DEPTH_TEST
        self._programs = {name: self._program(*sources) for name, sources in MATERIALS.items()}
        self._targets = [self._gl.texture(self.size_px, 4, dtype="f2") for _ in range(3)]
        self._frame = self._gl.framebuffer(self._targets, self._gl.depth_renderbuffer(self.size_px))
        self._atlas = self._gl.depth_texture((TILE_PX * TILES_ACROSS, TILE_PX * TILES_UP))
        self._atlas.compare_func = ""
        self._atlas.filter = (moderngl.NEAREST, moderngl.NEAREST)
        self._atlas_frame = self._gl.framebuffer(depth_attachment=self._atlas)
        self._skin: list[Any] = []
        self._kept: dict[str, tuple[Any, ...]] = {}
        self._triangles: dict[int, tuple[IntArray, Any]] = {}

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the context and all that belongs to it."""
        self._gl.release()

    @_in_own_context
    def set_skin(self, maps: SkinMaps) -> None:
        """Upload the skin textures that every following frame uses."""
        self._release_skin()
        for unit_index, image in enumerate((maps.albedo, maps.detail, maps.wrinkle), start=1):
            texture = self._gl.texture(image.shape[1::-1], 4, image.astype(np.float16).tobytes(), dtype="f2")
            texture.build_mipmaps()
            texture.use(unit_index)
            self._skin.append(texture)

    @_in_own_context
    def forget_strands(self) -> None:
        """Drop the kept strands: the next person has other hair."""
        for kept in self._kept.values():
            _release(*kept)
        self._kept.clear()

    def _release_skin(self) -> None:
        _release(*self._skin)
        self._skin = []

    @_in_own_context
    def depth_maps(self, positions: FloatArray, triangles: IntArray, lights: list[Matrix]) -> FloatArray:
        """What each light (48 at most) sees of a mesh: depths [lights, TILE_PX, TILE_PX] in [0, 1], row 0 below."""
        self._atlas_frame.use()
        self._gl.enable(self._depth_test)
        self._atlas_frame.viewport = (0, 0, *self._atlas.size)
        self._atlas_frame.clear(depth=1.0)
        array, buffers = self._array("depth", positions, triangles, DEPTH_LAYOUT)
        for index, matrix in enumerate(lights):
            left, low = index % TILES_ACROSS * TILE_PX, index // TILES_ACROSS * TILE_PX
            self._atlas_frame.viewport = (left, low, TILE_PX, TILE_PX)
            _set(self._programs["depth"], {"light": matrix})
            array.render()
        _release(array, *buffers)
        atlas = np.frombuffer(self._atlas.read(), dtype=np.float32)
        tiles = atlas.reshape(TILES_UP, TILE_PX, TILES_ACROSS, TILE_PX).swapaxes(1, 2)
        return tiles.reshape(-1, TILE_PX, TILE_PX)[: len(lights)]

    @_in_own_context
    def draw(
        self,
        scene: Scene,
        meshes: list[MeshBatch],
        strands: list[StrandBatch],
        props: Sequence[PropBatch] = (),
    ) -> GBuffer:
        """Draw everything once; the person's eyes are near the origin."""
        common = self._common_uniforms(scene)
        self._frame.use()
        self._gl.enable(self._depth_test)
        self._frame.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        for mesh in meshes:
            self._draw_mesh(mesh, common)
        for batch in strands:
            self._draw_strands(batch, common)
        for prop in props:
            self._draw_prop(prop, common)
        images = [self._read(target) for target in self._targets]
        return GBuffer(images[0], images[1], images[2][..., :3])

    def _program(self, vertex: str, fragment: str) -> Any:
        return self._gl.program(vertex_shader=shader_source(vertex), fragment_shader=shader_source(fragment))

    def _read(self, texture: Any) -> FloatArray:
        width, height = self.size_px
        raw = np.frombuffer(texture.read(), dtype=np.float16)
        return raw.reshape(height, width, 4)[::-1].astype(np.float32)

    def _common_uniforms(self, scene: Scene) -> dict[str, Any]:
        light = scene.light
        width, height = self.size_px
        return {
            "view_projection": scene.camera.matrix(width / height),
            "camera_position": scene.camera.position,
            "key_direction": light.key_direction,
            "key_colour": light.key,
            "fill_direction": light.fill_direction,
            "fill_colour": light.fill,
            "sky_top": light.sky_top,
            "sky_bottom": light.sky_bottom,
            "skin_albedo": 1,
            "skin_detail": 2,
            "skin_wrinkle": 3,
            "uv_window": UV_WINDOW,
        }

    def _draw_mesh(self, mesh: MeshBatch, common: Uniforms) -> None:
        vertices = self._buffer(mesh.vertices, np.float32)
        for layer in mesh.layers:
            array = self._vertex_array(
                layer.material, vertices, self._kept_triangles(layer.triangles), MESH_LAYOUT
            )
            _set(self._programs[layer.material], {**common, **layer.uniforms})
            array.render()
            array.release()
        vertices.release()

    def _kept_triangles(self, triangles: IntArray) -> Any:
        """The index buffer of triangles that were drawn before, or a new one; holds the array so that ids stay."""
        known = self._triangles.get(id(triangles))
        if known is None:
            known = (triangles, self._buffer(triangles, np.int32))
            self._triangles[id(triangles)] = known
        return known[1]

    def _draw_prop(self, prop: PropBatch, common: Uniforms) -> None:
        array, buffers = self._array("prop", prop.vertices, prop.triangles, PROP_LAYOUT)
        _set(self._programs["prop"], {**common, **prop.uniforms})
        array.render()
        _release(array, *buffers)

    def _draw_strands(self, batch: StrandBatch, common: Uniforms) -> None:
        kept = self._kept.get(batch.key) if batch.key else None
        if kept is None:
            count, steps, _ = batch.strands.points.shape
            vertices, triangles = ribbon_vertices(batch.strands), ribbon_indices(count, steps)
            array, buffers = self._array("hair", vertices, triangles, STRAND_LAYOUT)
            kept = (array, *buffers)
            if batch.key:
                self._kept[batch.key] = kept
        _set(self._programs["hair"], {**common, **batch.uniforms, "model": batch.model})
        kept[0].render()
        if not batch.key:
            _release(*kept)

    def _array(
        self, material: str, vertices: FloatArray, triangles: IntArray, layout: tuple[str, tuple[str, ...]]
    ) -> tuple[Any, tuple[Any, Any]]:
        buffers = (self._buffer(vertices, np.float32), self._buffer(triangles, np.int32))
        return self._vertex_array(material, *buffers, layout), buffers

    def _buffer(self, values: npt.NDArray[Any], kind: type) -> Any:
        return self._gl.buffer(np.ascontiguousarray(values, dtype=kind))

    def _vertex_array(
        self, material: str, vertices: Any, triangles: Any, layout: tuple[str, tuple[str, ...]]
    ) -> Any:
        program = self._programs[material]
        formats, names = _used_layout(program, layout)
        return self._gl.vertex_array(program, [(vertices, formats, *names)], triangles)


def _used_layout(program: Any, layout: tuple[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    """The layout with attributes that the compiler dropped turned into padding."""
    formats, names = layout[0].split(), layout[1]
    used = [name in program for name in names]
    padded = [form if keep else f"{4 * int(form[0])}x" for form, keep in zip(formats, used, strict=True)]
    return " ".join(padded), tuple(name for name, keep in zip(names, used, strict=True) if keep)


def _set(program: Any, values: Uniforms) -> None:
    """Write the uniforms that the program has; matrices are transposed to OpenGL's column order."""
    for name, value in values.items():
        if name not in program:
            continue
        array = np.asarray(value)
        if array.shape[-2:] == (4, 4):
            array = np.swapaxes(array, -1, -2)
        uniform = program[name]
        if np.issubdtype(array.dtype, np.integer):
            uniform.value = int(array)
        else:
            uniform.write(np.ascontiguousarray(array, dtype=np.float32).tobytes())


def _release(*things: Any) -> None:
    for thing in things:
        thing.release()
