"""What a camera does to a picture."""

from __future__ import annotations

import numpy as np

from training.synthesis.rendered.engine.lens import Lens, crisp, through

PICTURE = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)


def test_a_perfect_lens_changes_nothing() -> None:
    assert np.array_equal(through(Lens(), PICTURE), PICTURE)


def test_blur_and_smear_take_detail_away() -> None:
    assert through(Lens(blur_px=1.5), PICTURE).std() < 0.5 * PICTURE.std()
    smeared = through(Lens(motion_px=7.0), PICTURE).astype(int)
    along, across = np.abs(np.diff(smeared, axis=1)).mean(), np.abs(np.diff(smeared, axis=0)).mean()
    assert along < 0.5 * across


def test_crisp_pictures_have_more_detail_and_the_same_light() -> None:
    soft = through(Lens(blur_px=1.5), PICTURE)
    crisper = crisp(soft, 2.0, 1.0)
    detail = [float(np.abs(np.diff(picture.astype(int), axis=1)).mean()) for picture in (soft, crisper)]
    assert detail[1] > 1.5 * detail[0]
    assert abs(soft.mean() - crisper.mean()) < 1.0
    assert np.array_equal(crisp(soft, 0.0, 1.0), soft)


def test_grey_pictures_have_three_equal_channels() -> None:
    grey = through(Lens(grey=True, noise=5.0), PICTURE)
    assert np.array_equal(grey[..., 0], grey[..., 2])


def test_noise_is_the_same_for_the_same_seed() -> None:
    flat = np.full((32, 32, 3), 128, dtype=np.uint8)
    first, again, other = (through(Lens(noise=6.0, seed=seed), flat) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert 3.0 < first.std() < 12.0


def test_compression_keeps_the_picture_recognisable() -> None:
    smooth = through(Lens(blur_px=4.0), PICTURE)
    packed = through(Lens(blur_px=4.0, jpeg_quality=60), PICTURE)
    assert not np.array_equal(packed, smooth)
    assert np.abs(packed.astype(int) - smooth).mean() < 6.0
