"""A data set comes out the same however it was drawn: at once, in parts, by many processes, or after a kill."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from recognizer.affect import EMOTIONS
from recognizer.whole_file import placing, replacing
from tests.training.synthesis.drawn_generator import FACES_BEFORE_DEATH, LICENCE, TARGET
from training.data.data_recipe import DataRecipe, ProtocolRecipe
from training.data.load import load_faces
from training.errors import DataError, RecipeError
from training.synthesis.dataset import ABANDONED_SECONDS, SynthesisResult, synthesize
from training.synthesis.dataset_recipe import SynthesisRecipe
from training.synthesis.generator import open_generator
from training.synthesis.pictures import CHUNK, picture_path, read_picture, read_record
from training.synthesis.plan import Shard, make_plan
from training.synthesis.request import ATTRIBUTES
from training.synthesis.tables import read_provenance

REPOSITORY = Path(__file__).parents[3]
FACES = 2 * len(EMOTIONS)

pytestmark = pytest.mark.usefixtures("drawn")


def recipe_of(**changes: Any) -> SynthesisRecipe:
    content = {"name": "test", "generator": "drawn", "faces_per_class": 2, "size_px": 24, **changes}
    return SynthesisRecipe.model_validate(content)


def run(recipe: SynthesisRecipe, folder: Path, shard: Shard | None = None, **how: Any) -> SynthesisResult:
    return synthesize(recipe, folder, shard, **{"processes": 1, "show_progress": False, **how})


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def whole(drawn: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set that was drawn at once; not to be changed."""
    folder = tmp_path_factory.mktemp("whole")
    assert run(recipe_of(), folder) == SynthesisResult(FACES, 0, 0)
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """The same set, to be changed."""
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def test_a_set_holds_its_pictures_tables_recipe_and_sheets(whole: Path) -> None:
    names = set(contents(whole))
    assert {picture_path(index) for index in range(FACES)} < names
    assert names > {"faces.csv", "provenance.jsonl", "recipe.yaml", "sheet_by_class.png"}
    assert names > {f"sheet_by_{attribute}.png" for attribute in ATTRIBUTES}
    assert SynthesisRecipe.model_validate(yaml.safe_load((whole / "recipe.yaml").read_text())) == recipe_of()


def test_the_table_has_a_line_for_each_face_with_all_that_was_asked_and_drawn(whole: Path) -> None:
    with (whole / "faces.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == [picture_path(index) for index in range(FACES)]
    assert sorted(row["label"] for row in rows) == sorted([*EMOTIONS, *EMOTIONS])
    assert {row["split"] for row in rows} == {"train"}
    assert {row["category"] for row in rows} == {row["generator"] for row in rows} == {"drawn"}
    assert len({row["subject"] for row in rows}) == FACES
    assert {row["au12"] for row in rows} == {"0.5"}
    for row in rows:
        assert all(row[name] in set(kind) for name, kind in ATTRIBUTES.items())
        assert 0.6 <= float(row["intensity"]) <= 1


def test_each_face_has_its_provenance_in_the_table_and_in_the_picture_itself(whole: Path) -> None:
    records = list(read_provenance(whole))
    assert len(records) == FACES
    for record in records:
        assert read_record(whole / record["path"]) == record
        assert (record["generator"], record["version"], record["licence"]) == ("drawn", "1", LICENCE)
        assert record["seed"] == record["request"]["seed"]
        assert record["parameters"] == {"ink": 0}
    with Image.open(whole / picture_path(0)) as image:
        assert json.loads(image.info[CHUNK]) == records[0]


def test_each_picture_is_what_the_generator_draws_for_its_request(whole: Path) -> None:
    plan, generator = make_plan(recipe_of()), open_generator("drawn", {})
    for index, record in enumerate(read_provenance(whole)):
        request = plan.request(index)
        assert record["label"] == request.emotion
        drawn_rgb = generator.generate(request, 24).image[:, :, ::-1]
        assert np.array_equal(read_picture(whole / record["path"]), drawn_rgb)


def test_every_other_command_reads_the_set(whole: Path) -> None:
    protocol = ProtocolRecipe(valid_share=0)
    faces = load_faces(DataRecipe(faces=whole / "faces.csv", size_px=24, protocol=protocol))
    assert not faces.skipped
    assert [EMOTIONS[label] for label in faces.labels] == [r["label"] for r in read_provenance(whole)]
    assert set(faces.splits) == {"train"}
    assert set(faces.categories) == {"drawn"}
    assert len(set(faces.subjects)) == FACES
    greys = [read_picture(whole / record["path"])[:, :, 0] for record in read_provenance(whole)]
    assert np.array_equal(faces.images, np.stack(greys))


def test_many_processes_draw_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    assert run(recipe_of(), tmp_path / "many", processes=2) == SynthesisResult(FACES, 0, 0)
    assert contents(tmp_path / "many") == contents(whole)


def test_a_finished_set_is_not_drawn_again(copy: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (copy / "images").iterdir()}
    assert run(recipe_of(), copy) == SynthesisResult(0, FACES, 0)
    assert before == {path: path.stat().st_mtime_ns for path in (copy / "images").iterdir()}


def test_missing_and_broken_pictures_are_drawn_again(copy: Path) -> None:
    before = contents(copy)
    (copy / picture_path(3)).unlink()
    (copy / picture_path(5)).write_bytes(b"no picture")
    (copy / picture_path(7)).write_bytes((copy / picture_path(7)).read_bytes()[:-20])
    Image.new("RGB", (24, 24)).save(copy / picture_path(9))
    assert run(recipe_of(), copy) == SynthesisResult(4, FACES - 4, 0)
    assert contents(copy) == before


def test_pictures_of_an_older_generator_are_drawn_again(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.training.synthesis.drawn_generator.DrawnGenerator.version", "2")
    assert run(recipe_of(), copy) == SynthesisResult(FACES, 0, 0)


def test_a_table_never_mixes_two_versions_of_a_generator(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy / "faces.csv").unlink()
    monkeypatch.setattr("tests.training.synthesis.drawn_generator.DrawnGenerator.version", "2")
    half = FACES // 2
    assert run(recipe_of(), copy, Shard(0, 2)) == SynthesisResult(half, 0, half)
    assert not (copy / "faces.csv").exists()
    assert run(recipe_of(), copy, Shard(1, 2)) == SynthesisResult(half, 0, 0)
    assert {record["version"] for record in read_provenance(copy)} == {"2"}


def test_older_pictures_that_were_merged_are_left_to_their_shard(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.training.synthesis.drawn_generator.DrawnGenerator.version", "2")
    half = FACES // 2
    assert run(recipe_of(), tmp_path / "new", Shard(0, 2), merge=[whole]) == SynthesisResult(half, 0, half)
    assert not (tmp_path / "new" / "faces.csv").exists()


def test_a_broken_picture_of_another_shard_is_left_to_that_shard(copy: Path) -> None:
    before = contents(copy)
    (copy / picture_path(3)).write_bytes(b"no picture")
    assert run(recipe_of(), copy, Shard(0, 2)) == SynthesisResult(0, FACES // 2, 1)
    assert run(recipe_of(), copy, Shard(1, 2)) == SynthesisResult(1, FACES // 2 - 1, 0)
    assert contents(copy) == before


@pytest.mark.parametrize("processes", [1, 2])
def test_a_killed_run_goes_on_to_the_same_bytes(whole: Path, tmp_path: Path, processes: int) -> None:
    """A process dies by SIGKILL in the middle of the work."""
    folder, deadly = tmp_path / "killed", tmp_path / "deadly"
    recipe = recipe_of(options={"dies_if": str(deadly)})
    deadly.touch()
    died = in_new_process(recipe, folder, processes)
    assert died.returncode != 0
    if processes > 1:
        assert "run the same command again with fewer --processes" in died.stderr
    assert not (folder / "faces.csv").exists()
    leave_unfinished(folder / "images" / ".000013.png.77.tmp", ABANDONED_SECONDS + 60)
    for broken_off in (folder / "images").glob(".*.tmp"):  # what the killed processes were just writing
        leave_unfinished(broken_off, ABANDONED_SECONDS + 60)
    deadly.unlink()
    there = len(list((folder / "images").glob("*.png")))
    assert there >= FACES_BEFORE_DEATH
    assert run(recipe, folder) == SynthesisResult(FACES - there, there, 0)
    assert apart_from_recipe(contents(folder)) == apart_from_recipe(contents(whole))


def leave_unfinished(path: Path, seconds_ago: float) -> None:
    """What a process leaves that was killed so long ago."""
    path.write_bytes(b"half a picture")
    os.utime(path, (time.time() - seconds_ago,) * 2)


def test_what_another_process_is_writing_is_left_alone(copy: Path) -> None:
    """Both finish the set; all that only one of them has begun is still there for it afterwards."""
    finished = contents(copy)
    with replacing(copy / "faces.csv") as file, placing(copy / picture_path(3)) as picture:
        file.write(finished["faces.csv"])
        picture.write_bytes(finished[picture_path(3)])
        assert run(recipe_of(), copy) == SynthesisResult(0, FACES, 0)
    assert contents(copy) == finished


def test_many_may_finish_a_set_at_once(copy: Path) -> None:
    """As where a torchrun command is repeated on a finished set."""
    finished = contents(copy)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda part: run(recipe_of(), copy, Shard(part, 4)), range(4)))
    assert [result.missing for result in outcomes] == [0] * 4
    assert contents(copy) == finished


def test_a_disk_that_takes_no_more_is_one_clear_line(tmp_path: Path) -> None:
    """The process may write small files only, so the recipe but no picture; a full disk differs by its words alone."""
    failed = in_new_process(recipe_of(size_px=64), tmp_path / "set", 1, largest_file_bytes=2000)
    assert failed.returncode == 0, failed.stderr
    assert "File too large; what is drawn is kept: make room" in failed.stdout
    assert list(contents(tmp_path / "set")) == ["recipe.yaml"]
    assert run(recipe_of(size_px=64), tmp_path / "set") == SynthesisResult(FACES, 0, 0)


def test_a_recipe_that_could_not_be_written_leaves_no_half_of_itself(tmp_path: Path) -> None:
    failed = in_new_process(recipe_of(), tmp_path / "set", 1, largest_file_bytes=500)
    assert "File too large" in failed.stdout
    assert run(recipe_of(), tmp_path / "set") == SynthesisResult(FACES, 0, 0)


def in_new_process(
    recipe: SynthesisRecipe, folder: Path, processes: int, largest_file_bytes: int | None = None
) -> subprocess.CompletedProcess[str]:
    """`run` where it may die; prints the message of a DataError about the disk."""
    script = folder.with_suffix(".py")
    script.write_text(f"""
import resource
from pathlib import Path
from training.data.load import load_faces
from training.data.data_recipe import DataRecipe, ProtocolRecipe
from training.errors import DataError
from training.synthesis.dataset import synthesize
from training.synthesis.generator import GENERATORS
from training.synthesis.dataset_recipe import SynthesisRecipe
if __name__ == "__main__":
    GENERATORS["drawn"] = "{TARGET}"
    recipe = SynthesisRecipe.model_validate({recipe.model_dump(mode="json")})
    limit = {largest_file_bytes}
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        synthesize(recipe, Path("{folder}"), None, {processes}, (), False)
    except DataError as error:
        if not limit:
            raise
        print(error)
""")
    return subprocess.run(
        [sys.executable, str(script)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def apart_from_recipe(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name != "recipe.yaml"}


def test_shards_in_one_folder_become_the_whole_set(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    assert run(recipe_of(), folder, Shard(1, 2)) == SynthesisResult(7, 0, 7)
    assert not (folder / "faces.csv").exists()
    assert run(recipe_of(), folder, Shard(0, 2)) == SynthesisResult(7, 0, 0)
    assert contents(folder) == contents(whole)


def test_shards_of_several_machines_are_merged(whole: Path, tmp_path: Path) -> None:
    run(recipe_of(), tmp_path / "a", Shard(0, 3))
    run(recipe_of(), tmp_path / "b", Shard(1, 3))
    result = run(recipe_of(), tmp_path / "all", Shard(2, 3), merge=[tmp_path / "a", tmp_path / "b"])
    assert result == SynthesisResult(4, 0, 0)
    assert contents(tmp_path / "all") == contents(whole)


def test_faces_of_another_recipe_are_never_mixed_in(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="was made by another recipe \\(size_px, seed differ\\)"):
        run(recipe_of(size_px=32, seed=5), whole)
    with pytest.raises(RecipeError, match="drawn by another recipe \\(seed differ\\)"):
        run(recipe_of(seed=5), tmp_path / "new", merge=[whole])
    with pytest.raises(DataError, match="no data set to merge"):
        run(recipe_of(), tmp_path / "newer", merge=[tmp_path / "nowhere"])


def test_what_the_generator_lacks_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the pen is missing"):
        run(recipe_of(options={"wants": str(tmp_path / "pen")}), tmp_path / "set")
    with pytest.raises(RecipeError, match=r"options\.ink: .*less than or equal to 100.*got 200"):
        run(recipe_of(options={"ink": 200}), tmp_path / "set")
    with pytest.raises(RecipeError, match=r"options\.colour: unknown key"):
        run(recipe_of(options={"colour": 1}), tmp_path / "set")
    with pytest.raises(RecipeError, match="painter is unknown; choose one of rendered, diffusion, gan"):
        run(recipe_of(generator="painter"), tmp_path / "set")
    assert not (tmp_path / "set").exists()
