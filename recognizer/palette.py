"""Colour of each emotion, in every window, page and plot."""

from __future__ import annotations

from recognizer.affect import Emotion

Rgb = tuple[int, int, int]

EMOTION_RGB: dict[Emotion, Rgb] = {
    Emotion.ANGRY: (219, 108, 92),
    Emotion.DISGUST: (154, 170, 92),
    Emotion.FEAR: (160, 132, 206),
    Emotion.HAPPY: (242, 190, 86),
    Emotion.SAD: (98, 148, 214),
    Emotion.SURPRISE: (86, 188, 180),
    Emotion.NEUTRAL: (164, 170, 182),
}
