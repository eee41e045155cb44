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
"""When the film is meant to amuse."""
NOISE = 0.03

_HAPPY, _NEUTRAL = EMOTIONS.index(Emotion.HAPPY), EMOTIONS.index(Emotion.NEUTRAL)
_SHAPES = {name: index for index, name in enumerate(BLENDSHAPES)}


@dataclass(frozen=True, slots=True)
class Film:
    """How a film works: `pull` multiplies the chance that a viewer answers a scene; at `scenes` False every smile
    comes at a time of its viewer's own, so that nothing is shared.
    """

    pull: float = 1.0
    scenes: bool = True


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
    smile = _smile(viewer, film, times, random)
    blendshapes = 0.05 + np.abs(_noise((len(times), len(BLENDSHAPES)), random))
    for name in ("mouthSmileLeft", "mouthSmileRight"):
        blendshapes[:, _SHAPES[name]] = viewer.rest_smile + (1 - viewer.rest_smile) * smile
    blendshapes[:, [_SHAPES["eyeBlinkLeft"], _SHAPES["eyeBlinkRight"]]] += _blinks(times, random)[:, None]
    blendshapes += _noise(blendshapes.shape, random)
    return Readings(
        film_seconds=times,
        source_seconds=times + REST_SECONDS,
        faces=np.ones(len(times), np.int64),
        probabilities=_probabilities(smile, random),
        pose=_pose(viewer, times, random),
        blendshapes=np.clip(blendshapes, 0, 1),
        quality=np.ones(len(times)),
        light=np.ones(len(times)),
        face_height_px=np.full(len(times), 220.0),
        picture_light=np.full(len(times), 0.5),
    )


def _smile(viewer: Person, film: Film, times: Floats, random: np.random.Generator) -> Floats:
    smile = np.zeros(len(times))
    for start, end in SCENES:
        if random.random() < min(1.0, film.pull * viewer.reactivity):
            if not film.scenes:
                start, end = (start + random.uniform(0, FILM_SECONDS - end + start) - start, end)
                end = start + 3.5
            begin = start + random.normal(0.4, 0.3)
            smile = np.maximum(smile, random.beta(3, 2) * _bump(times, begin, end + random.normal(0, 0.5)))
    if random.random() < 0.25:  # something of one's own
        begin = random.uniform(0, FILM_SECONDS)
        smile = np.maximum(smile, random.beta(2, 4) * _bump(times, begin, begin + random.uniform(1, 3)))
    return smile


def _bump(times: Floats, start: float, end: float) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(times - start) * 8)) - 1 / (1 + np.exp(-(times - end) * 4))).clip(0)


def _noise(shape: tuple[int, ...], random: np.random.Generator, scale: float = NOISE) -> Floats:
    """Noise that lasts about a third of a second, as a fitted face's does."""
    white = random.normal(0, scale * np.sqrt(1 - 0.9**2), shape)
    return np.asarray(lfilter([1.0], [1.0, -0.9], white, axis=0))


def _probabilities(smile: Floats, random: np.random.Generator) -> Floats:
    logits = np.full((len(smile), len(EMOTIONS)), -1.5) + _noise((len(smile), len(EMOTIONS)), random, 0.5)
    logits[:, _NEUTRAL] += 3.5
    logits[:, _HAPPY] += 9 * smile
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
