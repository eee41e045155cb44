"""Viewers whose faces follow a script, as rows of a study: made in a moment, with answers that are known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from player.reactions.facts import FilmFacts, Versions, ViewingFacts
from player.reactions.readings import SCHEMA, Readings, readings_of
from player.reactions.study import Study
from recognizer.affect import EMOTIONS, Emotion
from recognizer.faces import BLENDSHAPES

VERSIONS = Versions(sonrisa="0", emotion_model="scripted", emotion_model_sha256="", face_model_sha256="")
STARTED = "2026-01-02T03:04:05+00:00"
FILM_SECONDS = 12.0
REST_SECONDS = 3.0


@dataclass(frozen=True)
class Look:
    """What a scripted face shows at one moment."""

    emotion: Emotion = Emotion.NEUTRAL
    share: float = 0.9
    shapes: tuple[tuple[str, float], ...] = ()
    yaw_degrees: float = 0.0
    quality: float = 1.0
    light: float = 1.0
    faces: int = 1
    height_px: float = 200.0


NEUTRAL = Look()
SMILING = Look(Emotion.HAPPY, shapes=(("mouthSmileLeft", 0.8), ("mouthSmileRight", 0.8)))
Script = Callable[[float], Look | None]
"""What is seen at each film time; None: nobody."""


def smiles(start: float = 4.0, end: float = 8.0) -> Script:
    """At rest, but smiling from `start` to `end`."""
    return lambda seconds: SMILING if start <= seconds < end else NEUTRAL


def row(seconds: float, index: int, look: Look | None) -> dict[str, Any]:
    """One row of SCHEMA."""
    values: dict[str, Any] = dict.fromkeys(SCHEMA.names)
    values |= {
        "film_seconds": seconds,
        "source_seconds": seconds + 10,
        "frame": index,
        "faces": look.faces if look is not None else 0,
        "picture_light": 0.5,
    }
    if look is None:
        return values
    rest = (1 - look.share) / (len(EMOTIONS) - 1)
    values |= {f"p_{each}": look.share if each is look.emotion else rest for each in EMOTIONS}
    values |= dict.fromkeys(BLENDSHAPES, 0.0) | dict(look.shapes)
    values |= {"yaw_degrees": look.yaw_degrees, "pitch_degrees": 0.0, "roll_degrees": 0.0}
    values |= {"quality": look.quality, "light": look.light, "face_height_px": look.height_px}
    return values


def rows(
    script: Script, seconds: float = FILM_SECONDS, rest: float = REST_SECONDS, rate: float = 25.0
) -> list[dict[str, Any]]:
    """Rows from `rest` seconds before a film to its end."""
    times = np.arange(round(-rest * rate), round(seconds * rate)) / rate
    return [row(float(time), index, script(float(time))) for index, time in enumerate(times)]


def table(script: Script, **how: float) -> pa.Table:
    return pa.Table.from_pylist(rows(script, **how), SCHEMA)


def readings(script: Script, **how: float) -> Readings:
    return readings_of(table(script, **how))


def viewing(viewer: str = "ada", film: str = "tea", **more: Any) -> ViewingFacts:
    """Facts of a viewing that went well."""
    facts: dict[str, Any] = {"viewer": viewer, "film": film, "source": "camera 0", "started": STARTED}
    facts |= {"status": "complete", "offset_known": "measured", "jitter_seconds": 0.005, "versions": VERSIONS}
    return ViewingFacts(**(facts | more))


def keep(study: Study, facts: ViewingFacts, script: Script, **how: float) -> None:
    """Put a viewing into a study."""
    with study.begin(facts) as journal:
        for each in rows(script, **how):
            journal.write(each)
        study.finish(facts, journal)


def stored(study: Study, viewer: str = "ada", film: str = "tea", ending: str = ".parquet") -> Path:
    """The file of the attempt that counts."""
    facts = study.viewing(viewer, film)
    assert facts is not None
    return study.path / "viewers" / viewer / f"{film}~{facts.attempt}{ending}"


def film(name: str = "tea", category: str = "drinks", **more: Any) -> FilmFacts:
    return FilmFacts(film=name, category=category, **({"duration_seconds": FILM_SECONDS} | more))


def state(study: Study) -> Study:
    """Say what viewers must be told."""
    study.state(
        controller="Tea Ltd", purpose="a better film", retention="until May", contact="kim@example.org"
    )
    return study


def make_study(
    path: Path, viewers: Sequence[str] = ("ada", "ben", "cleo"), films: Sequence[str] = ("tea",)
) -> Study:
    """Every viewer sees every film and smiles in it from 4 to 8 s."""
    study = Study.open_or_create(path)
    for name in films:
        study.add_film(film(name))
        for viewer in viewers:
            keep(study, viewing(viewer, name), smiles())
    return study
