"""`python -m player`: music that follows your face; `python -m player COMMAND`: what belongs to it."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from player.commands import help_lines, run_command
from player.config import POLICY_NAMES, Settings, load_settings
from player.core.trace import is_trace
from player.errors import LibraryError
from recognizer.errors import OutputError, UsageError
from recognizer.invocation import as_typed
from recognizer.output import log_to_stderr
from recognizer.own_file import check_replaceable
from recognizer.resources import data_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the player; returns the exit code: 0 fine, 1 could not go on, 2 wrong usage."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words and not words[0].startswith("-"):
        return run_command(words)
    given = _parser().parse_args(words)
    log_to_stderr(logging.DEBUG if given.debug else logging.WARNING)
    try:
        settings = _with_flags(load_settings(given.config), given)
        if given.music is not None:
            from player.core.music_loader import check_spelling

            check_spelling(given.music)
        if given.trace is not None:
            _check_trace(given.trace, settings, given)
    except (UsageError, OutputError, LibraryError) as error:
        print(as_typed(str(error)), file=sys.stderr)
        return error.exit_code
    from player.app import (
        Options,
        play,
    )  # a command, or a mistake, need not wait for the camera's and sound's libraries

    return play(settings, Options(given.headless, given.seconds, given.trace, given.policy is not None))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        as_typed("python -m player"),
        description="Music that follows your face.",
        epilog=as_typed(f"Commands (python -m player COMMAND --help):\n\n{help_lines()}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--source",
        metavar="S",
        help="a camera's number, a video, a folder of pictures, an http or rtsp address",
    )
    parser.add_argument("--music", type=Path, metavar="DIR", help="the folder with your music")
    parser.add_argument(
        "--model", type=Path, metavar="FILE", help="the emotion model: its card (.yaml) or file (.onnx)"
    )
    parser.add_argument("--policy", choices=POLICY_NAMES, help="how the music answers your mood")
    parser.add_argument("--headless", action="store_true", help="no window: one status line in the terminal")
    parser.add_argument("--seconds", type=_positive, metavar="N", help="stop after N seconds")
    parser.add_argument("--trace", type=Path, metavar="FILE", help="write what happens as JSON lines")
    parser.add_argument(
        "--overwrite", action="store_true", help="write the trace also over a file that is no trace"
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings, instead of config.yaml")
    parser.add_argument("--debug", action="store_true", help="log a line of measurements every second")
    return parser


def _positive(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return seconds


def _check_trace(trace: Path, settings: Settings, given: argparse.Namespace) -> None:
    """Raise UsageError where the trace would take the place of something that is none."""
    from player.music.library.sniff import MUSIC_ENDINGS

    library = settings.music.library.expanduser() if settings.music.library else data_folder() / "library.db"
    sources = [library, *filter(None, (given.config, given.model))]
    if settings.camera.source and Path(str(settings.camera.source)).is_file():
        sources.append(Path(str(settings.camera.source)))
    if trace.suffix.lower() in MUSIC_ENDINGS:
        sources.append(trace)
    check_replaceable(trace, "trace", is_trace, given.overwrite, sources)


def _with_flags(settings: Settings, given: argparse.Namespace) -> Settings:
    """The settings, with what was said on the command line in their place."""
    camera, music, recognition = settings.camera, settings.music, settings.recognition
    if given.source is not None:
        camera = camera.model_copy(update={"source": given.source})
    if given.music is not None:
        music = music.model_copy(update={"folder": given.music})
    if given.model is not None:
        recognition = recognition.model_copy(update={"model_card": given.model})
    if given.policy is not None:
        music = music.model_copy(update={"policy": given.policy})
    return settings.model_copy(update={"camera": camera, "music": music, "recognition": recognition})


if __name__ == "__main__":
    sys.exit(main())
