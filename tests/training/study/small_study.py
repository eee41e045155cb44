"""A study of drawn faces that a tiny net does in seconds; its synthetic faces are drawn ones too, on disk."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS
from tests.training.drawn_faces import draw, drawn_faces, write_fer2013
from training.fit_recipe import AugmentRecipe, DataRecipe, FitRecipe, NetRecipe, Recipe, dump_recipe
from training.study.job import Job
from training.study.one_fit import run_job
from training.study.runner import Running, WorkerPool

TINY = NetRecipe(widths=(8,), blocks=(1,), size_px=24)


def blotched(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """With stains, so that no two drawn faces are near copies of each other."""
    stains = cv2.resize(rng.normal(0, 45, (6, 6)), image.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(image + stains, 0, 255), np.uint8)


def write_recipe(folder: Path) -> Path:
    """Eight drawn faces of each emotion and split, and a recipe that is over in a second."""
    rng = np.random.default_rng(3)
    faces = drawn_faces(8)
    stained = replace(faces, images=np.stack([blotched(image, rng) for image in faces.images]))
    recipe = Recipe(
        name="small",
        data=DataRecipe(faces=write_fer2013(stained, folder)[0]),
        net=TINY,
        augment=AugmentRecipe(erase_share=0),
        fit=FitRecipe(epochs=2, batch=14, precision="float32", average_decay=0.5),
    )
    dump_recipe(recipe, folder / "small.yaml")
    return folder / "small.yaml"


def write_synthetic(folder: Path, per_class: int = 10) -> Path:
    """A set as `synthesize` leaves it, and kept.csv of its first half as the filters would."""
    (folder / "images").mkdir(parents=True)
    rng = np.random.default_rng(7)
    rows = []
    for number in range(per_class):
        for label, emotion in enumerate(EMOTIONS):
            name = f"images/{number}-{emotion}.png"
            cv2.imwrite(str(folder / name), blotched(draw(label, rng), rng))
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
    recipe = write_recipe(folder)
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
            {"first": "pooled", "second": "real", "judged": "drawn"},
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

    def __init__(self, job: Job, pool: WorkerPool) -> None:
        self.job = job
        run_job(job)

    def ended(self) -> bool:
        return True

    def stop(self) -> None:
        pass
