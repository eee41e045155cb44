"""The menu entry: written for this user, valid, runnable, and gone again."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.commands import COMMANDS, run_command
from player.desktop.menu_entry import entry_text
from player.errors import DesktopError
from tests.data import REPOSITORY

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="menu entries are for Linux desktops"
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


def entry_of(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    return parser


def command_of(value: str) -> list[str]:
    """Exec as a launcher takes it apart: the string's own escapes first, then quotes, then doubled percent signs."""
    return [part.replace("%%", "%") for part in shlex.split(value.replace("\\\\", "\\"))]


def test_install_writes_an_entry_that_starts_this_player(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["desktop", "--install"]) == 0
    entry = data / "applications" / "sonrisa.desktop"
    assert str(entry) in capsys.readouterr().out
    sections = entry_of(entry.read_text(encoding="utf-8"))
    main = sections["Desktop Entry"]
    assert (main["Type"], main["Name"], main["Path"]) == ("Application", "Sonrisa", str(REPOSITORY))
    assert command_of(main["Exec"]) == [sys.executable, "-m", "player"]
    assert Path(main["Icon"]).read_text(encoding="utf-8").startswith("<svg")
    for action in main["Actions"].rstrip(";").split(";"):
        words = command_of(sections[f"Desktop Action {action}"]["Exec"])
        assert words[:3] == [sys.executable, "-m", "player"]
        assert words[3] in COMMANDS


def test_the_entry_obeys_the_specification(data: Path) -> None:
    if not shutil.which("desktop-file-validate"):
        pytest.skip("needs desktop-file-validate (Debian: apt install desktop-file-utils)")
    run_command(["desktop", "--install"])
    entry = data / "applications" / "sonrisa.desktop"
    done = subprocess.run(["desktop-file-validate", str(entry)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_install_twice_and_remove_leave_nothing(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("--install", "--install", "--remove", "--remove"):
        assert run_command(["desktop", words]) == 0
    assert [path for path in data.rglob("*") if path.is_file()] == []
    assert "was not in your menu" in capsys.readouterr().out.splitlines()[-1]


def test_a_folder_that_cannot_be_written_is_said_in_one_line(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.write_text("a file where the folder should be")
    assert run_command(["desktop", "--install"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "cannot be written" in lines[0]


odd_names = st.text(st.sampled_from("ab \\\"'$`%;&|<>~#()é"), max_size=12).map(lambda name: f"{name}x")


@given(odd_names, odd_names)
def test_folders_with_odd_names_can_be_started_from(python: str, folder: str) -> None:
    text = entry_text(
        [str(Path("/opt") / python), "-m", "player"], Path("/home") / folder, Path("/icons/x.svg")
    )
    main = entry_of(text)["Desktop Entry"]
    # Inside double quotes a launcher unescapes \" \` \$ and \\, which is what a POSIX shell does too.
    program = subprocess.run(
        ["sh", "-c", f"printf %s {main['Exec'].split(' -m ')[0]}".replace("\\\\", "\\")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert program.replace("%%", "%") == str(Path("/opt") / python)
    assert main["Path"].replace("\\\\", "\\") == str(Path("/home") / folder)


def test_a_name_with_a_line_break_is_refused() -> None:
    with pytest.raises(DesktopError, match="line break"):
        entry_text(["/a\nb"], Path("/c"), Path("/d"))
