"""Skin: each look changes what it should, where it should, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.synthesis.rendered.assets.head_template import QUICK, HeadTemplate
from training.synthesis.rendered.assets.skin_maps import (
    NOISE_CELLS,
    UV_WINDOW,
    NoiseBank,
    SkinMaps,
    SkinPainter,
    position_map,
    smooth_noise,
)
from training.synthesis.rendered.geometry.bake import FloatArray, Part
from training.synthesis.rendered.people.appearance import Appearance, Beard, BeardCut, Skin

PLAIN = Appearance()


@pytest.fixture(scope="module")
def painter(head_template: HeadTemplate) -> SkinPainter:
    """A painter of small maps."""
    return head_template.painter


@pytest.fixture(scope="module")
def height_dm(head_template: HeadTemplate) -> FloatArray:
    """How high each texel lies on the body."""
    return position_map(head_template.model, QUICK.map_size)[..., 1]


def colour(maps: SkinMaps) -> FloatArray:
    """Linear colour [h,w,3]."""
    return maps.albedo[..., :3]


def changed(one: SkinMaps, other: SkinMaps) -> np.ndarray:
    """Where two skins [h,w] have plainly different colours."""
    return np.asarray(np.abs(colour(one) - colour(other)).max(axis=-1) > 0.02)


def test_equal_seeds_paint_equal_skin_and_another_seed_other_blotches(painter: SkinPainter) -> None:
    first, again, other = (painter.paint(PLAIN, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.albedo, again.albedo)
    assert np.array_equal(first.detail, again.detail)
    assert not np.array_equal(first.albedo, other.albedo)
    assert np.array_equal(first.wrinkle, other.wrinkle), "lines are everybody's"


def test_maps_are_of_the_size_asked_for_and_colours_in_range(painter: SkinPainter) -> None:
    width, height = QUICK.map_size
    for look in (PLAIN, Appearance(skin=Skin(melanin=1.0, freckles=1.0, lines=1.0, spots=1.0))):
        maps = painter.paint(look, 3)
        assert maps.albedo.shape == maps.detail.shape == maps.wrinkle.shape == (height, width, 4)
        assert 0.0 <= colour(maps).min() <= colour(maps).max() <= 1.0
        assert all(np.isfinite(part).all() for part in (maps.albedo, maps.detail, maps.wrinkle))


def test_more_melanin_is_darker_everywhere(painter: SkinPainter) -> None:
    pale, dark = (colour(painter.paint(Appearance(skin=Skin(melanin=m)), 1)) for m in (0.1, 0.7))
    assert (dark.mean(axis=-1) <= pale.mean(axis=-1) + 0.01).all()
    assert dark.mean() < 0.6 * pale.mean()


def test_lipstick_colours_the_lips_alone(painter: SkinPainter, height_dm: FloatArray) -> None:
    bare, painted = (
        painter.paint(Appearance(skin=Skin(lip_tint=tint, lip_colour=(0.4, 0.0, 0.0))), 1)
        for tint in (0.0, 1.0)
    )
    lips = changed(bare, painted)
    assert 0.001 < lips.mean() < 0.08
    assert np.ptp(height_dm[lips]) < 0.6
    assert np.array_equal(bare.detail[..., 0], painted.detail[..., 0])


def test_a_beard_darkens_the_lower_face_and_a_moustache_less_of_it(
    painter: SkinPainter, height_dm: FloatArray
) -> None:
    shaven = painter.paint(PLAIN, 1)
    beard = Beard(cut=BeardCut.FULL, density=0.9, colour=(0.01, 0.01, 0.01))
    full = changed(shaven, painter.paint(replace(PLAIN, beard=beard), 1))
    lip = changed(shaven, painter.paint(replace(PLAIN, beard=replace(beard, cut=BeardCut.MOUSTACHE)), 1))
    eyes_dm = 7.27
    assert height_dm[full].max() < eyes_dm
    assert 0 < lip.sum() < 0.5 * full.sum()


def test_age_cuts_lines_into_the_skin(painter: SkinPainter) -> None:
    young, old = (painter.paint(Appearance(skin=Skin(lines=lines)), 1).detail[..., 0] for lines in (0.0, 1.0))
    assert old.min() < young.min() - 0.001, "decimetres"


def test_a_texel_lies_where_the_skin_says_with_the_first_row_below(head_template: HeadTemplate) -> None:
    width, height = QUICK.map_size
    places = position_map(head_template.model, QUICK.map_size)
    surface = head_template.model.surface
    left, low, across, up = UV_WINDOW
    u, v = ((surface.uv - [left, low]) / [across, up]).T
    inside = (surface.part == Part.SKIN) & (np.abs(u - 0.5) < 0.4) & (np.abs(v - 0.5) < 0.4)
    row, column = (v[inside] * height).astype(int), (u[inside] * width).astype(int)
    meant = head_template.model.canonical[surface.source[inside]]
    off_dm = np.linalg.norm(places[row, column] - meant, axis=1)
    assert np.median(off_dm) < 0.05


@pytest.mark.parametrize("cell_px", [2.0, 8.0, 30.0])
def test_noise_is_centred_and_even(cell_px: float) -> None:
    noise = smooth_noise(np.random.default_rng(1), cell_px, (128, 96))
    assert noise.shape == (96, 128)
    assert float(noise.mean()) == pytest.approx(0.0, abs=1e-4)
    assert float(noise.std()) == pytest.approx(1.0, abs=1e-4)


def test_noise_of_larger_cells_changes_more_slowly() -> None:
    steps = [
        np.abs(np.diff(smooth_noise(np.random.default_rng(1), cell, (128, 96)), axis=1)).mean()
        for cell in (2.0, 8.0, 30.0)
    ]
    assert steps[0] > 2.0 * steps[1] > 4.0 * steps[2]


def test_people_share_noise_but_not_its_place() -> None:
    bank = NoiseBank((64, 64), np.random.default_rng(0))
    one, other = (bank.draw(NOISE_CELLS[-1], np.random.default_rng(seed)) for seed in (1, 2))
    assert not np.array_equal(one, other)
    assert np.array_equal(np.sort(one.ravel()), np.sort(other.ravel()))
