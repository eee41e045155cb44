"""Sets of faces read once for a whole study, and kept where every fit finds them without reading them again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.data.data_recipe import DataRecipe, ProtocolRecipe
from training.data.faces import FaceSet
from training.data.load import load_faces
from training.data.readers import reader_for
from training.errors import DataError
from training.fitting.checkpoint import digest_of_file
from training.fitting.teacher import teacher_digest
from training.study.job import Job
from training.study.mixture import REAL, Source, sampled_rows
from training.study.study_recipe import SetRecipe

COLUMNS = ("labels", "splits", "votes", "targets", "names", "subjects", "categories")


@dataclass(frozen=True, slots=True, eq=False)
class CachedDataset:
    """Faces as a study keeps them. digest: sha256 of their pixels, labels and all else that is known of them."""

    faces: FaceSet
    digest: str


def cached_dataset(recipe: DataRecipe, folder: Path) -> CachedDataset:
    """The recipe's faces, from `folder` where they were kept there before; images are a read-only np.memmap.

    Raises DataError as `load_faces` does.
    """
    place = folder / _key(recipe)
    if not place.is_dir():
        _keep(load_faces(recipe), place)
    columns = np.load(place / "columns.npz")
    faces = FaceSet(
        images=np.load(place / "images.npy", mmap_mode="r"),
        skipped=tuple(columns["skipped"].tolist()),
        **{name: columns[name] for name in COLUMNS},
    )
    return CachedDataset(faces, str(columns["digest"]))


def faces_of(job: Job) -> tuple[CachedDataset, dict[Source, CachedDataset]]:
    """A job's real faces and those of each of its sources; raises DataError where some are missing."""
    real = job.recipe.data
    return cached_dataset(real, job.cache), {
        source: cached_dataset(set_recipe(job.sets[source.set], real, filtered=source.filtered), job.cache)
        for source in job.sources
    }


def prepared(jobs: Sequence[Job]) -> list[Job]:
    """The jobs with the digests of what they learn from, once all of their faces are there, read and enough.

    Raises DataError before hours of work: faces are missing or too few, or none is there to test on.
    """
    for job in jobs:
        reader_for(job.recipe.data.faces)
        for source in job.sources:
            set_recipe(job.sets[source.set], job.recipe.data, filtered=source.filtered)
    return [job.model_copy(update={"contents": _contents(job)}) for job in jobs]


def _contents(job: Job) -> dict[str, str]:
    real, synthetic = faces_of(job)
    sampled_rows(job.arm, real.faces, {source: one.faces for source, one in synthetic.items()}, job.seed)
    fit, net = job.recipe.fit, job.recipe.net
    files = {"fit.start_from": fit.start_from, "net.pretrained": net.pretrained}
    return {
        f"{REAL} faces": real.digest,
        **{f"faces {source.name}": one.digest for source, one in synthetic.items()},
        **({"fit.teacher": teacher_digest(fit.teacher)} if fit.teacher else {}),
        **{key: digest_of_file(path) for key, path in files.items() if path is not None and path.is_file()},
    }


def set_recipe(one: SetRecipe, real: DataRecipe, *, filtered: bool) -> DataRecipe:
    """How a synthetic set is read beside the real one: at its size, in its colours, all of it for training.

    Raises DataError, with the command that makes it, where the set is not there.
    """
    table = one.table(filtered=filtered)
    if not table.exists():
        how = _filter_command(one) if filtered and one.faces.exists() else one.made_by
        raise DataError(f"{table}: no synthetic faces there; {how or 'name their place in the study'}")
    return DataRecipe(
        faces=table,
        size_px=real.size_px,
        channels=real.channels,
        crop=one.crop,
        protocol=ProtocolRecipe(kind="random", valid_share=0, test_share=0),
    )


def _filter_command(one: SetRecipe) -> str:
    recipe = "training/synthesis/recipes/filter.yaml"
    return f"filter it: python -m training filter {one.faces} {recipe} --set crop={one.crop}"


def _key(recipe: DataRecipe) -> str:
    """Differs where the recipe does, a file that it names, or any file in a folder that it names.

    Pictures that only a table names are not looked at: delete the cache after changing them.
    """
    paths = [path for path in (recipe.faces, recipe.votes) if path is not None]
    stats = [_stats(path) for path in paths if path.exists()]
    told = json.dumps([recipe.model_dump(mode="json"), stats], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _stats(path: Path) -> tuple[int, int, int]:
    """How many files there are, their newest change in nanoseconds and their bytes."""
    files = [path]
    if path.is_dir():
        files = [Path(folder, name) for folder, _, names in os.walk(path) for name in names]
    stats = [file.stat() for file in files]
    return len(stats), max((one.st_mtime_ns for one in stats), default=0), sum(one.st_size for one in stats)


def _keep(faces: FaceSet, place: Path) -> None:
    """Written beside its place and then renamed: a place that is there is whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".", dir=place.parent))
    np.save(temporary / "images.npy", faces.images)
    columns = {name: getattr(faces, name) for name in COLUMNS}
    skipped = np.array(faces.skipped, np.str_)
    np.savez(temporary / "columns.npz", skipped=skipped, digest=_digest(faces), **columns)
    try:
        temporary.rename(place)
    except OSError:
        # Another process of this study was faster.
        shutil.rmtree(temporary)


def _digest(faces: FaceSet) -> str:
    digest = hashlib.sha256()
    for name in ("images", *COLUMNS):
        values = np.ascontiguousarray(getattr(faces, name))
        digest.update(f"{name} {values.dtype} {values.shape}".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()
