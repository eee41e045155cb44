"""Sets of faces read once for a whole study, and kept where every fit finds them without reading them again."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from training.data.faces import FaceSet
from training.data.load import load_faces
from training.data.readers import reader_for
from training.data.recipe import DataRecipe, ProtocolRecipe
from training.errors import DataError
from training.study.job import Job
from training.study.recipe import SetRecipe

COLUMNS = ("labels", "splits", "votes", "targets", "names", "subjects", "categories")


def stocked(recipe: DataRecipe, folder: Path) -> FaceSet:
    """The recipe's faces, from `folder` where they were kept there before; images are a read-only np.memmap.

    Raises DataError as `load_faces` does.
    """
    place = folder / _key(recipe)
    if not place.is_dir():
        _keep(load_faces(recipe), place)
    columns = np.load(place / "columns.npz")
    return FaceSet(
        images=np.load(place / "images.npy", mmap_mode="r"),
        skipped=tuple(columns["skipped"].tolist()),
        **{name: columns[name] for name in COLUMNS},
    )


def demand_sets(jobs: Iterable[Job]) -> None:
    """Say before hours of work which faces are missing; raises DataError."""
    for job in jobs:
        reader_for(job.recipe.data.faces)
        for source in job.sources:
            set_recipe(job.sets[source.set], job.recipe.data, filtered=source.filtered)


def set_recipe(one: SetRecipe, real: DataRecipe, *, filtered: bool) -> DataRecipe:
    """How a synthetic set is read beside the real one: at its size, in its colours, all of it for training.

    Raises DataError, with the command that makes it, where the set is not there.
    """
    table = one.table(filtered=filtered)
    if not table.exists():
        how = "filter it: python -m training filter" if filtered and one.faces.exists() else one.made_by
        raise DataError(f"{table}: no synthetic faces there; {how or 'name their place in the study'}")
    return DataRecipe(
        faces=table,
        size_px=real.size_px,
        channels=real.channels,
        crop=one.crop,
        protocol=ProtocolRecipe(kind="random", valid_share=0, test_share=0),
    )


def _key(recipe: DataRecipe) -> str:
    """Differs where the recipe does, or a file that it reads."""
    paths = [path for path in (recipe.faces, recipe.votes) if path is not None]
    stats = [(path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.exists()]
    told = json.dumps([recipe.model_dump(mode="json"), stats], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _keep(faces: FaceSet, place: Path) -> None:
    """Written beside its place and then renamed: a place that is there is whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".", dir=place.parent))
    np.save(temporary / "images.npy", faces.images)
    columns = {name: getattr(faces, name) for name in COLUMNS}
    np.savez(temporary / "columns.npz", skipped=np.array(faces.skipped, np.str_), **columns)
    try:
        temporary.rename(place)
    except OSError:
        # Another process of this study was faster.
        shutil.rmtree(temporary)
