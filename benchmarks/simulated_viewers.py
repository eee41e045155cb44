"""Viewers of an invented film as readings, made in a moment: some answer its scenes, some do not, some look away.

The population is skewed as real ones are: most viewers hardly move, few laugh. Its true means are known, since a study
draws its viewers from it, so the coverage of intervals and the power of tests can be counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from player.reactions.readings import Floats, Readings
from recognizer.affect import EMOTIONS, Emotion
from recognizer.faces import BLENDSHAPES

RATE = 25.0
FILM_SECONDS, REST_SECONDS = 20.0, 3.0
SCENES = ((4.0, 7.0), (12.0, 16.0))
"""When a film is meant to amuse."""
STARTLES = ((8.0, 9.5),)
"""And when to startle."""
NOISE = 0.03

_HAPPY, _SURPRISE, _NEUTRAL = (
    EMOTIONS.index(each) for each in (Emotion.HAPPY, Emotion.SURPRISE, Emotion.NEUTRAL)
)
_SHAPES = {name: index for index, name in enumerate(BLENDSHAPES)}


@dataclass(frozen=True, slots=True)
class Film:
    """How a film works: `pull` multiplies the chance that a viewer answers a scene; unless `shared` every answer comes
    at a time of its viewer's own, so that the viewers have nothing in common.
    """

    pull: float = 1.0
    shared: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """What a viewer brings to every film: how readily the face answers, and how it rests."""

    reactivity: float
    rest_smile: float
    restlessness: float


def person(random: np.random.Generator) -> Person:
    """One viewer of the population."""
    return Person(random.beta(1.2, 1.6), random.uniform(0, 0.15), random.beta(1, 8))


def viewing(viewer: Person, film: Film, random: np.random.Generator) -> Readings:
    """One viewer's viewing of a film, from the rest before it to its end."""
    times = np.arange(round(-REST_SECONDS * RATE), round(FILM_SECONDS * RATE)) / RATE
    smile, surprise = (_answers(viewer, film, times, random, scenes) for scenes in (SCENES, STARTLES))
    blendshapes = 0.05 + np.abs(_noise((len(times), len(BLENDSHAPES)), random))
    for name in ("mouthSmileLeft", "mouthSmileRight"):
        blendshapes[:, _SHAPES[name]] = viewer.rest_smile + (1 - viewer.rest_smile) * smile
    for name in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight", "jawOpen"):
        blendshapes[:, _SHAPES[name]] += 0.6 * surprise
    blendshapes[:, [_SHAPES["eyeBlinkLeft"], _SHAPES["eyeBlinkRight"]]] += _blinks(times, random)[:, None]
    blendshapes += _noise(blendshapes.shape, random)
    return Readings(
        film_seconds=times,
        source_seconds=times + REST_SECONDS,
        faces=np.ones(len(times), np.int64),
        probabilities=_probabilities(smile, surprise, random),
        pose=_pose(viewer, times, random),
        blendshapes=np.clip(blendshapes, 0, 1),
        quality=np.ones(len(times)),
        light=np.ones(len(times)),
        face_height_px=np.full(len(times), 220.0),
        picture_light=np.full(len(times), 0.5),
    )


def _answers(
    viewer: Person,
    film: Film,
    times: Floats,
    random: np.random.Generator,
    scenes: tuple[tuple[float, float], ...],
) -> Floats:
    """How strongly the face answers [n]: some scenes, with a strength of its own each time, and something besides."""
    during = times[times >= 0]
    answer = np.zeros(len(during))
    for start, end in scenes:
        if random.random() < min(1.0, film.pull * viewer.reactivity):
            begin = start + random.normal(0.4, 0.3)
            bump = random.beta(2, 2) * _bump(during, begin, begin + end - start + random.normal(0, 0.5))
            # At any time, around the film's end: as likely at its beginning as anywhere.
            bump = bump if film.shared else np.roll(bump, random.integers(len(bump)))
            answer = np.maximum(answer, bump)
    if random.random() < 0.25:
        bump = random.beta(2, 4) * _bump(during, 8.0, 8.0 + random.uniform(1, 3))
        answer = np.maximum(answer, np.roll(bump, random.integers(len(bump))))
    return np.concatenate([np.zeros(len(times) - len(during)), answer])


def _bump(times: Floats, start: float, end: float) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(times - start) * 8)) - 1 / (1 + np.exp(-(times - end) * 4))).clip(0)


def _noise(shape: tuple[int, ...], random: np.random.Generator, scale: float = NOISE) -> Floats:
    """Noise that lasts about a third of a second, as a fitted face's does."""
    white = random.normal(0, scale * np.sqrt(1 - 0.9**2), shape)
    return np.asarray(lfilter([1.0], [1.0, -0.9], white, axis=0))


def _probabilities(smile: Floats, surprise: Floats, random: np.random.Generator) -> Floats:
    logits = np.full((len(smile), len(EMOTIONS)), -1.5) + _noise((len(smile), len(EMOTIONS)), random, 0.5)
    logits[:, _NEUTRAL] += 3.5
    logits[:, _HAPPY] += 10 * smile
    logits[:, _SURPRISE] += 8 * surprise
    weights = np.exp(logits)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _blinks(times: Floats, random: np.random.Generator) -> Floats:
    lids = np.zeros(len(times))
    for begin in random.uniform(-REST_SECONDS, FILM_SECONDS, random.poisson(15 * (FILM_SECONDS + 3) / 60)):
        lids[(times >= begin) & (times < begin + 0.2)] = 0.8
    return lids


def _pose(viewer: Person, times: Floats, random: np.random.Generator) -> Floats:
    pose = _noise((len(times), 3), random, 2.0)
    if random.random() < 4 * viewer.restlessness:
        begin = random.uniform(0, FILM_SECONDS)
        pose[(times >= begin) & (times < begin + random.uniform(1, 8)), 0] += 50
    return pose
