"""Set-up of Sonrisa: `python -m tools.setup play` or `python -m tools.setup test`.

Needs nothing but Python's standard library. Safe to run again at any time, also after an interruption, and quick
when nothing changed.
"""

import argparse
import subprocess
import sys

from tools.environment import ROOT, ensure_packages, play_set, python_in_environment, test_set
from tools.errors import SetupError
from tools.system_packages import LIVE, TEST, ensure_system_packages

FACE_MODEL = ROOT / "models" / "face_landmarker.task"
INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Set up for one purpose; 0 when all is there, 1 with one line where it cannot go on, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m tools.setup", description="Install what Sonrisa needs.")
    parser.add_argument("purpose", choices=["play", "test"])
    parser.add_argument(
        "--use-this-python",
        action="store_true",
        help="make .venv anew if it was made by another Python version",
    )
    options = parser.parse_args(arguments)
    try:
        set_up(options.purpose, options.use_this_python)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"Set-up cannot use {error.filename}: {error.strerror}; mend that and run it again",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nStopped half way; run the same command again and it starts cleanly.", file=sys.stderr)
        return INTERRUPTED
    return 0


def set_up(purpose: str, use_this_python: bool) -> None:
    """System packages, Python packages, face model: each only where missing. Raises SetupError."""
    testing = purpose == "test"
    ensure_system_packages(LIVE + TEST if testing else LIVE)
    ensure_packages([play_set(), test_set()] if testing else [play_set()], use_this_python)
    _ensure_face_model()


def _ensure_face_model() -> None:
    """Its own module fetches it and checks its hash; it prints its own line where that fails."""
    if FACE_MODEL.is_file():
        return
    command = [str(python_in_environment()), "-m", "recognizer.face_model", str(FACE_MODEL)]
    if subprocess.run(command, check=False, cwd=ROOT).returncode:
        raise SetupError(
            "The face model is missing (see above); run the same command again once that is mended"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
