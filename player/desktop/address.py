"""Address of the control socket, in the user's runtime folder.

On Windows it is a named pipe instead. Neither can be reached from another computer.
"""

from __future__ import annotations

import getpass
import os
import stat
import sys
import tempfile
from pathlib import Path

from player.errors import RemoteError

SOCKET_NAME = "control"


def control_address() -> str:
    """The socket's path, or the pipe's name on Windows; its folder is made, for this user alone.

    The folder is `sonrisa` in $XDG_RUNTIME_DIR (the XDG base directory specification), else in /run/user, else beside
    other temporary files. Raises RemoteError where somebody else owns it.
    """
    if sys.platform == "win32":
        return rf"\\.\pipe\sonrisa-{getpass.getuser()}"
    return str(own_folder() / SOCKET_NAME)


def own_folder() -> Path:
    """The folder itself. Raises RemoteError where it cannot be made, or somebody else owns it."""
    return _made_for_us(_runtime_folder())


def _runtime_folder() -> Path:
    named = os.environ.get("XDG_RUNTIME_DIR")
    if named:
        return Path(named) / "sonrisa"
    usual = Path("/run/user") / str(os.getuid())
    if usual.is_dir():
        return usual / "sonrisa"
    return Path(tempfile.gettempdir()) / f"sonrisa-{os.getuid()}"


def _made_for_us(folder: Path) -> Path:
    """Made with mode 0700; a folder that belongs to somebody else, or a link, could be a trap."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise RemoteError(f"{folder}: cannot be used ({error.strerror})") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise RemoteError(f"{folder}: belongs to somebody else; remove it or set XDG_RUNTIME_DIR")
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
    return folder
