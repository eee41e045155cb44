"""Stretches of clips whose word is known, and how the raw and the steadied readings fare on them.

A folder of clips may hold a SEGMENTS.csv with the columns file, start_seconds, end_seconds (empty: to the end) and
label, one of the seven emotions. What lies between the stretches is not judged, but it is read, so that the steadying
arrives at each as it would at run time.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias, TypeVar

import yaml

from recognizer.affect import Emotion, Reading
from recognizer.capture import VideoSource
from recognizer.classify import Classifier
from recognizer.errors import SourceError
from recognizer.faces import FaceFinder
from recognizer.pipeline import Analyser, main_face
from recognizer.steady import SteadySettings, SteadyState, lost, step

LABELS = "SEGMENTS.csv"
COLUMNS = ("file", "start_seconds", "end_seconds", "label")
ALLOWED_SECONDS = 0.6
"""How soon after its start a segment's word must stand."""
MOST_UNSURE = 0.05
"""The largest share of the labelled time that may be "not sure"."""
_ROUNDING_SECONDS = 1e-6
LEAST_SECONDS = 1.0
"""A stretch that its clip cuts shorter goes on, back and forth, for so long: else nobody could be in time."""

Item = TypeVar("Item")
Seen: TypeAlias = tuple[float, Reading | None]
"""The time of a picture, in seconds of its clip, and what the face in front showed; None with nobody in it."""
Word: TypeAlias = tuple[float, Emotion | None]
"""From this time on, until the next, this is said; None: not sure."""


@dataclass(frozen=True, slots=True)
class Segment:
    """From `start_seconds` to `end_seconds` (infinite: to the end) of a clip, people would say `emotion`."""

    file: str
    start_seconds: float
    end_seconds: float
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class Score:
    """How one stretch was read; times in seconds, shares of its length.

    `delay_seconds` is how long the word took to stand; None where it never did. `lost_seconds` is how long it did not
    stand after it first had. `false_words` counts the times that another emotion came to stand, from ALLOWED_SECONDS
    after the start on or after the word had stood. `changes` counts all, "not sure" included.
    """

    seconds: float
    delay_seconds: float | None
    lost_seconds: float
    false_words: int
    right_seconds: float
    unsure_seconds: float
    changes: int

    @property
    def as_it_should_be(self) -> bool:
        """The word stood in time and was held, and no other one stood."""
        late = self.delay_seconds is None or self.delay_seconds > ALLOWED_SECONDS + _ROUNDING_SECONDS
        return not (late or self.lost_seconds or self.false_words)


@dataclass(frozen=True, slots=True)
class Total:
    """All stretches together: how many are as they should be, shares of their time, and changes a minute."""

    segments: int
    as_they_should_be: int
    false_words: int
    right_share: float
    unsure_share: float
    changes_per_minute: float

    @property
    def as_wanted(self) -> bool:
        """Every stretch is as it should be, and little of the time is "not sure"."""
        return self.as_they_should_be == self.segments and self.unsure_share <= MOST_UNSURE


def labelled(folder: Path) -> list[Segment]:
    """The segments of a folder's SEGMENTS.csv, in its order; empty where there is none.

    Raises SourceError, with the line, for what cannot be understood or names a clip that is not there.
    """
    path = folder / LABELS
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be read ({error})") from error
    rows = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise SourceError(f"{path}: lacks the columns {', '.join(missing)}")
    return [_segment(folder, row, f"{path}, line {rows.line_num}") for row in rows]


def _segment(folder: Path, row: Mapping[str, str | None], where: str) -> Segment:
    file, start, end, label = ((row[name] or "").strip() for name in COLUMNS)
    if label not in set(Emotion):
        raise SourceError(f"{where}: {label!r} is none of {', '.join(Emotion)}")
    try:
        segment = Segment(file, float(start), float(end) if end else math.inf, Emotion(label))
    except ValueError as error:
        raise SourceError(f"{where}: {start!r} to {end!r} are no seconds") from error
    if not 0 <= segment.start_seconds < segment.end_seconds:
        raise SourceError(f"{where}: {start} to {end} is no stretch of time")
    if not file or not (folder / file).is_file():
        raise SourceError(f"{where}: there is no clip {file!r} in {folder}")
    return segment


def meant(clip: Path) -> list[Segment]:
    """The segments of a rendered clip, whose truth stands beside it (.yaml): each from its apex to its offset."""
    truth = yaml.safe_load(clip.with_suffix(".yaml").read_text(encoding="utf-8"))
    return [
        Segment(clip.name, each["apex_seconds"], each["offset_seconds"], Emotion(each["emotion"]))
        for each in truth["segments"]
    ]


def read_clip(clip: Path, classifier: Classifier) -> list[Seen]:
    """Every picture of a clip through all stages but the steadying."""
    with FaceFinder(max_faces=1) as finder, VideoSource(clip) as source:
        analyser = Analyser(finder, classifier)
        return [(frame.time_seconds, main_face(analyser.analyse(frame))) for frame in source]


def prolonged(seen: Sequence[Seen], segments: Iterable[Segment]) -> list[Seen]:
    """The clip with its last stretch held for LEAST_SECONDS, where the clip ends sooner."""
    result = list(seen)
    starts = [each.start_seconds for each in segments if each.end_seconds == math.inf]
    last = [each for each in seen if starts and each[0] >= max(starts)]
    if len(last) < 2:
        return result
    pause = (last[-1][0] - last[0][0]) / (len(last) - 1)
    for index in range(len(last), math.ceil(LEAST_SECONDS / pause)):
        now, reading = last[0][0] + index * pause, swung(last, index)[1]
        result.append((now, replace(reading, time_seconds=now) if reading is not None else None))
    return result


def thinned(seen: Iterable[Seen], pictures_per_second: float) -> list[Seen]:
    """The pictures that a machine would see that manages so many a second."""
    result, due = list[Seen](), -math.inf
    for now, reading in seen:
        if now >= due:
            result.append((now, reading))
            due = max(due, now - 1 / pictures_per_second) + 1 / pictures_per_second
    return result


def swung(items: Sequence[Item], index: int) -> Item:
    """The item at an index of the endless back and forth that begins with these."""
    place = index % (2 * len(items))
    return items[place] if place < len(items) else items[2 * len(items) - 1 - place]


def raw_words(seen: Iterable[Seen]) -> list[Word]:
    """What the single pictures say; not sure where there is no face."""
    return [(now, reading.emotion if reading else None) for now, reading in seen]


def steadied_words(seen: Iterable[Seen], settings: SteadySettings) -> list[Word]:
    """What the steadied mood says after each picture."""
    state, words = SteadyState(), list[Word]()
    for now, reading in seen:
        state, mood = step(state, reading, settings) if reading else lost(state, 0, now, settings)
        words.append((now, mood.emotion))
    return words


def score(segment: Segment, words: Sequence[Word]) -> Score:
    """How a segment was read. Raises SourceError where the clip holds no picture of it."""
    spans = list(_spans(segment, words))
    if not spans:
        raise SourceError(f"{segment.file}: holds nothing from {segment.start_seconds} s on")
    right = [(begins, ends) for begins, ends, said in spans if said is segment.emotion]
    wrong = [(begins, ends, said) for begins, ends, said in spans if said is not segment.emotion]
    delay = right[0][0] - segment.start_seconds if right else None
    settled = segment.start_seconds + min(ALLOWED_SECONDS, ALLOWED_SECONDS if delay is None else delay)
    return Score(
        seconds=spans[-1][1] - segment.start_seconds,
        delay_seconds=delay,
        lost_seconds=_length((begins, ends) for begins, ends, _ in wrong if right and begins > right[0][0]),
        false_words=sum(said is not None and ends > settled + _ROUNDING_SECONDS for _, ends, said in wrong),
        right_seconds=_length(right),
        unsure_seconds=_length((begins, ends) for begins, ends, said in spans if said is None),
        changes=len(spans) - 1,
    )


def judged(
    segments: Iterable[Segment],
    tapes: Mapping[str, Sequence[Seen]],
    words_of: Callable[[Sequence[Seen]], list[Word]],
) -> list[Score]:
    """How each segment was read on the tape of its clip."""
    words = {name: words_of(tape) for name, tape in tapes.items()}
    return [score(each, words[each.file]) for each in segments]


def total(scores: Sequence[Score]) -> Total:
    """All scores together."""
    seconds = sum(each.seconds for each in scores)
    return Total(
        segments=len(scores),
        as_they_should_be=sum(each.as_it_should_be for each in scores),
        false_words=sum(each.false_words for each in scores),
        right_share=sum(each.right_seconds for each in scores) / seconds,
        unsure_share=sum(each.unsure_seconds for each in scores) / seconds,
        changes_per_minute=60 * sum(each.changes for each in scores) / seconds,
    )


def _spans(segment: Segment, words: Sequence[Word]) -> Iterator[tuple[float, float, Emotion | None]]:
    """From when to when what is said within a segment; the last picture stands as long as the one before it."""
    pause = words[-1][0] - words[-2][0] if len(words) > 1 else 0.0
    untils = [now for now, _ in words[1:]] + [now + pause for now, _ in words[-1:]]
    pieces = (
        (max(now, segment.start_seconds), min(until, segment.end_seconds), word)
        for (now, word), until in zip(words, untils, strict=True)
        if until > segment.start_seconds and now < segment.end_seconds
    )
    for word, alike in groupby(pieces, key=itemgetter(2)):
        stretch = list(alike)
        yield stretch[0][0], stretch[-1][1], word


def _length(spans: Iterable[tuple[float, float]]) -> float:
    return sum(ends - begins for begins, ends in spans)
