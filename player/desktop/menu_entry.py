"""`python -m player desktop --install | --remove`: Sonrisa in the menu of a Linux desktop, with its icon.

The entry follows freedesktop.org's Desktop Entry Specification 1.4 and is for this user alone. Its name is the one that
the player gives on the session bus, which is how a panel finds the icon of what plays.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from player.command_line import command_parser
from player.errors import DesktopError
from recognizer.invocation import player_command
from recognizer.resources import checkout, package_file

ENTRY_NAME = "sonrisa"
ICON_FILE = package_file("player", "assets", "icon.svg")

_ENTRY = """[Desktop Entry]
Type=Application
Version=1.4
Name=Sonrisa
GenericName=Music Player
Comment=Music that follows your face
Exec={command}
Path={folder}
Icon={icon}
Terminal=false
Categories=AudioVideo;Audio;Player;
Keywords=music;mood;face;emotion;
StartupWMClass=sonrisa
Actions=PlayPause;Next;Previous;

[Desktop Action PlayPause]
Name=Play or pause
Exec={command} toggle

[Desktop Action Next]
Name=Next track
Exec={command} next

[Desktop Action Previous]
Name=Previous track
Exec={command} previous
"""


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code. Raises DesktopError."""
    parser = command_parser("desktop", __doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--install", action="store_true", help="put it into your menu")
    what.add_argument("--remove", action="store_true", help="take it out again")
    given = parser.parse_args(arguments)
    if not sys.platform.startswith("linux"):
        raise DesktopError("menu entries of this kind are for Linux desktops; here, start python -m player")
    folder = applications_folder()
    if given.install:
        print(f"{install(folder)}: Sonrisa is in your menu now")
    else:
        print(f"{folder}: Sonrisa is out of your menu" if remove(folder) else "Sonrisa was not in your menu")
    return 0


def applications_folder() -> Path:
    """Where this user's menu entries lie."""
    return platformdirs.user_data_path() / "applications"


def entry_text(program: Sequence[str], folder: Path, icon: Path) -> str:
    """The entry for a player that these words start in this folder. Raises DesktopError for names it cannot hold."""
    for path in (program[0], folder, icon):
        if any(letter in str(path) for letter in "\n\r"):
            raise DesktopError(f"{path!s:.60}: a menu entry cannot hold a name with a line break")
    command = " ".join([_quoted(program[0]), *program[1:]])
    return _ENTRY.format(command=command, folder=_escaped(str(folder)), icon=_escaped(str(icon)))


def install(folder: Path) -> Path:
    """Write the entry and the icon; returns the entry's file. Raises DesktopError where that is not possible."""
    entry, icon = _files(folder)
    text = entry_text(player_command(), checkout() or Path.home(), icon)
    try:
        icon.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ICON_FILE, icon)
        folder.mkdir(parents=True, exist_ok=True)
        entry.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DesktopError(f"{error.filename or entry}: cannot be written ({error.strerror})") from error
    return entry


def remove(folder: Path) -> bool:
    """Delete the entry and the icon; False where there was none. Raises DesktopError where that is not possible."""
    entry, icon = _files(folder)
    there = entry.exists()
    try:
        entry.unlink(missing_ok=True)
        icon.unlink(missing_ok=True)
    except OSError as error:
        raise DesktopError(f"{error.filename}: cannot be deleted ({error.strerror})") from error
    return there


def _files(folder: Path) -> tuple[Path, Path]:
    """The entry, and the icon where the icon theme specification has it."""
    icons = folder.parent / "icons" / "hicolor" / "scalable" / "apps"
    return folder / f"{ENTRY_NAME}.desktop", icons / f"{ENTRY_NAME}.svg"


def _quoted(argument: str) -> str:
    """An argument of Exec: quoted and escaped as the specification asks, its `%` doubled."""
    for letter in ("\\", '"', "`", "$"):
        argument = argument.replace(letter, f"\\{letter}")
    return _escaped(f'"{argument}"').replace("%", "%%")


def _escaped(value: str) -> str:
    """A value of type string: its backslashes are doubled."""
    return value.replace("\\", "\\\\")
