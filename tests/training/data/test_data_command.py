"""`python -m training data PATH`, as a person types it."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from recognizer.affect import EMOTIONS
from tests.cases import media_case
from tests.training.data.layouts import FACES, LAYOUTS, write_images
from tests.training.drawn_faces import write_fer2013
from training.__main__ import main
from training.commands.shared import say_skipped
from training.data.data_recipe import DataRecipe, ProtocolRecipe
from training.data.load import load_faces


def test_it_says_what_is_there_and_leaves_sheet_page_and_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_images(FACES, tmp_path / "faces", with_splits=True)
    (folder / "train" / "happy" / "broken.png").write_bytes(b"no image")
    out = tmp_path / "out"
    files = {name: out / name for name in ("sheet.png", "report.html", "all.json")}
    places = ["--sheet", files["sheet.png"], "--html", files["report.html"], "--json", files["all.json"]]
    assert main(["data", str(folder), *map(str, places)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for expected in ("split and class folders", "21 faces", "1 skipped", *EMOTIONS, "train/happy/broken.png"):
        assert expected in said.out
    with Image.open(files["sheet.png"]) as sheet:
        assert sheet.format == "PNG"
        assert sheet.width > 1000
    numbers = json.loads(files["all.json"].read_text())
    assert numbers["counts"]["happy"] == {"train": 1, "valid": 1, "test": 1}
    page = files["report.html"].read_text()
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("data:image/webp;base64") > 1
    assert "train/happy/broken.png" in page


def test_a_table_that_names_its_separator_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(media_case("sepline.csv"), tmp_path / "faces.csv")
    paths = [line.split(";")[0] for line in (tmp_path / "faces.csv").read_text().splitlines()[2:]]
    (tmp_path / "faces").mkdir()
    for number, path in enumerate(paths):
        Image.fromarray(FACES.images[number % len(FACES)]).save(tmp_path / path)
    assert main(["data", str(tmp_path / "faces.csv"), "--no-near"]) == 0
    said = capsys.readouterr().out
    assert f"{len(paths)} faces" in said
    assert "0 skipped" in said


def test_names_from_outside_cannot_write_into_the_page(tmp_path: Path) -> None:
    folder = write_images(FACES, tmp_path / "faces", with_splits=True)
    (folder / "train" / "happy" / "<script>alert(1)<").mkdir()
    (folder / "train" / "happy" / "<script>alert(1)<" / "a[red].png").touch()
    assert main(["data", str(folder), "--html", str(tmp_path / "report.html")]) == 0
    assert "<script>" not in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "recorded reactions"])
def test_every_layout_can_be_looked_at(
    tmp_path: Path, layout: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", str(LAYOUTS[layout](tmp_path)), "--no-near"]) == 0
    said = capsys.readouterr().out
    assert layout in said
    assert "21 faces" in said


def test_with_a_recipe_it_shows_what_a_fit_would_get(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_images(FACES, tmp_path / "faces", with_splits=False)
    recipe = tmp_path / "mine.yaml"
    recipe.write_text(
        f"name: mine\ndata:\n  faces: {folder}\n  protocol: {{kind: random, test_share: 0.3}}\n"
    )
    numbers = tmp_path / "all.json"
    command = ["data", "--recipe", str(recipe), "--set", "data.protocol.valid_share=0.3", "--no-near"]
    assert main([*command, "--json", str(numbers)]) == 0
    rows = json.loads(numbers.read_text())["counts"].values()
    assert {split: sum(row[split] for row in rows) for split in ("train", "valid", "test")} == {
        "train": 9,
        "valid": 6,
        "test": 6,
    }
    other = write_fer2013(FACES, tmp_path)[0]
    capsys.readouterr()
    assert main([*command, str(other)]) == 0
    assert "FER2013 csv" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["nothing"], 1, "no such file or folder"),
        ([], 2, "name a path, or a recipe"),
        (["{folder}"], 1, "not in a known layout"),
        (["{folder}", "--sheet", "{folder}"], 2, "is a folder; name a file"),
        (["{folder}", "--set", "data.crop=round"], 2, "data.crop"),
        (["{folder}", "--set", "data.size=64"], 2, "did you mean data.size_px"),
        (["{folder}", "--recipe", "nothing.yaml"], 2, "nothing.yaml"),
    ],
)
def test_a_wrong_command_gets_one_line_that_says_why(
    tmp_path: Path, arguments: list[str], code: int, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", *(argument.format(folder=tmp_path) for argument in arguments)]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert complaint in said.err
    assert len(said.err.splitlines()) == 1


def test_every_skipped_duplicated_and_suspect_face_is_listed(tmp_path: Path) -> None:
    folder = write_images(FACES, tmp_path / "faces", with_splits=False)
    (folder / "happy" / "broken.png").write_bytes(b"no image")
    shutil.copy(next((folder / "happy").glob("0*.png")), folder / "sad" / "again.png")
    numbers, table = tmp_path / "all.json", tmp_path / "all.csv"
    assert main(["data", str(folder), "--json", str(numbers), "--csv", str(table)]) == 0
    with table.open() as file:
        rows = list(csv.DictReader(file))
    assert rows == json.loads(numbers.read_text())["faces_listed"]
    assert [row["about"][:20] for row in rows if row["kind"] == "skipped"] == ["not a readable image"]
    duplicated = [row for row in rows if row["kind"] == "duplicated" and row["about"] == "identical"]
    assert [row["name"] for row in duplicated] == ["sad/again.png"]
    suspect = [row for row in rows if row["kind"] == "suspect" and row["name"] == "sad/again.png"]
    assert "almost the same picture as happy/" in suspect[0]["about"]


def test_a_loss_of_a_quarter_stands_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_images(FACES, tmp_path / "faces", with_splits=False)
    (folder / "happy").rename(folder / "gloomy")
    (folder / "angry").rename(folder / "zzz")
    assert main(["data", str(folder), "--no-near"]) == 0
    said = capsys.readouterr().out
    assert said.index("29% of the set is left out") < said.index("Faces")
    assert said.index("did you mean sad?") < said.index("Faces")
    say_skipped(load_faces(DataRecipe(faces=folder, protocol=ProtocolRecipe(kind="random"))))
    assert capsys.readouterr().err.startswith("WARNING: 29% of the set is left out")
