"""Readings that the real recogniser made of real clips, recorded once and then played for hours.

A tape holds what was found in each picture: faces and readings before any steadying. Played back and forth, at the
evening's own time and under the face id of whoever sits there, it is what the analysis would say of such a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.footage import Take, takes
from benchmarks.segments import swung
from player.app import MODEL_CARD
from recognizer.affect import Emotion, Reading
from recognizer.classify import Classifier
from recognizer.errors import SourceError
from recognizer.faces import Face, FaceFinder
from recognizer.frames import Frame, Image
from recognizer.pipeline import Analyser, main_face

Seen = tuple[Face, Reading]
"""The face in front of one picture, and what was read from it."""


@dataclass(frozen=True, slots=True)
class Tape:
    """One face, picture by picture, at the clip's rate."""

    frames_per_second: float
    pictures: tuple[Seen, ...]

    def at(self, seconds: float) -> Seen:
        """What is seen this long after the tape began; it runs forth and back without end."""
        return swung(self.pictures, int(seconds * self.frames_per_second))


@dataclass(frozen=True, slots=True)
class Performer:
    """A person of the clips: the face at rest, and the expressions that it was seen to show."""

    name: str
    rest: Tape
    shown: dict[Emotion, Tape]

    def tape(self, emotion: Emotion | None) -> Tape:
        """The tape of an expression; rest for None."""
        return self.shown[emotion] if emotion is not None else self.rest


def performers(videos: Path, demo: Path) -> list[Performer]:
    """The people of the clips that are there, the one with most expressions first.

    Reads every picture with the real models, which takes a minute. Raises SourceError where there are no clips.
    """
    classifier = Classifier.load(MODEL_CARD)
    found: dict[str, Performer] = {}
    for take in takes(videos, demo):
        name = take.name.split(",")[0]
        rest, shown = (_tape(take, images, classifier) for images in (take.rest, take.shown))
        known = found.get(name) or Performer(name, rest, {})
        found[name] = replace(known, shown={**known.shown, take.emotion: shown})
    return sorted(found.values(), key=lambda each: -len(each.shown))


def _tape(take: Take, images: Sequence[Image], classifier: Classifier) -> Tape:
    pictures = tuple(_seen(images, take.frames_per_second, classifier))
    if not pictures:
        raise SourceError(f"{take.name}: no face was found in it")
    return Tape(take.frames_per_second, pictures)


def _seen(images: Sequence[Image], rate: float, classifier: Classifier) -> Iterator[Seen]:
    with FaceFinder(max_faces=1) as finder:
        analyser = Analyser(finder, classifier)
        for index, image in enumerate(images):
            analysis = analyser.analyse(Frame(image, index, index / rate, 0.0))
            front = main_face(analysis)
            if front is not None:
                face = next(each for each in analysis.faces if each.face_id == front.face_id)
                yield face, front
