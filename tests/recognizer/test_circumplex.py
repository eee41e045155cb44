"""The circumplex: where each emotion lies, and that mixtures lie between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS, Affect, Emotion
from recognizer.circumplex import COORDINATES, affect_of


def certain(emotion: Emotion) -> tuple[float, ...]:
    return tuple(float(other is emotion) for other in EMOTIONS)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_certain_emotion_lies_at_its_own_point(emotion: Emotion) -> None:
    assert affect_of(certain(emotion)) == COORDINATES[emotion]


def test_the_quarters_of_the_plane_are_where_people_put_them() -> None:
    happy, angry, sad = (affect_of(certain(e)) for e in (Emotion.HAPPY, Emotion.ANGRY, Emotion.SAD))
    assert happy.valence > 0
    assert happy.arousal > 0
    assert angry.valence < 0
    assert angry.arousal > 0
    assert sad.valence < 0
    assert sad.arousal < 0
    assert affect_of(certain(Emotion.NEUTRAL)) == Affect(0.0, 0.0)


@given(st.lists(st.floats(0.001, 1), min_size=7, max_size=7))
def test_every_mixture_stays_on_the_plane(weights: list[float]) -> None:
    point = affect_of([weight / sum(weights) for weight in weights])
    assert -1 <= point.valence <= 1
    assert -1 <= point.arousal <= 1


def test_another_number_of_values_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        affect_of([0.5, 0.5])
