"""One film of a session: rest, film, and every reading on the film's own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from player.reactions.facts import FilmFacts, ViewingFacts
from player.reactions.observe import observed_row
from player.reactions.readings import Floats, Journal
from player.reactions.session.alignment import ahead, shown_thumbnail
from player.reactions.session.eye import Eye
from player.reactions.session.monitor import Monitor
from player.reactions.session.screen import Screen
from player.reactions.session.stimulus import Stimulus
from player.reactions.session.sync import Sync, picture_numbers, sync_of
from player.reactions.who import ViewerKeeper
from recognizer.pipeline import Analysis
from recognizer.video_writer import VideoWriter
from recognizer.videos import ASSUMED_FRAMES_PER_SECOND

TAIL_SECONDS = 0.5
"""So long is the camera still read after the film, since the last pictures are on their way."""
LEAST_SHOWN_SHARE = 0.8
"""With fewer of its pictures on the screen nobody has seen the film."""
_WAIT_SECONDS = 0.01
_REST_STEP_SECONDS = 0.03


class Stopped(Exception):
    """The viewer, or whoever runs the session, ended it."""


@dataclass
class Run:
    """What one film has come to so far."""

    shown_seconds: list[float] = field(default_factory=list)
    thumbnails: list[Floats] = field(default_factory=list)
    """Of the first pictures shown."""
    camera_seconds: list[float] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    """Rows from before the film, whose film time is not known yet."""

    @property
    def start_seconds(self) -> float | None:
        """When the first picture was shown; None before."""
        return self.shown_seconds[0] if self.shown_seconds else None


class Viewing:
    """Shows one film and measures the viewer; what was measured is in the journal however it ends."""

    def __init__(
        self,
        screen: Screen,
        eye: Eye,
        monitor: Monitor,
        journal: Journal,
        opening: Floats | None = None,
        camera_delay_seconds: float = 0.0,
        video: VideoWriter | None = None,
        stop: Callable[[], bool] = lambda: False,
        viewer: ViewerKeeper | None = None,
    ) -> None:
        self._screen, self._eye, self._monitor, self._journal = screen, eye, monitor, journal
        self._opening = np.empty((0, 0)) if opening is None else opening
        self._delay, self._video, self._stop = camera_delay_seconds, video, stop
        self._viewer = viewer or ViewerKeeper()
        self.run = Run()

    def rest(self, seconds: float, message: str) -> None:
        """The neutral stretch, with a line of text. Raises Stopped, and what ends the camera."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._screen.rest(message, left)
            self._observe()
            time.sleep(_REST_STEP_SECONDS)

    def show(self, stimulus: Stimulus) -> None:
        """The film. Raises Stopped, StudyError for a broken film, and what ends the camera."""
        stimulus.play()
        while not stimulus.ended:
            picture = stimulus.take(_WAIT_SECONDS)
            if picture is not None:
                self.run.shown_seconds.append(self._screen.show(picture))
                if len(self.run.thumbnails) < len(self._opening):
                    self.run.thumbnails.append(shown_thumbnail(picture))
            self._observe()
        until = time.monotonic() + TAIL_SECONDS
        while time.monotonic() < until:
            self._screen.rest("", 0)
            self._observe()
            time.sleep(_REST_STEP_SECONDS)

    def sync(self, film: FilmFacts) -> Sync | None:
        """How the film ran on the clock; None where no picture was shown."""
        shown, rate = self.run.shown_seconds, film.frames_per_second or ASSUMED_FRAMES_PER_SECOND
        film_is_ahead = 0
        if self.run.thumbnails:
            thumbnails = np.array(self.run.thumbnails)
            numbers = picture_numbers(shown, rate)[: len(thumbnails)]
            film_is_ahead = ahead(self._opening, thumbnails, numbers, rate)
        return sync_of(shown, rate, film_is_ahead)

    def _observe(self) -> None:
        if self._screen.wants_to_stop() or self._stop():
            raise Stopped
        for analysis in self._eye.look(time.monotonic()):
            self._take(analysis)

    def _take(self, analysis: Analysis) -> None:
        seconds = analysis.frame.time_seconds - self._delay
        front = self._viewer.front(analysis)
        row = observed_row(analysis, seconds, front)
        self.run.camera_seconds.append(seconds)
        if self._video is not None:
            self._video.write(analysis.frame.image, seconds)
        start = self.run.start_seconds
        self._monitor.show(seconds, seconds - start if start is not None else None, front)
        self.run.waiting.append(row)
        if start is not None:
            for each in self.run.waiting:
                each["film_seconds"] -= start
                self._journal.write(each)
            self.run.waiting.clear()


def final_facts(
    facts: ViewingFacts, viewing: Viewing, film: FilmFacts, dropped: int, whole: bool, remark: str
) -> tuple[ViewingFacts, float]:
    """The facts of a viewing that is over, and by how much its film times must be moved."""
    sync, run = viewing.sync(film), viewing.run
    wanted = round((film.duration_seconds or 0.0) * (film.frames_per_second or 0.0))
    if whole and sync is not None and sync.shown < LEAST_SHOWN_SHARE * wanted:
        whole, remark = (
            False,
            f"only {sync.shown} of {wanted} pictures were shown: this computer is too slow for the film",
        )
    later = (run.start_seconds or 0.0) - sync.start_seconds if sync is not None else 0.0
    span = run.camera_seconds[-1] - run.camera_seconds[0] if len(run.camera_seconds) > 1 else 0.0
    update = {
        "status": "complete" if whole else "partial",
        "remark": remark,
        "offset_seconds": sync.start_seconds if sync else 0.0,
        "offset_known": "measured" if sync else "assumed",
        "jitter_seconds": round(sync.jitter_seconds, 4) if sync else None,
        "frames_per_second": round((len(run.camera_seconds) - 1) / span, 3) if span else 0.0,
        "shown_pictures": sync.shown if sync else 0,
        "dropped_frames": dropped,
    }
    return facts.model_copy(update=update), later
