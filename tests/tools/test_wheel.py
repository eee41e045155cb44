"""The wheel: built, installed into an environment of its own and used from a folder without the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from player.commands import COMMANDS as PLAYER_COMMANDS
from recognizer import __version__
from recognizer.face_model import FILE_NAME
from tests.data import REPOSITORY
from tests.player.reactions.clips import demo_smile
from tests.recognizer.models import write_model
from tests.training.data.layouts import write_images
from tests.training.drawn_faces import drawn_faces, write_fer2013
from training.__main__ import COMMANDS as TRAINING_COMMANDS

Run = Callable[..., str]
TRACE_OF_THE_REPOSITORY = "python -m"


def test_every_model_of_the_repository_is_mapped_into_the_wheel() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    mapped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    models = [
        f"models/{path.name}"
        for path in (REPOSITORY / "models").iterdir()
        if path.is_file() and path.name not in (FILE_NAME, "README.md")
    ]
    assert mapped == {name: f"recognizer/shipped/{name}" for name in ["config.yaml", *models]}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make wheel` does it, with the build tool that is here instead of one that is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    command += ["--wheel-dir", str(folder), str(REPOSITORY)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("sonrisa-*.whl"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installed commands. The libraries are those of this environment; Sonrisa itself is not."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(environment, symlinks=True)
    place = {"base": str(environment), "platbase": str(environment)}
    python = Path(sysconfig.get_path("scripts", vars=place)) / Path(sys.executable).name
    libraries = Path(sysconfig.get_path("purelib", vars=place))
    (libraries / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index"]
    done = subprocess.run([*command, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return python.parent


@pytest.fixture
def run(programs: Path, face_model: Path, tmp_path: Path) -> Run:
    """Runs an installed command as a new user does: in an empty folder, with a home of its own."""
    home = tmp_path / "home"
    cache = home / ".cache" / "sonrisa"
    cache.mkdir(parents=True)
    shutil.copy(face_model, cache / FILE_NAME)
    place = {"XDG_CACHE_HOME": str(home / ".cache"), "XDG_DATA_HOME": str(home / "data"), "HOME": str(home)}
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DISPLAY")}

    def command(program: str, *arguments: str, code: int = 0, **environment: str) -> str:
        words = [str(programs / program), *arguments]
        surroundings = kept | place | {"SDL_AUDIODRIVER": "dummy"} | environment
        done = subprocess.run(
            words, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        assert str(REPOSITORY) not in said
        return said

    return command


@pytest.mark.slow
def test_the_wheel_holds_no_tests_and_no_face_model_and_has_the_version(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"player", "recognizer", "training", f"sonrisa-{__version__}.dist-info"}
    assert not [name for name in names if name.endswith(FILE_NAME)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "commands"),
    [
        ("sonrisa", PLAYER_COMMANDS),
        ("sonrisa-recognizer", ("draft",)),
        ("sonrisa-training", TRAINING_COMMANDS),
    ],
)
def test_every_command_helps_in_its_own_name(run: Run, program: str, commands: tuple[str, ...]) -> None:
    for words in ([], *([command] for command in commands)):
        said = run(program, *words, "--help")
        assert said.startswith(f"usage: {' '.join([program, *words])}")
        assert TRACE_OF_THE_REPOSITORY not in said


@pytest.mark.slow
def test_it_plays_and_reads_the_face_of_the_demo_clip(run: Run, tmp_path: Path) -> None:
    run("sonrisa", "--headless", "--seconds", "6", "--trace", "trace.jsonl", "--source", "auto")
    lines = (tmp_path / "trace.jsonl").read_text(encoding="utf-8").splitlines()
    assert {"session", "frame", "reading", "choice"} <= {json.loads(line)["event"] for line in lines}
    run("sonrisa", "replay", "trace.jsonl")


@pytest.mark.slow
def test_hints_name_the_installed_commands(run: Run) -> None:
    assert "start one with: sonrisa\n" in run("sonrisa", "status", code=1)
    assert "did you mean next? sonrisa --help lists them" in run("sonrisa", "nxet", code=2)
    assert "emotion model: emotion, on the " in run("sonrisa", "setup")


@pytest.mark.slow
def test_without_network_one_line_says_which_file_to_put_where(run: Run, tmp_path: Path) -> None:
    elsewhere = {"XDG_CACHE_HOME": str(tmp_path / "none"), "https_proxy": "http://127.0.0.1:9"}
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), **elsewhere}
    lines = run("sonrisa", "setup", code=1, **offline).splitlines()
    assert lines[0].startswith("fetching the face model (3.8 MB, once) into ")
    assert f"put {FILE_NAME} at {tmp_path / 'none' / 'sonrisa' / FILE_NAME} by hand" in lines[1]
    assert len(lines) == 2


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="menu entries are for Linux desktops")
def test_the_menu_entry_starts_the_installed_command(run: Run, programs: Path, tmp_path: Path) -> None:
    run("sonrisa", "desktop", "--install")
    entry = (tmp_path / "home" / "data" / "applications" / "sonrisa.desktop").read_text(encoding="utf-8")
    assert f'Exec="{programs / "sonrisa"}"\n' in entry
    assert f"Path={tmp_path / 'home'}\n" in entry


@pytest.mark.slow
def test_it_recognises_and_watches(run: Run, tmp_path: Path) -> None:
    demo_smile(tmp_path / "ada.mp4")
    run("sonrisa-recognizer", "ada.mp4", "--out", "rows.csv", "--quiet")
    assert len((tmp_path / "rows.csv").read_text().splitlines()) > 20
    (tmp_path / "recordings.csv").write_text("video,viewer,film,category\nada.mp4,ada,ada.mp4,drinks\n")
    run("sonrisa", "analyse", "recordings.csv", "--study", "study", "--workers", "1")
    run("sonrisa", "report", "study", "--out", "report.html", "--worst-grade", "6")
    assert "<html" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_it_drafts_a_card(run: Run, tmp_path: Path) -> None:
    card = write_model(tmp_path)
    card.unlink()
    run("sonrisa-recognizer", "draft", card.with_suffix(".onnx").name)
    assert card.exists()


@pytest.mark.slow
def test_it_trains_by_a_shipped_recipe_with_a_shipped_model_for_a_teacher(run: Run, tmp_path: Path) -> None:
    write_images(drawn_faces(6), tmp_path / "faces", with_splits=False)
    images, _ = write_fer2013(drawn_faces(6), tmp_path)
    settings = ["data.faces=faces", "data.crop=whole", "fit.epochs=1", "fit.batch=28"]
    settings += ["fit.teacher=models/emotion_rendered.yaml"]
    flags = [word for setting in settings for word in ("--set", setting)]
    run("sonrisa-training", "fit", "training/recipes/small.yaml", "--run", "run", *flags)
    said = run(
        "sonrisa-training", "evaluate", "models/emotion_rendered.yaml", "--faces", images.name, "--no-latency"
    )
    assert "accuracy" in said
    missing = run("sonrisa-training", "fit", "nowhere.yaml", "--run", "run2", code=2)
    assert missing.startswith("training: nowhere.yaml")
