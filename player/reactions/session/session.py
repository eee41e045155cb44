"""A whole session: consent, then film after film in random order; what was measured is kept however it ends."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from player.errors import ConsentRefused, SoundError, StudyError
from player.reactions.facts import FilmFacts, Versions, ViewingFacts
from player.reactions.session.alignment import film_opening
from player.reactions.session.consent import consent_of
from player.reactions.session.eye import Absence, Eye
from player.reactions.session.monitor import Monitor
from player.reactions.session.screen import Screen
from player.reactions.session.stimulus import Stimulus
from player.reactions.session.viewing import Stopped, Viewing, final_facts
from player.reactions.study import Study, now_text
from player.reactions.who import ViewerKeeper
from recognizer.errors import SonrisaError, SourceError
from recognizer.video_writer import VideoWriter
from recognizer.videos import ASSUMED_FRAMES_PER_SECOND


@dataclass(frozen=True, slots=True)
class Plan:
    """What a session is to be."""

    viewer: str
    films: tuple[FilmFacts, ...]
    seed: int
    rest_seconds: float
    group: str = ""
    record: bool = False
    camera_delay_seconds: float = 0.0
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Of the viewer: age, market, whatever the study asks."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a session needs around it; each part can be another one in a test."""

    screen: Screen
    eye: Eye
    monitor: Callable[[], Monitor]
    open_film: Callable[[Path], Stimulus]
    say: Callable[[str], None]
    stop: Callable[[], bool] = lambda: False


def shuffled(films: Sequence[FilmFacts], seed: int) -> list[FilmFacts]:
    """The films in the order that a seed gives; the same for the same films however they were named first."""
    order = sorted(films, key=lambda film: film.film)
    random.Random(seed).shuffle(order)
    return order


def run_session(study: Study, plan: Plan, room: Room, versions: Versions) -> int:
    """Run a session; returns how many films were seen to their end.

    Raises StudyError where the study does not state what viewers must be told, ConsentRefused (nothing was kept), and
    what ended the session early: SourceError for the camera, OutputError for the disk. What was measured until then is
    in the study, and says that it is partial.
    """
    study.check_admitted(plan.viewer)
    asked = consent_of(study)
    if not room.screen.ask(asked.measuring, room.stop):
        why = "stopped before the viewer agreed" if room.stop() else "the viewer did not agree"
        raise ConsentRefused(f"{why}: nothing was measured and nothing is kept")
    keeps_video = plan.record and room.screen.ask(asked.recording, room.stop)
    if room.stop():
        raise ConsentRefused("stopped before the session began: nothing was measured and nothing is kept")
    consent = study.add_receipt(asked.receipt(plan.viewer, keeps_video))
    if plan.attributes:
        study.tell_about(plan.viewer, plan.attributes)
    done = 0
    with ExitStack() as stack:
        stack.callback(room.eye.close)
        room.eye.open()
        monitor, viewer = room.monitor(), ViewerKeeper()
        stack.callback(monitor.close)
        for order, film in enumerate(shuffled(plan.films, plan.seed), start=1):
            facts = ViewingFacts(
                viewer=plan.viewer,
                film=study.add_film(film).film,
                group=plan.group,
                source=room.eye.name,
                started=now_text(),
                order=order,
                seed=plan.seed,
                consent=consent,
                versions=versions,
            )
            try:
                final = _one_film(study, plan, room, monitor, film, facts, keeps_video, viewer, asked.rest)
                done += final.status == "complete"
                if final.remark:
                    room.say(f"{film.film}: {final.remark}")
            except Stopped:
                room.say("stopped: what was measured until then is kept")
                break
            except (StudyError, SoundError) as broken:
                room.say(f"{broken}; going on without it")
    return done


def _one_film(
    study: Study,
    plan: Plan,
    room: Room,
    monitor: Monitor,
    film: FilmFacts,
    facts: ViewingFacts,
    keeps_video: bool,
    viewer: ViewerKeeper,
    rest_message: str,
) -> ViewingFacts:
    """Rest and film; whatever ends it early leaves a viewing that says so. Returns the facts that were kept."""
    dropped, absences = room.eye.dropped, len(room.eye.absences)
    with ExitStack() as stack:
        journal = stack.enter_context(study.begin(facts))
        video = None
        if keeps_video:
            path = study.video_path(plan.viewer, film.film, journal.attempt)
            video = VideoWriter(path, ASSUMED_FRAMES_PER_SECOND)
            stack.callback(video.close)
        viewing = Viewing(
            room.screen,
            room.eye,
            monitor,
            journal,
            opening=film_opening(Path(film.file)),
            camera_delay_seconds=plan.camera_delay_seconds,
            video=video,
            stop=room.stop,
            viewer=viewer,
        )
        whole, remark = False, ""
        try:
            stimulus = stack.enter_context(room.open_film(Path(film.file)))
            viewing.rest(plan.rest_seconds, rest_message)
            viewing.show(stimulus)
            whole, remark = True, _absent(room.eye.absences[absences:])
        except (Stopped, SonrisaError) as end:
            remark = _why(end)
            raise
        finally:
            final, later = final_facts(facts, viewing, film, room.eye.dropped - dropped, whole, remark)
            if not study.finish(final, journal, later, whole=whole):
                room.say(f"{film.film}: this attempt did not get as far as the earlier one, which stays")
    return final


def _absent(absences: Sequence[Absence]) -> str:
    away = sum(each.end_seconds - each.start_seconds for each in absences)
    return f"the camera was away for {away:.1f} s" if away else ""


def _why(end: Exception) -> str:
    """Why a film was not seen to its end, for whoever reads the study."""
    if isinstance(end, Stopped):
        return "stopped before the film ended"
    return f"the camera was lost: {end}" if isinstance(end, SourceError) else str(end)
