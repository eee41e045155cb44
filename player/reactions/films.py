"""What is known of a film from its file: its length and rate, some of its pictures, and the faces in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from player.reactions.facts import FilmFacts
from player.reactions.observe import Models, observed_row
from player.reactions.readings import Journal
from recognizer.capture import VideoSource
from recognizer.digest import file_sha256
from recognizer.errors import SourceError, UsageError
from recognizer.frames import Frame
from recognizer.pipeline import main_face
from recognizer.videos import ASSUMED_FRAMES_PER_SECOND

VIDEO_ENDINGS = frozenset({".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v"})


def film_of(path: Path, category: str, name: str | None = None) -> FilmFacts:
    """What a film's file says; raises SourceError where it cannot be read and UsageError for an unfit name."""
    with VideoSource(path) as source:
        if source.read() is None:
            raise SourceError(f"{path}: holds no picture")
        rate = source.frames_per_second or ASSUMED_FRAMES_PER_SECOND
        seconds = source.duration_seconds or _last_seconds(source) + 1 / rate
    try:
        return FilmFacts(
            film=name or path.stem,
            category=category,
            file=str(path.resolve()),
            sha256=file_sha256(path),
            duration_seconds=seconds,
            frames_per_second=rate,
        )
    except ValidationError as error:
        raise UsageError(
            f"{path}: film and category must be plain names (letters, digits, space, - _ .; at most 64),"
            f" not {name or path.stem!r} and {category!r}"
        ) from error


def stills(path: Path, times: list[float]) -> Iterator[Frame]:
    """The pictures of a film at the given times, which rise; those beyond its end are left out."""
    wanted = iter(times)
    due = next(wanted, None)
    with VideoSource(path) as source:
        for frame in source:
            if due is None:
                return
            if frame.time_seconds >= due:
                yield frame
                while due is not None and due <= frame.time_seconds:
                    due = next(wanted, None)


def measure_faces_in(film: FilmFacts, models: Models, journal: Journal) -> None:
    """Measure the face in front in every picture of a film; raises SourceError or OutputError."""
    analyser = models.analyser()
    try:
        with VideoSource(Path(film.file)) as source:
            for frame in source:
                analysis = analyser.analyse(frame)
                journal.write(observed_row(analysis, frame.time_seconds, main_face(analysis)))
    finally:
        analyser.close()


def _last_seconds(source: VideoSource) -> float:
    """When the last picture comes, in a file that does not state its length; one was read before."""
    return max((frame.time_seconds for frame in source), default=0.0)
