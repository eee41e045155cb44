"""A drawn data set through all filters: tables that others can read, and a reason for every face that went."""

from __future__ import annotations

import csv
import json
import re
import shutil
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from recognizer.affect import EMOTIONS, Emotion
from recognizer.capture import open_source
from recognizer.crop import align
from recognizer.faces import FaceFinder
from tests.recognizer.models import write_model as write_card
from tests.training.drawn_faces import drawn_faces, write_fer2013
from training.__main__ import main
from training.data.copies import correlation_to_nearest
from training.data.data_recipe import DataRecipe
from training.data.load import load_faces
from training.recipe_file import write_model
from training.synthesis.dataset import synthesize
from training.synthesis.dataset_recipe import SynthesisRecipe
from training.synthesis.facs import UNITS
from training.synthesis.filters.faces import read_faces
from training.synthesis.filters.filter_recipe import (
    BalanceRecipe,
    CopiesRecipe,
    FilterRecipe,
    LabelsRecipe,
    RealismRecipe,
    UnitsRecipe,
)
from training.synthesis.filters.observations import Observer
from training.synthesis.filters.pipeline import filter_faces
from training.synthesis.filters.result import KEPT, REJECTED, SHEET, SUMMARY

PER_CLASS = 4


@pytest.fixture(scope="module")
def drawn_set(drawn: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """28 drawn faces, 7 of them copies of the first."""
    folder = tmp_path_factory.mktemp("drawn") / "set"
    recipe = SynthesisRecipe(name="t", generator=drawn, faces_per_class=PER_CLASS, size_px=48)
    synthesize(recipe, folder, processes=1, show_progress=False)
    pictures = sorted((folder / "images").glob("*.png"))
    for copy in pictures[1:8]:
        shutil.copyfile(pictures[0], copy)
    return folder


@pytest.fixture
def folder(drawn_set: Path, tmp_path: Path) -> Path:
    """A set of one's own to filter."""
    shutil.copytree(drawn_set, tmp_path / "set")
    return tmp_path / "set"


@pytest.fixture
def recipe(tmp_path: Path) -> FilterRecipe:
    """All filters that need no landmarks, with real faces and a model that the test made."""
    images, _ = write_fer2013(drawn_faces(6, seed=9), tmp_path)
    card = write_card(tmp_path)
    return FilterRecipe(
        name="t",
        real=DataRecipe(faces=images),
        copies=CopiesRecipe(correlation=0.9999),
        labels=LabelsRecipe(cards=(card,), keep_at=0.05),
        realism=RealismRecipe(card=card, lowest_share=0.2, beyond=None, folds=3),
        balance=BalanceRecipe(),
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_face_is_kept_or_rejected_with_a_reason(folder: Path, recipe: FilterRecipe) -> None:
    result = filter_faces(folder, recipe, show_progress=False)
    kept, rejected = rows_of(folder / KEPT), rows_of(folder / REJECTED)
    paths = [row["path"] for row in rows_of(folder / "faces.csv")]
    assert sorted(row["path"] for row in kept + rejected) == paths
    assert len(kept) == len(result.kept) > 0
    assert all(row["reason"] and row["filter"] in recipe.sections for row in rejected)
    assert [row["filter"] for row in rejected if "images/000000.png" in row["reason"]] == ["copies"] * 7


def test_what_each_filter_alone_would_keep_is_written_where_asked_for(
    folder: Path, recipe: FilterRecipe
) -> None:
    filter_faces(folder, recipe, show_progress=False)
    assert not list(folder.glob("kept_*.csv"))
    filter_faces(folder, recipe, show_progress=False, each=True)
    assert {path.name for path in folder.glob("kept_*.csv")} == {
        f"kept_{name}.csv" for name in recipe.sections
    }
    together = {row["path"] for row in rows_of(folder / KEPT)}
    alone = {name: {row["path"] for row in rows_of(folder / f"kept_{name}.csv")} for name in recipe.sections}
    assert len(alone["copies"]) == len(EMOTIONS) * PER_CLASS - 7
    assert together <= alone["copies"]
    filter_faces(folder, recipe.only("labels"), show_progress=False)
    assert {row["path"] for row in rows_of(folder / KEPT)} == alone["labels"]
    # Those of the run before would seem to belong to this one.
    assert not list(folder.glob("kept_*.csv"))


def test_filters_judge_only_what_is_left_and_the_summary_adds_up(folder: Path, recipe: FilterRecipe) -> None:
    result = filter_faces(folder, recipe, show_progress=False)
    summary = json.loads((folder / SUMMARY).read_text())
    judged = len(EMOTIONS) * PER_CLASS
    for name in recipe.sections:
        assert summary["filters"][name]["judged"] == judged
        judged -= summary["filters"][name]["rejected"]
    assert judged == sum(summary["kept"].values()) == len(result.kept)
    assert sum(summary["kinds"].values()) == summary["faces"] - judged
    assert 0 <= summary["measured"]["told_from_real"] <= 1


def test_what_is_kept_can_be_trained_on_with_its_new_labels(folder: Path, recipe: FilterRecipe) -> None:
    """The tiny model reads every face as the first emotion; sure enough, all others are relabelled."""
    sure = recipe.labels.model_copy(update={"keep_at": 0.9, "relabel_at": 0.0}) if recipe.labels else None
    only_labels = FilterRecipe(name="t", labels=sure)
    result = filter_faces(folder, only_labels, show_progress=False)
    assert result.kept_by_label[EMOTIONS[0]] == len(EMOTIONS) * PER_CLASS
    faces = load_faces(DataRecipe(faces=folder / KEPT))
    assert (faces.labels == 0).all()
    assert {row["meant"] for row in rows_of(folder / KEPT)} == set(EMOTIONS)


def test_filtering_again_gives_the_same_and_leaves_the_set_alone(folder: Path, recipe: FilterRecipe) -> None:
    before = (folder / "faces.csv").read_bytes()
    filter_faces(folder, recipe, show_progress=False)
    first = [(folder / name).read_bytes() for name in (KEPT, REJECTED, SUMMARY)]
    filter_faces(folder, recipe, show_progress=False)
    assert [(folder / name).read_bytes() for name in (KEPT, REJECTED, SUMMARY)] == first
    assert (folder / "faces.csv").read_bytes() == before


def test_the_command_prints_a_table_and_draws_a_sheet(
    folder: Path, recipe: FilterRecipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "filter.yaml"
    write_model(recipe, path)
    assert main(["filter", str(folder), str(path)]) == 0
    said = capsys.readouterr().out
    assert "copies" in said
    assert "kept" in said
    assert cv2.imread(str(folder / SHEET)) is not None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("labels.keep=1", r"unknown key; did you mean labels\.keep_at"),
        ("balance={attributes: [height]}", "attribute height is unknown"),
        ("seed=-1", "seed: .*greater than or equal to 0"),
        ("real=null", "name them in the section real"),
    ],
)
def test_a_wrong_recipe_is_one_clear_line(
    folder: Path,
    recipe: FilterRecipe,
    tmp_path: Path,
    change: str,
    fault: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "filter.yaml"
    write_model(recipe, path)
    assert main(["filter", str(folder), str(path), "--set", change]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.search(fault, error)


def test_a_folder_that_is_no_set_and_a_broken_picture_are_named(
    folder: Path, recipe: FilterRecipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "filter.yaml"
    write_model(recipe, path)
    assert main(["filter", str(tmp_path), str(path)]) == 1
    assert "give a folder that synthesize finished" in capsys.readouterr().err
    (folder / "images" / "000003.png").write_bytes(b"broken")
    assert main(["filter", str(folder), str(path)]) == 1
    assert "000003.png" in capsys.readouterr().err
    assert not (folder / KEPT).exists()


def test_where_no_face_is_left_the_reasons_are_there(
    folder: Path, recipe: FilterRecipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "filter.yaml"
    strict = LabelsRecipe(cards=recipe.labels.cards if recipe.labels else (), keep_at=1.0, relabel_at=1.0)
    write_model(FilterRecipe(name="t", labels=strict), path)
    assert main(["filter", str(folder), str(path)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"training: {folder}: no face is left (labels rejected 28); rejected.csv has the reasons, loosen a filter"
    )
    assert len(rows_of(folder / REJECTED)) == len(EMOTIONS) * PER_CLASS
    assert rows_of(folder / KEPT) == []


def test_a_table_that_cannot_be_written_is_one_clear_line(
    folder: Path, recipe: FilterRecipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "filter.yaml"
    write_model(recipe.only("labels"), path)
    (folder / KEPT).mkdir()
    assert main(["filter", str(folder), str(path)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"training: {folder / KEPT}: Is a directory; the set is kept: make room or mend it,"
        " then run the same command again"
    )


def test_a_recipe_without_any_filter_is_refused() -> None:
    with pytest.raises(ValueError, match="no filter is switched on"):
        FilterRecipe(name="empty")


def test_the_table_of_a_set_is_read_as_it_was_meant(folder: Path) -> None:
    faces = read_faces(folder)
    assert faces[0].emotion == Emotion.ANGRY
    assert faces[0].units == {12: 0.5}
    assert set(faces[0].attributes) >= {"age_group", "obstruction"}


def test_a_copy_of_a_cut_out_photograph_is_found_in_a_portrait(
    smiling_clip: Path, face_model: Path, tmp_path: Path
) -> None:
    with open_source(str(smiling_clip)) as clip, FaceFinder(face_model) as finder:
        frame = next(frame for frame in clip if frame.index == 60)
        photograph = align(frame.image, finder.find(frame)[0].landmarks_px)
    cv2.imwrite(str(tmp_path / "portrait.png"), frame.image)
    likeness = {}
    for crop in ("aligned", "whole"):
        with closing(
            Observer(FilterRecipe(name="t", crop=crop, copies=CopiesRecipe(of_real=False)))
        ) as observer:
            seen = observer.observe(tmp_path, ["portrait.png"], show_progress=False)
        likeness[crop] = float(correlation_to_nearest(seen.thumbnails, photograph[None])[0])
    assert likeness["aligned"] > CopiesRecipe().correlation
    assert likeness["whole"] < 0.5


def test_landmarks_are_found_on_small_tight_faces(
    smiling_clip: Path, face_model: Path, tmp_path: Path
) -> None:
    """A real smile, cut out tightly and shrunk as a generator would draw it, is measured; a grey square is not."""
    with open_source(str(smiling_clip)) as clip, FaceFinder(face_model) as finder:
        frame = next(frame for frame in clip if frame.index == 60)
        box = finder.find(frame)[0].box
    top, left, side = (round(v) for v in (box.top_px, box.left_px, max(box.width_px, box.height_px)))
    cv2.imwrite(
        str(tmp_path / "tight.png"), cv2.resize(frame.image[top : top + side, left : left + side], (64, 64))
    )
    cv2.imwrite(str(tmp_path / "none.png"), np.full((48, 48, 3), 120, np.uint8))
    observer = Observer(FilterRecipe(name="units", crop="aligned", units=UnitsRecipe()))
    try:
        seen = observer.observe(tmp_path, ["tight.png", "none.png"], show_progress=False)
    finally:
        observer.close()
    assert seen.units[0, UNITS.index(12)] > 0.5
    assert np.isnan(seen.units[1]).all()
    assert seen.thumbnails.shape == (2, 48, 48)
