"""A recipe says at once which of its keys is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.errors import RecipeError
from training.fit_recipe import dump_recipe, load_recipe
from training.fitting.run_folder import changed_keys

SHIPPED = Path(__file__).parents[2] / "training" / "recipes"


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_recipe_is_valid(path: Path) -> None:
    assert load_recipe(path).name


def test_the_resolved_recipe_reads_back_equal(tmp_path: Path) -> None:
    recipe = load_recipe(SHIPPED / "emotion.yaml", ("fit.epochs=3", "data.faces=/elsewhere/fer2013.csv"))
    assert recipe.fit.epochs == 3
    assert recipe.data.faces == Path("/elsewhere/fer2013.csv")
    dump_recipe(recipe, tmp_path / "resolved.yaml")
    assert load_recipe(tmp_path / "resolved.yaml") == recipe


@pytest.mark.parametrize(
    ("override", "complaint"),
    [
        ("fit.epoch=3", r"fit.epoch: unknown key; did you mean fit.epochs\?"),
        ("net.mixup=1", r"net.mixup: unknown key; did you mean fit.mixup\?"),
        ("qqq=1", "qqq: unknown key; known here: name, data, net, augment, fit, export"),
        ("fit.micro_batches=5", "batch must be a multiple of micro_batches"),
        ("fit.class_weights={happy: 1}", "class_weights needs exactly angry"),
        ("net.kind=timm", "kind timm needs the model's name"),
        ("net.name=resnet18", "belong to kind: timm"),
        ("net.mean=[1, 2]", "one number, or one for each channel"),
        ("fit.sizes=[{from_epoch: 3, size_px: 48}]", "the first entry of sizes must be from_epoch: 0"),
        ("fit.class_weights=much", r"fit.class_weights: Input should be 'none', .* \(got 'much'\)"),
        (
            "fit.class_weights={happy: x}",
            r"fit.class_weights.happy: Input should be a valid number, .* \(got 'x'\)",
        ),
        ("fit.sizes=48", "fit.sizes: Input should be a list"),
        ("augment.erase_sides=[0.4, 0.1]", r"augment.erase_sides: must be \[low, high\]"),
        ("fit.epochs=[", "the value is not valid YAML"),
        ("fit.epochs=0", "fit.epochs: .*greater than or equal to 1.*got 0"),
        ("fit.seed=-1", "fit.seed: .*greater than or equal to 0"),
        ("fit.seed=1000000000000", "fit.seed: .*less than or equal to 4294967295"),
        ("data.protocol.seed=-1", "data.protocol.seed: .*greater than or equal to 0"),
        ("net.dropout=2", "net.dropout: .*less than or equal to 1"),
        ("fit.epochs", "write KEY=VALUE"),
        ("name.x=1", "name is a value"),
    ],
)
def test_a_wrong_key_or_value_is_named(override: str, complaint: str) -> None:
    with pytest.raises(RecipeError, match=complaint):
        load_recipe(SHIPPED / "emotion.yaml", (override,))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("a: [", "not valid YAML"), ("- 1", "a recipe is a mapping"), ("name: x", "data")],
)
def test_a_file_that_is_no_recipe_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "r.yaml").write_text(content)
    with pytest.raises(RecipeError, match=complaint):
        load_recipe(tmp_path / "r.yaml")


def test_a_missing_recipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="No such file"):
        load_recipe(tmp_path / "none.yaml")


def test_a_recipe_of_the_first_release_still_reads(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(
        "name: emotion\ndata: {faces: a.csv, votes: b.csv}\nnet: {widths: [8], blocks: [1], dropout: 0.3}\n"
        "fit: {epochs: 2, batch: 384, optimizer: muon, sizes: [{from_epoch: 0, size_px: 32}]}\n"
    )
    recipe = load_recipe(tmp_path / "old.yaml")
    assert recipe.net.kind == "small"
    assert recipe.data.votes_as == "head"


def test_what_a_resumed_fit_may_change_are_only_places_of_files() -> None:
    recipe = load_recipe(SHIPPED / "emotion.yaml")
    moved = load_recipe(SHIPPED / "emotion.yaml", ("data.faces=/elsewhere.csv",))
    other = load_recipe(SHIPPED / "emotion.yaml", ("fit.seed=3", "data.protocol.seed=3"))
    assert changed_keys(recipe, moved) == []
    assert changed_keys(recipe, other) == ["data.protocol.seed", "fit.seed"]
