from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from player.music.analysis.mood_model import DEFAULT_CARD, MoodModel
from player.music.analysis.sound_features import COLUMNS
from training.__main__ import main as training_main
from training.music.command import chosen, main
from training.music.export import CAVEAT

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def model_path(tables: Path, tmp_path: Path) -> Path:
    """A model that the command made."""
    out = tmp_path / "made" / "mood.onnx"
    assert main([str(tables), "--out", str(out)]) == 0
    return out


def test_the_command_writes_a_model_that_the_player_can_use_and_a_report_of_it(
    model_path: Path, tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = yaml.safe_load(model_path.with_suffix(".yaml").read_text())
    model = MoodModel.load(model_path.with_suffix(".yaml"))
    quiet, loud = (
        model.mood({**dict.fromkeys(COLUMNS, 0.0), "loudness_mean": level}) for level in (-1.5, 1.5)
    )
    low, high = card["accuracy"]["test_r2_interval_95"]["arousal"]
    assert loud.arousal > quiet.arousal + 0.5
    assert 0 < low <= card["accuracy"]["test_r2"]["arousal"] <= high

    code = main([str(tables), "--out", str(model_path), "--report", str(tmp_path / "report")])

    said = capsys.readouterr().out
    found = json.loads((tmp_path / "report" / "music_mood.json").read_text())
    assert code == 0
    assert found["r2"]["arousal"]["value"] == pytest.approx(card["accuracy"]["test_r2"]["arousal"], abs=1e-3)
    assert found["transfer"]["abroad"]["arousal"]["value"] > 0.8, "its songs are the same ones here"
    assert (tmp_path / "report" / "music_mood.png").read_bytes().startswith(b"\x89PNG")
    assert f"arousal  R2 {found['r2']['arousal']['value']:.3f} [" in said
    assert said.splitlines()[-1] == f"note: {CAVEAT}"


def test_a_model_of_another_recipe_is_not_judged(
    model_path: Path, tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card_path = model_path.with_suffix(".yaml")
    whole = card_path.read_text()
    order = ["music", str(tables), "--out", str(model_path), "--report", str(tmp_path / "report")]
    card_path.write_text(whole.replace("tempo", "mood"))
    assert training_main(order) == 1
    model_path.write_bytes(b"another model")
    assert training_main(order) == 1
    model_path.unlink()
    assert training_main(order) == 1

    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ", 2)[2] for line in lines] == [
        "was fitted by another recipe; fit it anew without --report",
        "is not the file that mood.yaml describes; fit it anew",
        "cannot be read (No such file or directory); fit a model first",
    ]
    assert not (tmp_path / "report").exists()


def test_of_blends_that_explain_alike_the_one_that_holds_elsewhere_is_taken() -> None:
    assert chosen({"a": 0.560, "b": 0.558, "c": 0.5}, {"a": 0.5, "b": 0.6, "c": 0.9}) == "b"
    assert chosen({"a": 0.560, "b": 0.55}, {"a": 0.5, "b": 0.6}) == "a"


def test_the_shipped_card_warns_of_what_a_new_one_warns_of() -> None:
    assert yaml.safe_load(DEFAULT_CARD.read_text())["caveat"] == CAVEAT
