"""The virtual environment `.venv`: made, filled, repaired, and left alone when nothing changed.

A stamp per set of packages says what was installed. A set that was begun and not finished leaves a mark, and the
next run makes the environment anew: a half-installed package looks whole to pip.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tools.errors import SetupError

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PLAY_LOCK = ROOT / "requirements" / "play.txt"
TEST_LOCK = ROOT / "requirements" / "test.txt"


@dataclass(frozen=True)
class PackageSet:
    """Packages that are installed together by one pip command."""

    name: str
    description: str
    pip_arguments: tuple[str, ...]
    replaces: tuple[str, ...] = ()
    """Packages that own the same files: they are taken out before, and again after another set brought one back."""


def play_set() -> PackageSet:
    """What the live program needs, each file checked by its hash."""
    arguments = ("--require-hashes", "-r", str(PLAY_LOCK))
    return PackageSet("play", "the player's packages (about 1 GB on disk)", arguments)


def test_set() -> PackageSet:
    """What training, tests and checks need on top.

    torch, torchvision and timm are in one pip command, with exact versions: where pip finds a CPU build of torch it
    is preferred ("2.13.0+cpu" sorts after "2.13.0"), and nothing swaps it for another build afterwards. No hashes,
    since every build of torch has its own.
    """
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    arguments = ("-c", str(TEST_LOCK), *(requirement for extra in extras.values() for requirement in extra))
    return PackageSet(
        "test", "the packages for training and tests (2 GB more on disk, 7 GB with CUDA)", arguments
    )


def gpu_set() -> PackageSet:
    """ONNX Runtime for NVIDIA's graphics cards, with CUDA and cuDNN, in the place of the one for the processor."""
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["gpu"]
    description = "ONNX Runtime for NVIDIA's graphics cards, with CUDA (about 3 GB on disk)"
    return PackageSet("gpu", description, ("-c", str(TEST_LOCK), *group), ("onnxruntime", "onnxruntime-gpu"))


def has_gpu_set() -> bool:
    """Whether ONNX Runtime for graphics cards was chosen before: it stays until the environment is made anew."""
    return _stamp("gpu").exists()


def python_in_environment() -> Path:
    """The environment's own Python, whether it exists or not."""
    folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return ENVIRONMENT / folder / name


def ensure_packages(sets: list[PackageSet], use_this_python: bool = False) -> None:
    """Install those sets that are not there yet, in an environment that is made where needed.

    Raises SetupError with one line when that fails; running again goes on from a clean state.
    """
    if not _is_sound(use_this_python):
        _make_environment()
    version = _version_in_environment()
    anything_new = False
    for packages in sets:
        stamp = _stamp(packages.name)
        fingerprint = _fingerprint(packages, version)
        disturbed = anything_new and bool(packages.replaces)
        if stamp.is_file() and stamp.read_text() == fingerprint and not disturbed:
            continue
        print(f"Installing {packages.description} ...", flush=True)
        stamp.unlink(missing_ok=True)
        _begun().touch()
        if packages.replaces:
            _pip("uninstall", "--yes", *packages.replaces)
        _pip("install", *packages.pip_arguments)
        stamp.write_text(fingerprint)
        _begun().unlink()
        anything_new = True


def _stamp(name: str) -> Path:
    return ENVIRONMENT / f"sonrisa-{name}.stamp"


def _begun() -> Path:
    return ENVIRONMENT / "sonrisa-begun"


def _fingerprint(packages: PackageSet, version: str) -> str:
    """Changes whenever the set has to be installed again."""
    locks = [lock.read_text() for lock in (PLAY_LOCK, TEST_LOCK) if str(lock) in packages.pip_arguments]
    names = [argument for argument in packages.pip_arguments if not argument.startswith(str(ROOT))]
    return hashlib.sha256("\n".join([version, *names, *locks]).encode()).hexdigest()


def _is_sound(use_this_python: bool) -> bool:
    """Whether the environment works, was not left half-made, and has a Python that fits."""
    version = _version_in_environment()
    wanted = [f"3.{minor}." for minor in (11, 12, 13)]
    if use_this_python:
        wanted = [f"{sys.version_info.major}.{sys.version_info.minor}."]
    return not _begun().exists() and version.startswith(tuple(wanted))


def _version_in_environment() -> str:
    """Such as "3.11.7"; empty where the environment does not start or has no pip."""
    try:
        question = (
            "import platform, importlib.util as u; u.find_spec('pip') and print(platform.python_version())"
        )
        answer = subprocess.run(
            [python_in_environment(), "-c", question], check=False, capture_output=True, text=True
        )
    except OSError:
        return ""
    return answer.stdout.strip()


def _make_environment() -> None:
    print(f"Making the virtual environment .venv with Python {sys.version.split()[0]} ...", flush=True)
    if ENVIRONMENT.is_symlink():
        ENVIRONMENT.unlink()
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    ENVIRONMENT.mkdir(exist_ok=True)
    _begun().touch()
    made = subprocess.run(
        [sys.executable, "-m", "venv", ENVIRONMENT], check=False, capture_output=True, text=True
    )
    if made.returncode:
        reason = (made.stderr or made.stdout).strip().splitlines() or ["no reason given"]
        raise SetupError(f"{sys.executable} could not make {ENVIRONMENT}: {reason[-1]}")


def _pip(*arguments: str) -> None:
    """Run the environment's pip; it explains its own failures, and SetupError says what to do."""
    command = [
        str(python_in_environment()),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        *arguments,
    ]
    if not sys.stdout.isatty():
        command.insert(5, "--quiet")
    if subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode:
        raise SetupError(
            "pip could not install everything (see above); check the network and run the same command again"
        )
