"""Labels in the figures of a study's report."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from training.report.figures import lines_of
from training.study.figures import LONGEST_LABEL

WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=30).map(" ".join)


@given(label=WORDS, most=st.integers(1, 3))
def test_a_label_keeps_its_words_as_far_as_its_lines_reach(label: str, most: int) -> None:
    lines = lines_of(label, most, LONGEST_LABEL)
    assert 1 <= len(lines) <= most
    assert all(len(line) <= LONGEST_LABEL for line in lines)
    said = " ".join(lines)
    assert said == label or (said.endswith("…") and label.startswith(said.removesuffix("…")))


def test_a_title_of_two_lines_is_told_whole() -> None:
    title = "five times as many rendered faces, no real one, with the labels that a model gives them"
    assert " ".join(lines_of(title, 2, LONGEST_LABEL)) == title
    assert lines_of(title, 1, LONGEST_LABEL) == ["five times as many rendered faces, no real one,…"]
