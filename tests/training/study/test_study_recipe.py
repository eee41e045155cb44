"""A study's file: what it may say, what it is at a size, and how faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.study.small_study import small_study
from training.errors import RecipeError
from training.fit_recipe import load_recipe
from training.study.job import jobs_of
from training.study.study_recipe import (
    LEAST_SEEDS,
    SizeRecipe,
    StudyRecipe,
    load_study,
    merged,
    shipped,
    steps_of,
)


def test_the_four_papers_and_our_own_studies_are_shipped() -> None:
    assert {"paper-a", "paper-b", "paper-c", "paper-d", "full-plus", "few-plus"} <= set(shipped())


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_study_has_a_laptops_and_a_gpus_size_with_at_least_three_seeds(name: str) -> None:
    study = load_study(name)
    assert study.name == name
    assert {"laptop", "gpu"} <= set(study.sizes)
    for size in study.sizes:
        chosen = study.at(size)
        jobs = jobs_of(chosen, Path("out"))
        assert len(chosen.seeds) >= LEAST_SEEDS
        assert len({job.run for job in jobs}) == len(jobs) == len(chosen.arms) * len(chosen.seeds)
        assert all(job.recipe.fit.seed == job.seed for job in jobs)
        assert all(job.recipe.fit.patience == 0 for job in jobs), "no arm may choose its best epoch"


def test_the_ratios_of_paper_b_are_all_there() -> None:
    (first, second) = load_study("paper-b").at("laptop").series
    assert list(first.arms) == list(second.arms) == [0, 0.5, 1, 2, 5, 10]


def test_a_size_brings_its_own_arms_those_that_they_start_from_and_no_other_comparisons(
    tmp_path: Path,
) -> None:
    sizes = {"tiny": {"arms": ["real", "tuned"], "steps": 5, "changes": {"fit": {"epochs": 7}}}}
    study = load_study(str(small_study(tmp_path, sizes=sizes))).at("tiny")
    assert list(study.arms) == ["real", "alone", "tuned"]
    assert [(one.first, one.second) for one in study.comparisons] == [("tuned", "real")]
    assert study.series == ()
    job = jobs_of(study, tmp_path / "out", load_recipe(study.recipe))[0]
    assert job.steps == 5
    assert job.recipe.fit.epochs == 7


def test_an_arm_may_learn_for_a_share_of_the_steps(tmp_path: Path) -> None:
    sizes = {"tiny": {"arms": ["tuned"], "steps": 10}, "whole": {"arms": ["tuned"]}}
    study = load_study(str(small_study(tmp_path, sizes=sizes)), ("arms.tuned.steps_share=0.25",))
    steps = {name: [job.steps for job in jobs_of(study.at(name), tmp_path)[:2]] for name in sizes}
    assert steps == {"tiny": [10, 2], "whole": [None, None]}
    assert steps_of(study.arms["tuned"], SizeRecipe(steps=1)) == 1


def test_changes_reach_deep_and_leave_the_rest() -> None:
    base = {"fit": {"epochs": 3, "batch": 8}, "name": "x"}
    assert merged(base, {"fit": {"epochs": 5}}) == {"fit": {"epochs": 5, "batch": 8}, "name": "x"}
    assert base["fit"] == {"epochs": 3, "batch": 8}


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("arms.real.reel=5", "unknown key; did you mean"),
        ("arms.plus.synthetic=[{set: other, times: 1}]", "wants the set other; sets has drawn"),
        ("arms.plus.synthetic=[{set: drawn}]", "exactly one of times, per_class and fill_to"),
        ("arms.real.starts_from=tuned", "must stand above it"),
        ("arms.real.trained_on_real=false", "needs synthetic ones"),
        ("arms.pooled.real=5", "takes all real faces"),
        ("seeds=[0]", "seeds"),
        ("seeds=[0, 1, 0]", "name each seed once"),
        ("arms.pooled.starts_from=real", "only one of them is pooled"),
        ("arms.plus.synthetic=[{set: drawn, times: 1}, {set: drawn, fill_to: 9}]", "name each set once"),
        ("comparisons=[{first: plus, second: nobody}]", "names the arm nobody; there are real, plus"),
    ],
)
def test_a_fault_is_one_line_that_says_what_to_do(tmp_path: Path, override: str, told: str) -> None:
    with pytest.raises(RecipeError) as error:
        load_study(str(small_study(tmp_path)), (override,))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_an_override_reaches_one_arm_even_if_others_share_its_changes_and_names_have_dots() -> None:
    before, after = (load_study("few-plus", told) for told in ((), ("arms.alone.changes.augment.scale=0.3",)))
    assert after.arms["alone"].changes["augment"]["scale"] == 0.3
    assert after.arms["real-changed"] == before.arms["real-changed"]
    assert load_study("paper-b", ("arms.r50-0.5x.real=60",)).arms["r50-0.5x"].real == 60


def test_an_unknown_study_and_an_unknown_size_name_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"no such study; there are .*few-plus"):
        load_study("few-minus")
    with pytest.raises(RecipeError, match="--size huge: the study small has tiny, steps"):
        load_study(str(small_study(tmp_path))).at("huge")


def test_changes_that_the_fits_recipe_does_not_know_name_the_arm(tmp_path: Path) -> None:
    study: StudyRecipe = load_study(str(small_study(tmp_path)), ("arms.real.changes={fit: {epoch: 3}}",))
    with pytest.raises(RecipeError, match=r"small, arm real: fit.epoch: unknown key"):
        jobs_of(study.at("tiny"), tmp_path / "out")
