"""Agreement against scikit-learn and against a published example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from recognizer.affect import EMOTIONS, Emotion
from training.review.agreement import agreement, cohen_kappa, describe, fleiss_kappa
from training.review.answers import new_answer, standing

SAYING = st.sampled_from([*map(str, EMOTIONS), "remove"])


@given(st.lists(st.tuples(SAYING, SAYING), min_size=2, max_size=30))
def test_cohens_kappa_is_scikit_learns(pairs: list[tuple[str, str]]) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    kappa = cohen_kappa(one, other)
    if kappa is None:
        assert len({*one, *other}) == 1
    else:
        assert kappa == pytest.approx(cohen_kappa_score(one, other))


def test_fleiss_kappa_of_the_example_in_his_paper() -> None:
    """Ten subjects, fourteen raters, five categories: 0.210."""
    table = [
        *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
        *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
    ]
    answers = [[str(k) for k, count in enumerate(row) for _ in range(count)] for row in table]
    assert fleiss_kappa(answers) == pytest.approx(0.210, abs=5e-4)


def test_where_all_say_the_same_kappa_is_not_defined() -> None:
    assert cohen_kappa(["sad"] * 3, ["sad"] * 3) is None
    assert cohen_kappa([], []) is None
    assert fleiss_kappa([["sad", "sad"]]) is None
    assert fleiss_kappa([]) is None


def test_people_are_compared_on_the_faces_they_share() -> None:
    answers = [
        new_answer((f"{face}.png", ""), Emotion.HAPPY, said, person)
        for person, sayings in {
            "anna": ["keep", "sad", "remove"],
            "ben": ["happy", "sad"],
            "cem": ["keep"],
        }.items()
        for face, said in enumerate(sayings)
    ]
    found = agreement(standing(answers))
    assert found.people == {"anna": 3, "ben": 2, "cem": 1}
    assert [(pair.people, pair.faces, pair.same) for pair in found.pairs] == [
        (("anna", "ben"), 2, 1.0),
        (("anna", "cem"), 1, 1.0),
        (("ben", "cem"), 1, 1.0),
    ]
    assert found.pairs[0].kappa == 1.0
    assert found.common == 1
    lines = describe(found)
    assert "anna and ben: the same on 100% of 2 faces, Cohen's kappa 1.00 (few faces" in lines
    assert "all on 1 common faces" in lines
    assert describe(agreement({})) == "nobody has answered yet"
