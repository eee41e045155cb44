from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from pygame import Rect

from player.ui.layout import columns, fit_inside, layout_of, rows_within

sizes = st.tuples(st.integers(800, 4000), st.integers(500, 2400))


@given(size=sizes, zoom=st.floats(0.5, 1.25))
def test_all_parts_are_inside_the_window_and_none_covers_another(size: tuple[int, int], zoom: float) -> None:
    layout = layout_of(*size, zoom)
    parts = [layout.header, layout.footer, *layout.panels]
    for part in parts:
        assert layout.window.contains(part)
        assert part.width > 0
        assert part.height > 0
    assert not any(first.colliderect(second) for first, second in combinations(parts, 2))


@given(size=sizes)
def test_columns_and_rows_are_aligned(size: tuple[int, int]) -> None:
    layout = layout_of(*size)
    for upper, lower in zip(layout.panels[:3], layout.panels[3:], strict=True):
        assert (upper.left, upper.right) == (lower.left, lower.right)
    assert len({panel.top for panel in layout.panels}) == 2
    assert layout.header.left == layout.preview.left == layout.footer.left
    assert layout.header.right == layout.playing.right == layout.footer.right


def test_a_window_twice_as_large_has_everything_twice_as_large() -> None:
    assert layout_of(2240, 1400).scale == 2 * layout_of(1120, 700).scale


@given(width=st.integers(10, 3000), gap=st.integers(0, 9))
def test_columns_fill_their_area(width: int, gap: int) -> None:
    found = columns(Rect(5, 5, width, 10), (0.5, 0.3, 0.2), gap)
    assert found[0].left == 5
    assert found[-1].right == 5 + width


def test_only_whole_rows_are_shown() -> None:
    assert len(rows_within(Rect(0, 0, 50, 99), 20, 9)) == 4
    assert len(rows_within(Rect(0, 0, 50, 99), 20, 2)) == 2


@given(width=st.integers(1, 4000), height=st.integers(1, 4000))
def test_a_picture_keeps_its_proportions_and_stays_inside(width: int, height: int) -> None:
    area = Rect(10, 20, 400, 300)
    fitted = fit_inside(width, height, area)
    assert area.contains(fitted)
    assert abs(fitted.width * height - fitted.height * width) <= max(width, height)
