"""A set that changes after the fit: nobody changes sides, and a resumed fit learns what it began with."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from recognizer.affect import EMOTIONS
from tests.training.data.layouts import write_images
from tests.training.drawn_faces import draw, drawn_faces
from training.__main__ import main
from training.data.data_recipe import DataRecipe, ProtocolRecipe
from training.data.faces import FaceSet, Split
from training.data.load import load_faces
from training.data.stored_split import stored_split
from training.fit_recipe import AugmentRecipe, FitRecipe, NetRecipe, Recipe
from training.recipe_file import write_model
from training.review.answers import append_answers, new_answer


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Class folders `faces`, a run of two epochs on them, and the model that it exports."""
    folder = tmp_path_factory.mktemp("fitted")
    faces = write_images(drawn_faces(4), folder / "faces", with_splits=False)
    recipe = Recipe(
        name="own",
        data=DataRecipe(faces=faces, protocol=ProtocolRecipe(kind="random", valid_share=0.2, test_share=0.3)),
        net=NetRecipe(widths=(8, 8, 16), blocks=(1, 1, 1)),
        augment=AugmentRecipe(erase_share=0),
        fit=FitRecipe(epochs=2, batch=14, precision="float32", checkpoint_minutes=1e-9),
    )
    write_model(recipe, folder / "own.yaml")
    assert main(["fit", str(folder / "own.yaml"), "--run", str(folder / "run")]) == 0
    return folder


@pytest.fixture
def changed(fitted: Path, tmp_path: Path) -> Path:
    """The same with one more face in each folder."""
    folder = tmp_path / "changed"
    shutil.copytree(fitted, folder)
    rng = np.random.default_rng(9)
    for label, emotion in enumerate(EMOTIONS):
        cv2.imwrite(str(folder / "faces" / emotion / "00.png"), draw(label, rng))
    return folder


def splits_of(faces: FaceSet) -> dict[str, str]:
    return dict(zip(faces.names.tolist(), faces.splits.tolist(), strict=True))


def at(folder: Path) -> list[str]:
    return ["--set", f"data.faces={folder / 'faces'}"]


def test_the_run_keeps_who_was_trained_on(fitted: Path) -> None:
    stored = stored_split(fitted / "run")
    assert stored is not None
    recipe = Recipe.load(fitted / "own.yaml")
    assert {name: split for (name, _), split in stored.splits.items()} == splits_of(load_faces(recipe.data))
    assert json.loads((fitted / "run" / "provenance.json").read_text())["faces"] == stored.digest


def test_new_faces_are_named_and_nobody_changes_sides(changed: Path) -> None:
    stored = stored_split(changed / "run")
    assert stored is not None
    recipe = Recipe.load(changed / "own.yaml", (f"data.faces={changed / 'faces'}",)).data
    drawn_anew, kept = load_faces(recipe), load_faces(recipe, stored=stored)
    before = {name: split for (name, _), split in stored.splits.items()}
    assert splits_of(kept) == before
    assert any(before[name] != split for name, split in splits_of(drawn_anew).items() if name in before)
    assert [line for line in kept.skipped if line.startswith("happy/00.png: was not in the set of the fit")]
    assert len(kept.skipped) == len(EMOTIONS)


def test_evaluate_and_export_use_the_splits_of_the_fit(
    changed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = changed / "run"
    assert main(["export", "--run", str(run), *at(changed)]) == 0
    assert "was not in the set of the fit" in capsys.readouterr().out
    told = {}
    places = {
        "recipe": ["--recipe", str(run / "recipe.yaml"), *at(changed)],
        "faces": ["--faces", str(changed / "faces")],
    }
    for name, where in places.items():
        out = changed / f"{name}.json"
        options = ["--json", str(out), "--no-latency", "--robustness-faces", "0"]
        assert main(["evaluate", str(run / "own.yaml"), *where, *options]) == 0
        told[name] = json.loads(out.read_text())["data"]
    stored = stored_split(run)
    assert stored is not None
    assert told["recipe"]["faces"] == told["faces"]["faces"] == list(stored.splits.values()).count("test")
    capsys.readouterr()
    assert main(["evaluate", str(run / "own.yaml"), "--faces", str(changed / "faces"), "--split", "all"]) == 0
    assert f"{len(stored.splits) + len(EMOTIONS)}" in capsys.readouterr().out


def test_a_set_without_splits_says_how_to_judge_on_it(
    fitted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faces = ["--faces", str(fitted / "faces")]
    assert main(["evaluate", "models/emotion.yaml", *faces]) == 1
    assert "--split all judges on every face" in capsys.readouterr().err
    assert main(["evaluate", "models/emotion.yaml", *faces, "--split", "all"]) == 0
    drawn = ["--set", "data.protocol.kind=random", "--set", "data.protocol.test_share=0.5"]
    assert main(["evaluate", "models/emotion.yaml", *faces, *drawn]) == 0
    assert main(["probe", "models/emotion.yaml", *faces, "--count", "20"]) == 0


def test_a_resumed_fit_goes_on_with_what_it_began_with_or_says_by_name_what_is_missing(
    changed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = ["fit", str(changed / "own.yaml"), "--run", str(changed / "run"), "--resume", *at(changed)]
    before = (changed / "run" / "weights.pt").read_bytes()
    assert main(again) == 0
    assert (changed / "run" / "weights.pt").read_bytes() == before
    stored = stored_split(changed / "run")
    assert stored is not None
    name = next(name for (name, _), split in stored.splits.items() if split == Split.TRAIN)
    (changed / "faces" / name).unlink()
    assert main(again) == 1
    assert f"its faces have changed since the fit began: 1 gone ({name})" in capsys.readouterr().err
    assert (changed / "run" / "weights.pt").read_bytes() == before


def test_a_label_that_a_review_changed_ends_a_resume(
    changed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = Recipe.load(changed / "own.yaml", (f"data.faces={changed / 'faces'}",)).data
    faces = load_faces(recipe)
    stored = stored_split(changed / "run")
    assert stored is not None
    key = next(iter(stored.splits))
    label = EMOTIONS[faces.labels[faces.names == key[0]][0]]
    said = next(str(emotion) for emotion in EMOTIONS if emotion != label)
    append_answers(changed / "faces.review.jsonl", [new_answer(key, label, said, "anna")])
    again = ["fit", str(changed / "own.yaml"), "--run", str(changed / "run"), "--resume", *at(changed)]
    assert main(again) == 1
    assert f"1 with another label ({key[0]})" in capsys.readouterr().err


def test_another_set_is_refused(fitted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = write_images(drawn_faces(1, seed=5), tmp_path / "other", with_splits=False)
    assert main(["export", "--run", str(fitted / "run"), "--set", f"data.faces={other}"]) == 1
    assert "none of these faces is one of the fit's" in capsys.readouterr().err


def test_a_fit_that_diverges_is_stopped_with_its_reason(
    fitted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wild = ["--set", "fit.optimizer=sgd", "--set", "fit.learning_rate=1000", "--set", "fit.warmup_share=0"]
    assert (
        main(
            ["fit", str(fitted / "own.yaml"), "--run", str(tmp_path / "run"), *wild, "--set", "fit.epochs=20"]
        )
        == 1
    )
    assert "the fit diverges" in capsys.readouterr().err
    assert not (tmp_path / "run" / "weights.pt").exists()


def test_the_file_is_a_table_for_everyone(fitted: Path) -> None:
    with (fitted / "run" / "splits.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert rows[0].keys() == {"name", "picture", "label", "split"}
    assert {row["split"] for row in rows} == {"train", "valid", "test"}
