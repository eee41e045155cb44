"""Hair: it grows from the scalp, stays off the face's inside, and is as long as it was cut."""

from __future__ import annotations

import numpy as np
import pytest

from training.synthesis.rendered.assets.facial_hair import plant_beard, plant_brows
from training.synthesis.rendered.assets.hairstyles import ScalpHair
from training.synthesis.rendered.assets.head_template import HeadTemplate
from training.synthesis.rendered.geometry.strands import Strands
from training.synthesis.rendered.people.appearance import Beard, BeardCut, Cut, Hair
from training.synthesis.rendered.people.wardrobe import CUTS, cut_named

FEW = 600


def grown(head_template: HeadTemplate, scalp_hair: ScalpHair, cut: Cut, seed: int = 0) -> Strands:
    place = head_template.model.canonical
    return scalp_hair.grow(Hair(cut=cut, strands=FEW), place, head_template.model.normals(place), 1.0, seed)


@pytest.mark.parametrize("name", [name for name in CUTS if name != "bald"])
def test_no_cut_grows_into_the_head(head_template: HeadTemplate, scalp_hair: ScalpHair, name: str) -> None:
    strands = grown(head_template, scalp_hair, cut_named(name, np.random.default_rng(1)))
    assert strands.points.shape[0] == FEW
    assert np.isfinite(strands.points).all()
    shell = scalp_hair.shell(head_template.model.canonical)
    offset = strands.points[:, 3:].reshape(-1, 3) - shell.centre
    away = np.linalg.norm(offset, axis=1)
    direction = offset / away[:, None]
    above_the_jaw = direction[:, 1] > -0.5
    inside = (away < shell.at(direction) - 0.12) & above_the_jaw
    assert inside.mean() < 0.02


def test_long_hair_hangs_lower_than_short_hair(head_template: HeadTemplate, scalp_hair: ScalpHair) -> None:
    short, long = (
        grown(head_template, scalp_hair, Cut(top=length, side=length, back=length)).points[..., 1].min()
        for length in (0.2, 2.5)
    )
    assert long < short - 0.8


def test_equal_seeds_grow_equal_hair(head_template: HeadTemplate, scalp_hair: ScalpHair) -> None:
    first, again, other = (
        grown(head_template, scalp_hair, Cut(curl=0.05), seed).points for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_brows_follow_the_forehead(head_template: HeadTemplate) -> None:
    model = head_template.model
    brows = plant_brows(head_template, Hair(), seed=0)
    normals = model.normals(model.canonical)
    lifted = model.canonical + np.array([0.0, 0.1, 0.0], dtype=np.float32)
    still, raised = brows.grown(model.canonical, normals), brows.grown(lifted, normals)
    assert np.allclose(raised.points - still.points, [0.0, 0.1, 0.0], atol=1e-5)


def test_a_moustache_is_no_full_beard_and_stubble_has_no_strands(head_template: HeadTemplate) -> None:
    full, lip = (
        plant_beard(head_template, Beard(cut, 0.1), 0) for cut in (BeardCut.FULL, BeardCut.MOUSTACHE)
    )
    assert full is not None
    assert lip is not None
    assert 0 < len(lip.length) < 0.5 * len(full.length)
    assert plant_beard(head_template, Beard(BeardCut.STUBBLE, 0.0), 0) is None
