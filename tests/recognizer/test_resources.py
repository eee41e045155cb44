"""Files that come with the program, found from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recognizer import resources
from recognizer.resources import given_or_shipped, package_file, shipped
from tests.data import REPOSITORY


def test_a_checkout_has_its_files_at_the_top() -> None:
    assert resources.checkout() == REPOSITORY
    assert shipped("models", "emotion.yaml") == REPOSITORY / "models" / "emotion.yaml"
    assert package_file("player", "assets", "icon.svg").is_file()


def test_a_shipped_name_is_understood_in_any_folder_and_a_file_there_goes_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    card, recipe = Path("models/emotion.yaml"), Path("training/recipes/emotion.yaml")
    assert given_or_shipped(card) == REPOSITORY / card
    assert given_or_shipped(recipe) == REPOSITORY / recipe
    (tmp_path / "models").mkdir()
    (tmp_path / card).write_text("mine")
    assert given_or_shipped(card) == card


@pytest.mark.parametrize(
    "name", ["models/mine.yaml", "player/config.py", "emotion.yaml", "/nowhere/x.yaml", "."]
)
def test_other_names_stay_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert given_or_shipped(Path(name)) == Path(name)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have folders of their own")
def test_a_face_model_beside_the_others_goes_before_the_one_in_the_cache(tmp_path: Path) -> None:
    program = "from recognizer.face_model import FACE_MODEL_PATH; print(FACE_MODEL_PATH)"
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", program]
    shown = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    beside, cached = shipped("models", "face_landmarker.task"), tmp_path / "sonrisa" / "face_landmarker.task"
    assert shown.stdout.strip() == str(beside if beside.exists() else cached)
