"""A recipe says at once which of its keys is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.errors import RecipeError
from training.recipe import dump_recipe, load_recipe

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
        ("fit.epoch=3", "fit.epoch: unknown key"),
        ("fit.epochs=0", "fit.epochs: .*greater than or equal to 1.*got 0"),
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
