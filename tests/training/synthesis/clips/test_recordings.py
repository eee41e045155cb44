"""An audience on disk: clips, their truth, tables that the ad lab and the studies read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from player.reactions.recordings import list_recordings
from recognizer.affect import EMOTIONS, Emotion
from tests.training.synthesis.clips.test_audience import recipe
from training.__main__ import main
from training.data.data_recipe import DataRecipe
from training.data.reactions import ReactionReader
from training.data.rows import Row
from training.errors import RecipeError
from training.recipe_file import write_model
from training.synthesis.clips import recordings as made_here
from training.synthesis.clips.audience import AudienceRecipe
from training.synthesis.clips.clip import ClipRequest
from training.synthesis.clips.recordings import record_audience
from training.synthesis.rendered.engine.renderer import RendererError
from training.synthesis.rendered.geometry.bake import AnatomyError

TINY: dict[str, object] = {"viewers": 2, "size_px": [96, 72], "frames_per_second": 4, "answer_share": 1.0}
ONE_FILM = {"films": {"cars": [{"film": "race", "scenes": [["fear", 1.5]]}]}, "rest_seconds": 1.0}


@pytest.fixture(scope="module")
def asked() -> AudienceRecipe:
    """Two viewers of one short film."""
    return recipe(**TINY, **ONE_FILM)


@pytest.fixture(scope="module")
def folder(asked: AudienceRecipe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their recordings."""
    made = tmp_path_factory.mktemp("audience")
    try:
        assert record_audience(asked, made, processes=1, show_progress=False) == 2
    except (AnatomyError, RendererError) as error:
        pytest.skip(str(error))
    return made


def test_every_recording_lies_beside_what_its_face_did(folder: Path) -> None:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file())
    clips = [f"cars/race/V00{viewer}.{ending}" for viewer in (1, 2) for ending in ("csv", "mp4")]
    assert names == [*clips, "reactions.csv", "recipe.yaml", "recordings.csv", "version.txt"]
    with (folder / "cars/race/V001.csv").open(encoding="utf-8", newline="") as file:
        assert {row["emotion"] for row in csv.DictReader(file)} == {"neutral", "fear"}


def test_training_reads_the_reactions(folder: Path) -> None:
    reader, path = ReactionReader(), folder / "reactions.csv"
    assert reader.recognises(path)
    data = DataRecipe.model_validate({"faces": path, "frames_per_second": 4})
    rows = [row for row in reader.rows(path, data) if isinstance(row, Row)]
    assert {(row.subject, row.category) for row in rows} == {("V001", "cars"), ("V002", "cars")}
    assert {EMOTIONS[row.label] for row in rows} == {Emotion.NEUTRAL, Emotion.FEAR}


def test_the_ad_lab_reads_the_recordings(folder: Path) -> None:
    found = list_recordings(folder)
    assert [(one.viewer, one.offset_seconds) for one in found] == [("V001", 1.0), ("V002", 1.0)]
    assert all(one.video.is_file() and one.group for one in found)


@pytest.mark.parametrize("ending", ["csv", "mp4"])
def test_what_is_there_stays_and_what_is_missing_is_made(
    folder: Path, asked: AudienceRecipe, ending: str
) -> None:
    kept, lost = folder / "cars/race/V001.mp4", folder / f"cars/race/V002.{ending}"
    before, content = kept.stat().st_mtime_ns, lost.read_bytes()
    lost.unlink()
    assert record_audience(asked, folder, processes=2, show_progress=False) == 1
    assert kept.stat().st_mtime_ns == before
    assert lost.read_bytes() == content


def test_clips_have_no_progress_bars_of_their_own(
    asked: AudienceRecipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many are made side by side on one terminal."""
    shown: list[bool] = []

    def save(request: ClipRequest, out: Path, show_progress: bool = True) -> Path:
        shown.append(show_progress)
        return out

    monkeypatch.setattr(made_here, "save_clip", save)
    monkeypatch.setattr(made_here, "baked_head", tmp_path.exists)
    record_audience(asked, tmp_path, processes=1, show_progress=False)
    assert shown == [False, False]


@pytest.mark.parametrize("mark", ["6.1\n", None])
def test_clips_of_another_version_are_not_mixed_with_it(
    asked: AudienceRecipe, tmp_path: Path, capsys: pytest.CaptureFixture[str], mark: str | None
) -> None:
    """The first versions wrote no mark."""
    write_model(asked, tmp_path / "recipe.yaml")
    if mark:
        (tmp_path / "version.txt").write_text(mark, encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    assert main(["audience", str(tmp_path / "recipe.yaml"), "--out", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "drawn by another version" in line
    assert "give another --out" in line
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_another_recipe_does_not_mix_with_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RecipeError, match="another recipe \\(viewers differ\\)"):
        record_audience(recipe(**{**TINY, **ONE_FILM, "viewers": 3}), folder)
    arguments = ["audience", str(folder / "recipe.yaml"), "--out", str(folder), "--set", "seed=9"]
    assert main(arguments) == 2
    assert "another recipe (seed differ)" in capsys.readouterr().err


def test_processes_are_counted_from_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["audience", str(folder / "recipe.yaml"), "--out", str(folder), "--processes", "0"])
    assert "not a number from 1 on" in capsys.readouterr().err
