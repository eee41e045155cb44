"""One viewing to look at: the film, the viewer's face where that was allowed, and the traces, under one slider."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import numpy as np

from player.errors import StudyError
from player.reactions.aggregate import trace_band
from player.reactions.claims import SHOWN_TRACES
from player.reactions.gather import Reactions, Viewed, gather
from player.reactions.handwork import masks
from player.reactions.measures import BIN_SECONDS, TRACE_NAMES
from player.reactions.readings import Floats
from player.reactions.report import svg
from player.reactions.report.clip import clip_of
from player.reactions.report.film import DARKER, TRACE_ROWS, Line, Row, grid, levels_of, ticks
from player.reactions.report.page import environment
from player.reactions.report.words import title
from player.reactions.study import Study
from recognizer.affect import EMOTIONS, Emotion
from recognizer.palette import EMOTION_RGB
from recognizer.resources import package_file

TEMPLATE = package_file("player", "assets", "replay.html.j2")
MARK = '<meta name="generator" content="Sonrisa replay">'
"""By which a page is known again, so that a newer one may take its place."""
AUDIENCE = "#8a9099"
"""The mean of all viewers, behind the viewer's own trace."""


@dataclass(frozen=True, slots=True)
class Face:
    """The viewer's face on video, from `starts_seconds` of film time on; without one `missing` says why."""

    clip: str = ""
    starts_seconds: float = 0.0
    missing: str = ""


def write_replay(study: Study, viewer: str, film: str) -> str:
    """The page as HTML; raises StudyError for a viewing that the study does not hold."""
    if study.viewing(viewer, film) is None:
        raise StudyError(f"{viewer}, {film}: the study holds no such viewing")
    (reactions,) = gather(study, chosen=lambda each: each.film == film)
    everybody = (*reactions.used, *reactions.excluded)
    viewed = next(each for each in everybody if each.facts.viewer == viewer)
    rows = (_emotions(viewed), *(_trace(viewed, reactions, name) for name in SHOWN_TRACES))
    return (
        environment()
        .get_template(TEMPLATE.name)
        .render(
            mark=MARK,
            study=study,
            viewed=viewed,
            film=reactions.film,
            duration=reactions.duration_seconds,
            clip=clip_of(reactions.film.file),
            face=_face(study, viewed),
            rows=rows,
            lines=_lines(),
            ticks=ticks(reactions.duration_seconds),
            bin_seconds=BIN_SECONDS,
            audience=AUDIENCE,
            viewers=len(reactions.used),
            values=json.dumps({name: each for row in rows for name, each in row.values.items()}).replace(
                "<", "\\u003c"
            ),
        )
    )


def is_replay(head: bytes) -> bool:
    """Whether a file that begins so is such a page, or empty."""
    return not head or MARK.encode() in head


def _face(study: Study, viewed: Viewed) -> Face:
    """The kept video of the attempt that counts, if the receipt of its session allows it."""
    facts = viewed.facts
    if not facts.consent:
        return Face(missing="This viewing was recorded elsewhere; the study keeps no video of it.")
    receipt = study.receipt_of(facts)
    video = study.video_path(facts.viewer, facts.film)
    if receipt is None or not receipt.keeps_video or not video.is_file():
        return Face(missing="The viewer did not agree that the video is kept, so there is none.")
    readings = study.readings(facts)
    starts = float(readings.film_seconds[0]) if len(readings) else 0.0
    return Face(clip_of(str(video)), starts)


def _lines() -> tuple[Line, ...]:
    return tuple(
        Line(str(each), svg.colour(EMOTION_RGB[each], DARKER), "")
        for each in EMOTIONS
        if each is not Emotion.NEUTRAL
    )


def _emotions(viewed: Viewed) -> Row:
    levels = ((0.0, "0"), (50.0, "0.5"), (100.0, "1"))
    parts = [*grid(levels), *_masked(viewed)]
    values: dict[str, tuple[float | str | None, ...]] = {}
    for line in _lines():
        trace = viewed.measured.trace(line.label)
        parts.append(svg.trace_part(trace, (0, 1), line.colour))
        values[line.label] = _plain(trace)
    says = "probability of each emotion, corrected by the face at rest"
    return Row("emotions", "Emotions", says, svg.chart(parts, says), levels, values)


def _trace(viewed: Viewed, reactions: Reactions, name: str) -> Row:
    limits, rgb = TRACE_ROWS[name]
    levels = levels_of(limits)
    own = np.asarray(viewed.measured.traces[:, TRACE_NAMES.index(name)])
    parts = [*grid(levels), *_masked(viewed)]
    if len(reactions.used) > 1:
        parts.append(svg.trace_part(trace_band(reactions, name).mean, limits, AUDIENCE))
    parts.append(svg.trace_part(own, limits, svg.colour(rgb, DARKER)))
    chart = svg.chart(parts, f"{title(name)} of {viewed.facts.viewer}")
    return Row(name, title(name), "", chart, levels, {title(name): _plain(own)})


def _masked(viewed: Viewed) -> list[str]:
    taken_back = max((n for n, each in enumerate(viewed.decisions, 1) if each.what == "restore"), default=0)
    length = len(viewed.measured.traces) * BIN_SECONDS
    return [
        svg.span_part(start / length, end / length) for start, end in masks(viewed.decisions[taken_back:])
    ]


def _plain(values: Floats) -> tuple[float | None, ...]:
    return tuple(round(value, 3) if math.isfinite(value) else None for value in values.tolist())
