"""`python -m player watch FILM... --viewer ID --category C --out STUDY`: show films to a viewer, and measure the face.

The study must state who answers for the data (`study --controller ... --purpose ... --retention ... --contact ...`).
First the viewer is asked for consent; without it there is no session. Then, film by film in random order: a few
seconds to rest the face, and the film with its sound. Esc stops; what was measured until then is kept.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType

from pydantic import TypeAdapter, ValidationError

from player.command_line import command_parser
from player.reactions.commands.shared import add_model_arguments, models_of
from player.reactions.facts import FilmFacts, Name, StudyFacts
from player.reactions.films import film_of
from player.reactions.jobs import Job, do
from player.reactions.observe import Models
from player.reactions.session.consent import check_stated
from player.reactions.session.eye import Eye, open_camera
from player.reactions.session.monitor import Blind, Monitor, MonitorWindow
from player.reactions.session.screen import PygameScreen, Screen
from player.reactions.session.session import Plan, Room, run_session
from player.reactions.session.stimulus import Stimulus, VlcStimulus
from player.reactions.study import Study
from recognizer.errors import SonrisaError, SourceError, UsageError
from recognizer.words import counted

LARGEST_SEED = 2**31 - 1


def main(
    arguments: Sequence[str],
    open_screen: Callable[[bool], Screen] = PygameScreen,
    open_film: Callable[[Path], Stimulus] = VlcStimulus,
) -> int:
    """Run the command; returns the exit code. The screen and the films' player may be others in a test."""
    options = _options(arguments)
    models = models_of(options)
    films = _films(options)
    check_stated(_stated(options.out), options.out)
    study = Study(options.out)
    study.check_admitted(options.viewer)
    if not options.again:
        films = unseen(study, options.viewer, films)
    analyser = models.analyser()
    try:
        with _stop_signal() as stop:
            screen = open_screen(not options.windowed)
            try:
                room = _room(
                    options, screen, Eye(lambda: open_camera(options.source), analyser), open_film, stop
                )
                done = run_session(study, _plan(options, films), room, models.versions())
            finally:
                screen.close()
    finally:
        analyser.close()
    print(f"{counted(done, 'film')} of {len(films)} seen to the end; the study is {study.path}", flush=True)
    _measure_films(study, films, models)
    return 0 if done else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_parser("watch", __doc__)
    parser.add_argument("films", type=Path, nargs="+", metavar="FILM")
    parser.add_argument(
        "--viewer", required=True, metavar="ID", help="a name that says nothing about the person"
    )
    parser.add_argument("--category", required=True, metavar="C", help="of the films, for instance drinks")
    parser.add_argument("--out", type=Path, required=True, metavar="STUDY", help="the study's folder")
    parser.add_argument(
        "--source", default="0", metavar="S", help="camera (default: 0), or a video in its place"
    )
    parser.add_argument("--group", default="", metavar="G", help="what the viewers are split by")
    parser.add_argument(
        "--attribute",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the viewer, for instance age=34; several times: several",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", help="of the films' order; without it a new one each time"
    )
    parser.add_argument(
        "--rest", type=float, default=5.0, metavar="SECONDS", help="of neutral face before each film"
    )
    parser.add_argument(
        "--blind", action="store_true", help="no window with live traces for the experimenter"
    )
    parser.add_argument(
        "--record", action="store_true", help="keep the video too, if the viewer agrees to that"
    )
    parser.add_argument(
        "--windowed", action="store_true", help="show the films in a window, not on the whole screen"
    )
    parser.add_argument("--again", action="store_true", help="show films again that this viewer has seen")
    parser.add_argument(
        "--camera-delay",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how late the camera's pictures come, where that was measured (default: 0)",
    )
    add_model_arguments(parser)
    options = parser.parse_args(arguments)
    _check(options)
    return options


def _check(options: argparse.Namespace) -> None:
    try:
        TypeAdapter(Name).validate_python(options.viewer)
    except ValidationError as error:
        raise UsageError(
            f"--viewer must be a plain name (letters, digits, space, - _ .; at most 64), not {options.viewer!r}"
        ) from error
    unfit = [each for each in options.attribute if not all(map(str.strip, each.partition("=")))]
    if unfit:
        raise UsageError(f"--attribute takes NAME=VALUE, not {unfit[0]!r}")
    if not 0 <= options.rest <= 120:
        raise UsageError(f"--rest must be from 0 to 120 seconds, not {options.rest:g}")
    if not 0 <= options.camera_delay <= 2:
        raise UsageError(f"--camera-delay must be from 0 to 2 seconds, not {options.camera_delay:g}")


def _films(options: argparse.Namespace) -> list[FilmFacts]:
    """What is known of each film; one that cannot be read is named and left out. Raises UsageError for two alike."""
    films: dict[str, FilmFacts] = {}
    for path in options.films:
        if path.stem in films:
            raise UsageError(f"{path}: another film is called {path.stem} too; rename one of them")
        try:
            films[path.stem] = film_of(path, options.category)
        except SourceError as error:
            print(f"watch: {error}; going on without it", file=sys.stderr)
    if not films:
        raise SourceError("none of the films can be shown")
    return list(films.values())


def unseen(study: Study, viewer: str, films: Sequence[FilmFacts]) -> list[FilmFacts]:
    """The films that this viewer has not yet seen to the end; raises UsageError where there are none."""
    seen = {each.film for each in study.viewings() if each.viewer == viewer and each.status == "complete"}
    left = [film for film in films if film.film not in seen]
    if not left:
        raise UsageError(
            f"{viewer} has seen all of these films; --again shows them again and replaces what was measured"
        )
    return left


def _stated(path: Path) -> StudyFacts:
    """What a study states of itself; nothing where there is none yet."""
    there = (path / "study.yaml").is_file()
    return Study(path).facts if there else StudyFacts(created="")


def _plan(options: argparse.Namespace, films: Sequence[FilmFacts]) -> Plan:
    seed = random.SystemRandom().randrange(LARGEST_SEED) if options.seed is None else options.seed
    return Plan(
        viewer=options.viewer,
        films=tuple(films),
        seed=seed,
        rest_seconds=options.rest,
        group=options.group,
        record=options.record,
        camera_delay_seconds=options.camera_delay,
        attributes={
            name.strip().lower(): value.strip()
            for name, _, value in (each.partition("=") for each in options.attribute)
        },
    )


def _room(
    options: argparse.Namespace, screen: Screen, eye: Eye, open_film: Callable[[Path], Stimulus], stop: Event
) -> Room:
    def monitor() -> Monitor:
        return Blind() if options.blind else MonitorWindow()

    def say(line: str) -> None:
        print(f"watch: {line}", file=sys.stderr, flush=True)

    return Room(screen, eye, monitor, open_film, say, stop.is_set)


def _measure_films(study: Study, films: Sequence[FilmFacts], models: Models) -> None:
    """The faces in the films themselves, now that the viewer is done; Ctrl-C leaves them for `analyse`."""
    for film in films:
        if not study.has_film_faces(film.film):
            print(f"{film.film}: measuring the faces in the film itself", flush=True)
            outcome = do(Job(study.path, film, models))
            if outcome.problem:
                raise SonrisaError(outcome.problem)


@contextmanager
def _stop_signal() -> Iterator[Event]:
    """An event that Ctrl-C and a polite kill set, so that the session ends in order; a second one ends it at once."""
    stop = Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
