"""One fit of a study: everything that settles its result, as a file in its run's folder."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import Field

from training.data.data_recipe import Strict
from training.errors import DataError
from training.fit_recipe import Recipe, load_recipe
from training.fitting.checkpoint import digest_of_file
from training.fitting.run_folder import changed_keys
from training.recipe_file import read_model, write_model
from training.study.mixture import Source, sources_of
from training.study.study_recipe import ArmRecipe, SetRecipe, StudyRecipe, changed_recipe, merged, steps_of

JOB = "job.yaml"
ERROR = "error.txt"
"""In a run's folder: why its fit failed, in one line."""


class Job(Strict):
    """One arm with one seed. `run` is its folder, `cache` where sets are kept; `steps` of this arm, or None.

    `copies_apart` as the study has it. `contents` are sha256 of what it learns from, by what that is for people: paths
    may change before a study goes on, what they hold may not.
    """

    former_keys = MappingProxyType({"stock": "cache"})

    arm_name: str
    arm: ArmRecipe
    seed: int
    sets: dict[str, SetRecipe]
    recipe: Recipe
    steps: int | None
    copies_apart: bool = True
    run: Path
    cache: Path
    start: Path | None
    contents: dict[str, str] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """For people, such as "plus, seed 2"."""
        return f"{self.arm_name}, seed {self.seed}"

    @property
    def sources(self) -> list[Source]:
        """The synthetic faces it needs."""
        return sources_of(self.arm)


def jobs_of(study: StudyRecipe, out: Path, loaded: Recipe | None = None) -> list[Job]:
    """Every fit of a study that `at` has brought to a size; seed by seed, so that early results span all arms.

    Raises RecipeError where an arm's changes do not fit the recipe.
    """
    base = loaded or load_recipe(study.recipe)
    (size,) = study.sizes.values()
    jobs = []
    for seed in study.seeds:
        for name, arm in study.arms.items():
            changes = merged(merged(study.changes, arm.changes), {"fit": {"seed": seed}})
            start = arm.starts_from and run_folder(out, arm.starts_from, seed) / "weights.pt"
            jobs.append(
                Job(
                    arm_name=name,
                    arm=arm,
                    seed=seed,
                    sets={added.set: study.sets[added.set] for added in arm.synthetic},
                    recipe=changed_recipe(base, changes, f"{study.name}, arm {name}"),
                    steps=steps_of(arm, size),
                    copies_apart=study.copies_apart,
                    run=run_folder(out, name, seed),
                    cache=out / "sets",
                    start=start or None,
                )
            )
    return jobs


def run_folder(out: Path, arm: str, seed: int) -> Path:
    """Where one fit of a study lies."""
    return out / "runs" / arm / f"seed-{seed}"


def save_job(job: Job) -> Path:
    """Write the job into its run's folder, with the digest of the weights it starts from; returns the file."""
    job.run.mkdir(parents=True, exist_ok=True)
    write_model(job.model_copy(update={"contents": _contents(job)}), job.run / JOB)
    return job.run / JOB


def load_job(path: Path) -> Job:
    """Read one back; raises RecipeError."""
    return read_model(Job, path, (), "job.yaml of a study's run")


def demand_same(job: Job) -> None:
    """Keep what is there: raises DataError where the run's folder holds a fit of another arm, recipe or contents."""
    if not (job.run / JOB).exists():
        return
    before = load_job(job.run / JOB)
    changed = [f"recipe.{key}" for key in changed_keys(before.recipe, job.recipe)]
    changed += [key for key in ("arm", "steps", "copies_apart") if _told(before, key) != _told(job, key)]
    contents = _contents(job)
    changed += [f"content of {key}" for key, was in before.contents.items() if contents.get(key) != was]
    if changed:
        raise DataError(
            f"{job.run}: was begun with another {', '.join(changed)}; delete that folder, or give another --out"
        )


def _told(job: Job, key: str) -> Any:
    """What settles the result; titles and aims do not."""
    value = getattr(job, key)
    return value.model_dump(exclude={"title", "aim", "changes"}) if isinstance(value, ArmRecipe) else value


def _contents(job: Job) -> dict[str, str]:
    """With the weights that it starts from, where they are there already."""
    if job.start is None or not job.start.is_file():
        return job.contents
    return {**job.contents, f"the weights of {job.arm.starts_from}": digest_of_file(job.start)}
