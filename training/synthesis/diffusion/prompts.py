"""From a request to a prompt: the sentence of Sultanov et al. (2025), filled with words from a vocabulary. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from recognizer.affect import Emotion
from training.errors import RecipeError
from training.synthesis.diffusion.phrases import Expression, Negatives, Phrases, strength
from training.synthesis.request import ActionUnits, FaceRequest

MOST_UNITS = 6
"""Action units named in one prompt at most; fewer where the prompt would grow too long."""
MOST_TOKENS = 75
"""What SDXL's text encoders read, without the two tokens that mark start and end; they forget the rest."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to draw and what not to, and the action units in [0, 1] that the words ask for."""

    text: str
    negative: str
    action_units: ActionUnits


def write_prompt(request: FaceRequest, phrases: Phrases, style: str = "") -> Prompt:
    """The prompt of a request; `style` is put behind it, such as "close-up portrait photograph".

    Of the request's action units the weakest are left out until all of the prompt is read.
    """
    for most_units in range(MOST_UNITS, 0, -1):
        expression = expression_of(request, phrases, most_units)
        text = f"{_sentence(request, phrases, expression.words)} {style}".strip()
        if estimated_tokens(text) <= MOST_TOKENS:
            break
    units = {number: value * request.intensity for number, value in expression.action_units.items()}
    return Prompt(text, _unwanted(request, phrases), units)


def estimated_tokens(text: str) -> float:
    """How many tokens an English text has: a word about 1.1, a mark one."""
    return 1.1 * len(re.findall(r"\w+", text)) + len(re.findall(r"[^\w\s]", text))


def _sentence(request: FaceRequest, phrases: Phrases, expression: str) -> str:
    who = f"{phrases.age_group[request.age_group]}, {phrases.ethnicity[request.ethnicity]}"
    clauses = [
        f"An image of {who} {phrases.gender[request.gender]} with {expression}",
        phrases.lighting[request.lighting],
        phrases.angle[request.angle],
        phrases.obstruction[request.obstruction],
        phrases.blur[request.blur],
        _feeling(request, phrases),
    ]
    return ", ".join(clause for clause in clauses if clause) + "."


def expression_of(request: FaceRequest, phrases: Phrases, most_units: int = MOST_UNITS) -> Expression:
    """What the face does: the request's action units in words, or one of the emotion's expressions by its seed.

    Units without a word are left out, and all but the `most_units` strongest. Raises RecipeError where none of them
    has a word.
    """
    if not request.action_units and request.emotion:
        choices = phrases.expressions[request.emotion]
        return choices[int(np.random.default_rng(request.seed).integers(len(choices)))]
    known = {unit: value for unit, value in request.action_units.items() if unit in phrases.action_units}
    if not known:
        raise RecipeError(
            f"no words for the action units {', '.join(map(str, request.action_units))}; add some in options.phrases"
        )
    strongest = sorted(known, key=lambda unit: (-known[unit], unit))[:most_units]
    named = {unit: known[unit] for unit in sorted(strongest)}
    words = [
        unit_in_words(phrases, unit, value * request.intensity) for unit, value in named.items() if value > 0
    ]
    return Expression(words=_listed(words) or "a relaxed face", action_units=named)


def unit_in_words(phrases: Phrases, unit: int, intensity: float) -> str:
    """Such as "slightly raised inner brows" or "a strongly wrinkled nose"."""
    word, phrase = strength(phrases.unit_strengths, intensity), phrases.action_units[unit]
    if not word:
        return phrase
    article, rest = ("a ", phrase[2:]) if phrase.startswith("a ") else ("", phrase)
    return f"{article}{word} {rest}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _feeling(request: FaceRequest, phrases: Phrases) -> str:
    if request.emotion is None:
        return ""
    degree = strength(phrases.emotion_strengths, request.intensity)
    if request.emotion == Emotion.NEUTRAL:
        degree = ""
    return " ".join(filter(None, ["expressing", degree, phrases.emotions[request.emotion]]))


def _unwanted(request: FaceRequest, phrases: Phrases) -> str:
    """The negative prompt: what is never wanted, and what would contradict this request."""
    against = [
        getattr(phrases.negative_of, name).get(getattr(request, name)) for name in Negatives.model_fields
    ]
    return ", ".join(filter(None, [phrases.negative, *against]))
