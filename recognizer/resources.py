"""Files that come with the program, found by the same call in a checkout and in an installation.

The repository has `models/` and `config.yaml` at its top, beside the packages. A wheel cannot put them there, so it
holds them in `recognizer/shipped/`; pyproject.toml maps them. Assets that lie inside a package stay there in both.
"""

from __future__ import annotations

import importlib.metadata
import tomllib
from importlib.resources import files
from pathlib import Path

import platformdirs

APPLICATION = "sonrisa"
_BUNDLED_FOLDERS = ("models", "training")


def package_file(package: str, *parts: str) -> Path:
    """The path of an asset in a package, such as `package_file("player", "assets", "demo.mp4")`."""
    return Path(str(files(package).joinpath(*parts)))


def checkout() -> Path | None:
    """The repository's folder; None where the program was installed from a wheel."""
    return None if _shipped_folder().is_dir() else package_file("recognizer").parent


def shipped(*parts: str) -> Path:
    """The path of a file from the repository's top, such as `shipped("models", "emotion.yaml")`."""
    return (checkout() or _shipped_folder()).joinpath(*parts)


def given_or_shipped(path: Path) -> Path:
    """The path as given where something lies there; else the shipped file of that name, where there is one.

    So "models/emotion.yaml" and "training/recipes/emotion.yaml" are understood in any folder.
    """
    if path.is_absolute() or path.exists() or path.parts[:1] not in [(name,) for name in _BUNDLED_FOLDERS]:
        return path
    places = (shipped(*path.parts), package_file("recognizer").parent.joinpath(path))
    return next((place for place in places if place.exists()), path)


def version() -> str:
    """The program's version, as pyproject.toml states it."""
    repository = checkout()
    if repository is None:
        return importlib.metadata.version(APPLICATION)
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def cache_folder() -> Path:
    """Where this user's files lie that can be fetched or made again; it need not exist yet."""
    return platformdirs.user_cache_path(APPLICATION, appauthor=False)


def data_folder() -> Path:
    """Where this user's library is kept by default; it need not exist yet."""
    return platformdirs.user_data_path(APPLICATION, appauthor=False, roaming=True)


def _shipped_folder() -> Path:
    return package_file("recognizer", "shipped")
