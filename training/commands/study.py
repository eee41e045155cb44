"""`study NAME|FILE`: fit every arm with every seed, and write one report."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from recognizer.errors import UsageError
from recognizer.invocation import as_typed
from training.fit_recipe import Recipe, load_recipe
from training.option_types import at_least_one
from training.recipe_file import write_model
from training.report.document import Origin, write_json, write_text
from training.report.machine import machine, versions
from training.study.dataset_cache import prepared
from training.study.document import document
from training.study.findings import Findings, find
from training.study.job import jobs_of
from training.study.page import aims, render, verdicts
from training.study.runner import Launch, Running, WorkerPool, finished, run_all
from training.study.study_recipe import StudyRecipe, load_study, shipped
from training.study.words import best_sentence, interval_text, trained_on

PROGRAM = as_typed("python -m training study")


def main(argv: Sequence[str], launch: Launch = Running) -> int:
    """Run a study, or go on with one; returns the exit code. `launch` starts a fit."""
    options = _parser().parse_args(argv)
    whole = load_study(options.study, tuple(options.set))
    size = options.size or next(iter(whole.sizes))
    study = whole.at(size)
    out = options.out or Path("runs") / f"study-{study.name}-{size}"
    base = load_recipe(study.recipe)
    jobs = jobs_of(study, out, base)
    if options.plan:
        _print_plan(study, [job.name for job in jobs if not finished(job)], len(jobs))
        return 0
    if not options.resume and any(job.run.exists() for job in jobs):
        raise UsageError(
            f"{out}: holds a study already; --resume goes on with it, another --out starts afresh"
        )
    jobs = prepared(jobs)
    out.mkdir(parents=True, exist_ok=True)
    write_model(study, out / "study.yaml")
    run_all(jobs, WorkerPool(options.at_once, options.processes, options.threads), launch)
    findings = find(study, out)
    origin = _origin(argv, study, jobs[0].recipe)
    write_text(render(findings, origin), out / "report.html")
    write_json(document(findings, origin), out / "report.json")
    _print(findings)
    print(f"written: {out / 'report.html'}\nwritten: {out / 'report.json'}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        PROGRAM, description="Fit every arm of a study with every seed, compare them, write a report."
    )
    parser.add_argument("study", help=f"{', '.join(shipped())}, or a YAML file of your own")
    parser.add_argument("--out", type=Path, help="folder for runs and report (default: runs/study-NAME-SIZE)")
    parser.add_argument("--size", help="such as laptop or gpu (default: the study's first)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override, e.g. seeds=[0,1,2,3,4]"
    )
    parser.add_argument("--resume", action="store_true", help="go on; finished fits are kept")
    parser.add_argument("--plan", action="store_true", help="say which fits it would run, and stop")
    parser.add_argument("--at-once", type=at_least_one, default=1, metavar="N", help="fits at the same time")
    parser.add_argument(
        "--processes", type=at_least_one, default=1, metavar="N", help="processes for each fit, by torchrun"
    )
    parser.add_argument("--threads", type=at_least_one, metavar="N", help="threads of each process")
    return parser


def _print_plan(study: StudyRecipe, left: Sequence[str], total: int) -> None:
    print(f"{study.title}\n{len(left)} of {total} fits are left:")
    print("\n".join(f"  {name}" for name in left))


def _print(findings: Findings) -> None:
    width = max(len(one.recipe.title) for one in findings.arms)
    for one in findings.arms:
        accuracy = one.accuracy.value or 0.0
        print(
            f"{one.recipe.title:<{width}}  {accuracy:6.1%}  ({interval_text(one.accuracy)})  {trained_on(one)}"
        )
    for sentence in [*verdicts(findings), *map(best_sentence, findings.series), *aims(findings)]:
        print(sentence)


def _origin(argv: Sequence[str], study: StudyRecipe, recipe: Recipe) -> Origin:
    return Origin(
        made=datetime.now(UTC).date().isoformat(),
        command=f"{PROGRAM} {shlex.join(argv)}",
        faces_from=str(recipe.data.faces),
        seed=study.seeds[0],
        versions=versions(),
        machine=machine(),
    )
