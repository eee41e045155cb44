"""Valence and arousal from the probabilities of the seven emotions."""

from __future__ import annotations

from collections.abc import Sequence

from recognizer.affect import EMOTIONS, Affect, Emotion

COORDINATES: dict[Emotion, Affect] = {
    Emotion.ANGRY: Affect(valence=-0.51, arousal=0.59),
    Emotion.DISGUST: Affect(valence=-0.60, arousal=0.35),
    Emotion.FEAR: Affect(valence=-0.64, arousal=0.60),
    Emotion.HAPPY: Affect(valence=0.81, arousal=0.51),
    Emotion.SAD: Affect(valence=-0.63, arousal=-0.27),
    Emotion.SURPRISE: Affect(valence=0.40, arousal=0.67),
    Emotion.NEUTRAL: Affect(valence=0.0, arousal=0.0),
}
"""Mean pleasure and arousal ratings of emotion words (Russell and Mehrabian 1977, Journal of Research in Personality
11, 273-294: angry, disgusted, fearful, happy, sad, surprised); neutral is the origin by definition."""


def affect_of(probabilities: Sequence[float]) -> Affect:
    """Expected valence and arousal: each emotion's coordinates weighted by its probability.

    `probabilities` are seven values in the order of EMOTIONS that sum to 1, so the result stays inside [-1, 1].
    Raises ValueError for another number of values.
    """
    points = [COORDINATES[emotion] for emotion in EMOTIONS]
    weighted = list(zip(probabilities, points, strict=True))
    return Affect(
        valence=sum(weight * point.valence for weight, point in weighted),
        arousal=sum(weight * point.arousal for weight, point in weighted),
    )
