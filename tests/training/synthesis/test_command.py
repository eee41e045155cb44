"""What a person sees of `python -m training synthesize`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.__main__ import main
from training.synthesis.generator import GENERATORS

RECIPE = "name: test\ngenerator: drawn\nfaces_per_class: 1\nsize_px: 16\n"

pytestmark = pytest.mark.usefixtures("drawn")


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE)
    return path


def synthesize(recipe: Path, *arguments: str | Path) -> int:
    return main(["synthesize", str(recipe), "--processes", "1", *map(str, arguments)])


def test_a_set_is_drawn_and_gone_on_with(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "set"
    assert synthesize(recipe, "--out", out, "--set", "times=2") == 0
    answer = capsys.readouterr()
    assert answer.out == f"{out}: 14 faces drawn, 0 were there\n"
    assert "14/14" in answer.err
    assert len((out / "faces.csv").read_text().splitlines()) == 15
    assert synthesize(recipe, "--out", out, "--set", "times=2") == 0
    assert capsys.readouterr().out == f"{out}: 0 faces drawn, 14 were there\n"


def test_each_process_of_torchrun_takes_its_share_and_the_last_finishes_the_set(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "set"
    be_one_of_two(monkeypatch, rank=1)
    assert synthesize(recipe, "--out", out) == 0
    answer = capsys.readouterr()
    assert answer.out.splitlines() == [
        f"{out}: 3 faces drawn, 0 were there",
        f"{out}: 4 faces of other shards are still to be drawn; the last to finish writes faces.csv",
    ]
    assert answer.err == ""
    assert not (out / "faces.csv").exists()
    be_one_of_two(monkeypatch, rank=0)
    assert synthesize(recipe, "--out", out) == 0
    assert capsys.readouterr().out == f"{out}: 4 faces drawn, 0 were there\n"
    assert len((out / "provenance.jsonl").read_text().splitlines()) == 7


def be_one_of_two(monkeypatch: pytest.MonkeyPatch, rank: int) -> list[str]:
    """As torchrun starts its processes; what is returned tells how often this one left the other cores alone."""
    left_alone: list[str] = []
    monkeypatch.setattr("training.commands.synthesize.take_one_core", lambda: left_alone.append("one core"))
    for name, value in {"WORLD_SIZE": 2, "LOCAL_WORLD_SIZE": 2, "RANK": rank}.items():
        monkeypatch.setenv(name, str(value))
    return left_alone


def test_each_process_of_torchrun_takes_one_core_unless_it_is_alone_on_its_machine(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = be_one_of_two(monkeypatch, rank=0)
    assert synthesize(recipe, "--out", tmp_path / "set") == 0
    assert taken == ["one core"]
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "1")
    assert synthesize(recipe, "--out", tmp_path / "set") == 0
    assert taken == ["one core"]


def test_the_processes_of_torchrun_share_out_the_shard_of_their_machine(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, drawn = tmp_path / "set", []
    for part, rank in (("1/2", 0), ("1/2", 1), ("2/2", 0), ("2/2", 1)):
        be_one_of_two(monkeypatch, rank)
        assert synthesize(recipe, "--out", out, "--shard", part) == 0
        drawn.append(capsys.readouterr().out.splitlines()[0])
    assert drawn == [f"{out}: {count} faces drawn, 0 were there" for count in (2, 2, 2, 1)]
    assert (out / "faces.csv").exists()


def test_machines_draw_shards_and_one_merges_them(recipe: Path, tmp_path: Path) -> None:
    for part in ("1/3", "2/3"):
        assert synthesize(recipe, "--out", tmp_path / part[0], "--shard", part) == 0
    parts = [tmp_path / "1", tmp_path / "2"]
    assert synthesize(recipe, "--out", tmp_path / "all", "--merge", *parts) == 0
    lines = (tmp_path / "all" / "provenance.jsonl").read_text().splitlines()
    assert [json.loads(line)["path"] for line in lines] == [f"images/{index:06d}.png" for index in range(7)]


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["--shard", "9"], 2, "--shard 9: write the part and their number, such as 2/8"),
        (["--shard", "3/2"], 2, "shard 3/2: write the part and their number"),
        (["--set", "generator=painter"], 2, "painter is unknown; choose one of rendered"),
        (["--set", "face_per_class=3"], 2, "face_per_class: unknown key; did you mean faces_per_class?"),
        (["--set", "attributes.angle={}"], 2, "at least one value needs a weight above 0"),
        (["--set", "attributes.angle={oblique: 1}"], 2, "attributes.angle.oblique"),
        (["--set", "intensity=[0.8, 0.2]"], 2, "intensity: must be [low, high]"),
        (["--set", "options={ink: 300}"], 2, "options.ink: "),
        (["--set", "options={wants: /no/pen}"], 1, "/no/pen: the pen is missing"),
        (["--merge", "/no/shard"], 1, "/no/shard: no data set to merge"),
    ],
)
def test_what_is_wrong_is_one_line(
    recipe: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    complaint: str,
) -> None:
    assert synthesize(recipe, "--out", tmp_path / "set", *arguments) == code
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.splitlines()) == 1


EMOTIONS_IN_WORDS = "'angry', 'disgust', 'fear', 'happy', 'sad', 'surprise' or 'neutral'"


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        (
            "faces_per_class={hapy: 3}",
            f"faces_per_class.hapy: Input should be {EMOTIONS_IN_WORDS} (got 'hapy')",
        ),
        (
            "faces_per_class={happy: -1}",
            "faces_per_class.happy: Input should be greater than or equal to 0 (got -1)",
        ),
        ("faces_per_class=0", "faces_per_class: Input should be greater than or equal to 1 (got 0)"),
        ("faces_per_class={happy: 0}", "faces_per_class must ask for at least one face"),
        ("times=.inf", "times: Input should be a finite number (got inf)"),
        ("attributes.angle={side: .nan}", "attributes.angle.side: Input should be a finite number (got nan)"),
        ("attributes.angle=3", "attributes.angle: Input should be a mapping (got 3)"),
    ],
)
def test_the_key_at_fault_is_named_as_the_recipe_writes_it(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], setting: str, complaint: str
) -> None:
    assert synthesize(recipe, "--out", tmp_path / "set", "--set", setting) == 2
    assert capsys.readouterr().err == f"training: {recipe}: {complaint}\n"


def test_an_expression_that_cannot_be_drawn_is_refused_before_anything_is_written(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, unit = tmp_path / "set", "expressions={happy: [{12: 1.0}, {99: 1.0}]}"
    assert synthesize(recipe, "--out", out, "--set", "generator=rendered", "--set", unit) == 2
    assert capsys.readouterr().err == "training: expressions.happy: action unit 99: the head cannot do it\n"
    assert not out.exists()


def test_a_missing_package_is_one_line(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a package of the extra was not installed: its import fails."""
    module = tmp_path / "needy_generator.py"
    module.write_text("import a_package_that_is_not_there\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(GENERATORS, "drawn", "needy_generator:open_generator")
    assert synthesize(recipe, "--out", tmp_path / "set") == 1
    assert "needs the package a_package_that_is_not_there; install it with" in capsys.readouterr().err
