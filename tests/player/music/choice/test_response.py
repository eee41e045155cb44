from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from player.music.choice.response import Response, effects
from recognizer.affect import Affect

affects = st.builds(Affect, st.floats(-1, 1), st.floats(-1, 1))


def responses(track_id: int, lift: float, times: int, seed: int = 0) -> list[Response]:
    """A listener who goes half-way back to the middle whatever plays, and is lifted beside."""
    random = np.random.default_rng((seed, track_id))
    found = []
    for number in range(times):
        valence, arousal = random.uniform(-0.8, 0.8, 2)
        after = Affect(0.5 * valence + lift + random.normal(0, 0.05), 0.5 * arousal)
        found.append(Response(track_id, float(number), 60.0, Affect(valence, arousal), after))
    return found


def test_a_track_that_lifts_is_told_from_one_that_does_not() -> None:
    known = effects(responses(1, 0.3, 30) + responses(2, 0.0, 30) + responses(3, 0.0, 30))

    assert known[1].valence > 0.1
    assert known[1].valence > known[2].valence + 0.2
    assert abs(known[1].arousal) < 0.02
    assert known[1].count == 30


def test_a_sad_listener_who_recovers_anyway_is_no_effect_of_the_track() -> None:
    """Track 1 is played only to the sad: they recover as much as everybody does."""
    everybody = [each for track_id in range(2, 8) for each in responses(track_id, 0.0, 20)]
    sad = [Response(1, float(n), 60.0, Affect(-0.7, 0.0), Affect(-0.35, 0.0)) for n in range(20)]

    assert abs(effects(everybody + sad)[1].valence) < 0.05


def test_one_evening_counts_less_than_many() -> None:
    others = [each for track_id in range(2, 8) for each in responses(track_id, 0.0, 20)]

    once = effects(others + responses(1, 0.4, 1))[1].valence
    often = effects(others + responses(1, 0.4, 20))[1].valence
    assert 0 < once < often


def test_nothing_is_known_without_responses() -> None:
    assert effects([]) == {}


@given(
    st.lists(
        st.builds(Response, st.integers(1, 3), st.just(0.0), st.just(60.0), affects, affects), max_size=12
    )
)
def test_no_effect_is_larger_than_a_mood_can_move(found: list[Response]) -> None:
    known = effects(found)

    assert set(known) == {response.track_id for response in found}
    assert all(abs(each.valence) <= 2 and abs(each.arousal) <= 2 for each in known.values())
