"""A card says all that its model descends from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from recognizer.card import load_card
from training.data.data_recipe import DataRecipe
from training.exporting.descent import ancestors, inherited, trained_on
from training.fit_recipe import FitRecipe, NetRecipe, Recipe

SHIPPED = load_card(Path("models/emotion.yaml"))


def recipe(net: dict[str, Any] | None = None, **fit: Any) -> Recipe:
    return Recipe(
        name="mine",
        data=DataRecipe(faces=Path("my-faces")),
        net=NetRecipe(**(net or {})),
        fit=FitRecipe(**fit),
    )


def test_own_faces_say_what_the_shipped_model_was_trained_on() -> None:
    own = Recipe.load(Path("training/recipes/own_faces.yaml"))
    line = ancestors(own)
    words = trained_on("my-faces: 362 training faces", line)
    assert words.startswith("my-faces: 362 training faces; started from emotion (")
    assert "FER2013" in words
    assert words.endswith("taught by emotion (the same data)")
    assert inherited("data_terms", line, "mine") == f"mine; {SHIPPED.data_terms}"
    assert inherited("licence", line) == SHIPPED.licence
    assert own.export.head == SHIPPED.answers


def test_a_model_from_random_weights_has_no_ancestors() -> None:
    assert ancestors(recipe()) == []
    assert trained_on("faces", []) == "faces"
    assert inherited("data_terms", []) == ""


def test_weights_that_nothing_describes_are_named(tmp_path: Path) -> None:
    line = ancestors(recipe(start_from=tmp_path / "found.pt"))
    assert "of whose data nothing is known" in trained_on("faces", line)
    assert "found.pt" in trained_on("faces", line)


def test_a_run_hands_on_the_card_that_it_exported(tmp_path: Path) -> None:
    run = tmp_path / "first"
    run.mkdir()
    (run / "recipe.yaml").write_text("name: first\n")
    shutil.copy("models/emotion.yaml", run / "first.yaml")
    for taught in (recipe(start_from=run / "weights.pt"), recipe(teacher=run)):
        (one,) = ancestors(taught)
        assert one.card == SHIPPED
