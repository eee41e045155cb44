"""Finding out which system libraries and programs are missing, and installing them where that is allowed.

A library counts as there when it loads, wherever it came from; Debian's package names are only used to install.
"""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.errors import SetupError

VLC_PLUGINS = (
    "/usr/lib/*/vlc/plugins/codec/libopus_plugin.so",
    "/usr/lib*/vlc/plugins/codec/libopus_plugin.so",
)
APT_OPTIONS = ("-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120")


@dataclass(frozen=True)
class SystemPackage:
    """A Debian package, how to see that what it brings is there, and what happens without it."""

    name: str
    is_there: Callable[[], bool]
    without_it: str | None = None
    """What the player does instead; None where it cannot run."""


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _makes_environments() -> bool:
    """Debian keeps what Python's venv module needs in a package of its own."""
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))


def _on_path(program: str) -> bool:
    return shutil.which(program) is not None


def _has_vlc_plugins() -> bool:
    patterns = [pattern.lstrip("/") for pattern in VLC_PLUGINS]
    return "VLC_PLUGIN_PATH" in os.environ or any(any(Path("/").glob(pattern)) for pattern in patterns)


_SIMPLER_SOUND = "music plays through a simpler sound engine"
LIVE = (
    SystemPackage(f"python3.{sys.version_info.minor}-venv", _makes_environments),
    SystemPackage("libgl1", partial(_loads, "libGL.so.1")),
    SystemPackage("libglib2.0-0", partial(_loads, "libgthread-2.0.so.0")),
    SystemPackage("libvlc5", partial(_loads, "libvlc.so.5"), _SIMPLER_SOUND),
    SystemPackage("vlc-plugin-base", _has_vlc_plugins, _SIMPLER_SOUND),
)
TEST = (
    SystemPackage("libegl1", partial(_loads, "libEGL.so.1")),
    SystemPackage("xvfb", partial(_on_path, "Xvfb")),
    SystemPackage("xauth", partial(_on_path, "xauth")),
    SystemPackage("chromium", partial(_on_path, "chromium"), "pages are not tested in a browser"),
    SystemPackage("chromium-driver", partial(_on_path, "chromedriver"), "pages are not tested in a browser"),
    SystemPackage("dbus", partial(_on_path, "dbus-daemon"), "media keys are not tested"),
)


def ensure_system_packages(packages: Iterable[SystemPackage]) -> None:
    """Install what is missing where root or a passwordless sudo allows it.

    Raises SetupError with the command to type where it is not allowed and the program cannot run without.
    Does nothing on macOS and Windows: their wheels bring everything but VLC.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = [package for package in packages if not package.is_there()]
    if missing:
        _install_debian_packages([package.name for package in missing])
        missing = [package for package in missing if not package.is_there()]
    if not missing:
        return
    line = f"Missing system packages; type: {_install_command(package.name for package in missing)}"
    if any(package.without_it is None for package in missing):
        raise SetupError(line)
    print(f"{line} (until then {missing[0].without_it})", file=sys.stderr)


def _install_command(names: Iterable[str]) -> str:
    """The command that installs Debian packages, to be typed by a person."""
    if shutil.which("apt-get") is None:
        return f"install with your system's package manager what Debian calls {' '.join(names)}"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get update && {sudo}apt-get install -y {' '.join(names)}"


def _install_debian_packages(names: list[str]) -> None:
    """Try to install Debian packages; whether it worked is for the caller to look at."""
    root = _root_command()
    if root is None or shutil.which("apt-get") is None:
        return
    print(f"Installing system packages: {' '.join(names)}", flush=True)
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    subprocess.run([*apt, "update", "-qq"], check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    install = [*apt, "install", "-qq", *APT_OPTIONS, *names]
    subprocess.run(install, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _root_command() -> list[str] | None:
    """What goes before a command so that it runs as root; None where a password would be asked for."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], check=False, capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None
