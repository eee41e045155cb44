"""The gradient reaches the drawing: what is drawn shows more of the wanted emotion than without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor, nn

from recognizer.affect import Emotion
from recognizer.crop import TEMPLATE, align, anchors_of, similarity
from training.synthesis.diffusion.checkpoint import load_pipeline
from training.synthesis.diffusion.crop import crop, for_net
from training.synthesis.diffusion.guidance import EmotionGuide, clean_latents

STEPS = 8

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


class SmallNet(nn.Module):
    """Stands for a classifier: logits of 8 x 8 px averages, smooth and of random weights."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.linear = nn.Linear(64 * channels, 7)
        nn.init.normal_(self.linear.weight)

    def forward(self, faces: Tensor) -> Tensor:
        pooled = nn.functional.adaptive_avg_pool2d(faces, 8).flatten(1)
        logits: Tensor = self.linear(pooled)
        return logits


def whole_image(image_bgr: NDArray[np.uint8], size_px: int) -> NDArray[np.float64]:
    """Random weights draw no faces: the whole picture is the crop."""
    scale = size_px / image_bgr.shape[0]
    return np.array([[scale, 0.0, 0.0], [0.0, scale, 0.0]])


def no_face(image_bgr: NDArray[np.uint8], size_px: int) -> None:
    return None


@pytest.fixture(scope="module")
def pipeline(tiny_sdxl: Path) -> Any:
    return load_pipeline(tiny_sdxl, torch.device("cpu"))


def draw(pipeline: Any, guide: Any) -> Tensor:
    latents: Tensor = pipeline(
        prompt="a face",
        width=64,
        height=64,
        num_inference_steps=STEPS,
        generator=torch.Generator().manual_seed(3),
        output_type="latent",
        callback_on_step_end=guide,
    ).images
    return latents


def guide_of(scale: float = 0.05, place: Any = whole_image, channels: int = 1, **how: Any) -> EmotionGuide:
    settings: dict[str, Any] = {"span": (0.0, 1.0), **how}
    return EmotionGuide(SmallNet(channels), 32, channels, Emotion.HAPPY, place, scale, **settings)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_guided_loss_goes_down(pipeline: Any, channels: int) -> None:
    plain = draw(pipeline, None)
    guide = guide_of(channels=channels)
    guided = draw(pipeline, guide)
    with torch.no_grad():
        before, after = (guide.loss(pipeline, latents) for latents in (plain, guided))
    assert before is not None
    assert after is not None
    assert after < 0.8 * before
    assert len(guide.losses) == STEPS - 1
    assert guide.losses[-1] < guide.losses[0]


def test_it_steers_only_within_its_span(pipeline: Any) -> None:
    guide = guide_of(span=(0.5, 0.75))
    draw(pipeline, guide)
    assert len(guide.losses) == 3


def test_where_no_face_is_seen_the_drawing_stays_as_it_was(pipeline: Any) -> None:
    assert torch.equal(draw(pipeline, guide_of(place=no_face)), draw(pipeline, None))


def test_a_smaller_look_steers_too(pipeline: Any) -> None:
    guide = guide_of(judge_px=32)
    draw(pipeline, guide)
    assert guide.losses[-1] < guide.losses[0]


def test_the_line_through_two_steps_points_at_the_predicted_picture(pipeline: Any) -> None:
    """Against what the sampler itself says when it is asked."""
    scheduler = pipeline.scheduler
    scheduler.set_timesteps(5)
    before, noise = torch.randn(2, 1, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    scheduler.scale_model_input(before, scheduler.timesteps[0])
    step = scheduler.step(noise, scheduler.timesteps[0], before)
    sigmas = [float(sigma) for sigma in scheduler.sigmas[:2]]
    clean = clean_latents(before, step.prev_sample, *sigmas)
    assert torch.allclose(clean, step.pred_original_sample, atol=1e-3)


@given(st.floats(-0.5, 0.5), st.floats(0.5, 4), st.integers(0, 20))
def test_the_crop_on_tensors_is_the_recognizers_crop(turn: float, scale: float, seed: int) -> None:
    """Same framing, same averaging: a net judges what the recognizer would see."""
    rng = np.random.default_rng(seed)
    image = cv2.GaussianBlur(rng.integers(0, 256, (96, 96, 3)).astype(np.uint8), (0, 0), 3)
    cosine, sine = np.cos(turn), np.sin(turn)
    points = (TEMPLATE - 0.5) * 24 * scale @ np.array([[cosine, sine], [-sine, cosine]]) + 48
    landmarks = np.zeros((478, 2), np.float32)
    for corners, point in zip(((33, 133), (362, 263), (61, 291)), points, strict=True):
        landmarks[list(corners)] = point
    expected = align(np.asarray(image, np.uint8), landmarks, 24, "bgr")
    tensor = torch.from_numpy(np.ascontiguousarray(image[:, :, ::-1])).permute(2, 0, 1)[None].float() / 255
    cut = crop(tensor, similarity(anchors_of(landmarks), TEMPLATE * 24), 24)
    got = (cut[0].permute(1, 2, 0).numpy()[:, :, ::-1] * 255).round()
    assert np.abs(got - expected).max() <= 3
    grey = for_net(cut, 1)[0, 0].numpy() * 255
    assert np.abs(grey - align(np.asarray(image, np.uint8), landmarks, 24, "grey")).max() <= 3
