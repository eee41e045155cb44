"""A study of drawn faces that a tiny net does in seconds; its synthetic faces are drawn ones too, on disk."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml

from recognizer.affect import EMOTIONS
from tests.training.drawn_faces import draw
from tests.training.small_fit import small_recipe
from training.recipe import NetRecipe
from training.study.job import Job
from training.study.one_fit import run_job
from training.study.runner import Fleet, Running

TINY = NetRecipe(widths=(8,), blocks=(1,))


def write_synthetic(folder: Path, per_class: int = 10) -> Path:
    """A set as `synthesize` leaves it, and kept.csv of its first half as the filters would."""
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(7)
    rows = []
    for number in range(per_class):
        for label, emotion in enumerate(EMOTIONS):
            name = f"images/{number}-{emotion}.png"
            cv2.imwrite(str(folder / name), draw(label, rng))
            rows.append({"path": name, "label": str(emotion), "split": "train", "subject": name})
    for table, some in (("faces.csv", rows), ("kept.csv", rows[: len(rows) // 2])):
        with (folder / table).open("w", newline="") as file:
            written = csv.DictWriter(file, list(rows[0]))
            written.writeheader()
            written.writerows(some)
    return folder


def small_study(folder: Path, **changes: Any) -> Path:
    """Write faces, a recipe and a study of five arms; `changes` replace keys of the study."""
    folder.mkdir(exist_ok=True)
    recipe = small_recipe(folder, per_class=8, net=TINY, epochs=2, batch=14, sizes=())
    study: dict[str, Any] = {
        "name": "small",
        "title": "Do drawn faces help?",
        "question": "Whether more of the same helps.",
        "limits": ["Drawn faces are no people."],
        "recipe": str(recipe),
        "sets": {"drawn": {"faces": str(write_synthetic(folder / "synthetic")), "made_by": "draw them"}},
        "arms": {
            "real": {"title": "4 real faces of each emotion", "real": 4},
            "plus": {
                "title": "the same and twice as many drawn ones",
                "real": 4,
                "synthetic": [{"set": "drawn", "times": 2}],
                "aim": 0.01,
            },
            "alone": {
                "title": "drawn faces alone",
                "real": 4,
                "trained_on_real": False,
                "synthetic": [{"set": "drawn", "times": 1, "filtered": True}],
            },
            "tuned": {"title": "drawn ones first", "real": 4, "starts_from": "alone"},
            "pooled": {
                "title": "pooled 80/10/10",
                "pooled": True,
                "synthetic": [{"set": "drawn", "per_class": 10}],
            },
        },
        "comparisons": [
            {"first": "plus", "second": "real", "aim_points": 1, "aim_relative": 0.3},
            {"first": "tuned", "second": "real"},
            {"first": "pooled", "second": "real", "on": "drawn"},
        ],
        "series": [{"title": "4 real faces", "quantity": "ratio", "arms": {0: "real", 2: "plus"}}],
        "curves": True,
        "seeds": [0, 1],
        "sizes": {"tiny": {}, "steps": {"steps": 6, "arms": ["real", "plus"]}},
    }
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study | changes, sort_keys=False))
    return path


class InProcess(Running):
    """A fit in this process: quicker than a new interpreter for each."""

    def __init__(self, job: Job, fleet: Fleet) -> None:
        self.job = job
        run_job(job)

    def ended(self) -> bool:
        return True

    def stop(self) -> None:
        pass
