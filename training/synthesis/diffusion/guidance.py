"""Steering a drawing towards an emotion by a classifier's gradient, while it is drawn.

After each of Euler's steps the line through the last two latents points at the clean picture that the model has in
mind: for a first-order sampler it is exactly the predicted one, text guidance included. That picture is decoded and
cropped as the recognizer crops, a net judges it, and the latents take a small step down the gradient of its
cross-entropy. The gradient does not go through the denoising network: one decoding a step, no second pass of the big
network. After He et al. (2024) and Bansal et al. (2023, "Universal guidance for diffusion models").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from recognizer.affect import EMOTIONS, Emotion
from training.synthesis.diffusion.crop import crop, for_net
from training.synthesis.diffusion.decode import decode, to_picture
from training.synthesis.diffusion.emotion_scorer import FaceLocator

Net = Callable[[Tensor], Tensor]
"""Faces [n, channels, size, size] in [0, 1] to logits [n, 7] in the order of EMOTIONS."""


def clean_latents(before: Tensor, after: Tensor, sigma_before: float, sigma_after: float) -> Tensor:
    """The clean picture's latents: the line from `before` to `after`, prolonged to where the noise level is 0."""
    noise = (before - after) / (sigma_before - sigma_after)
    return after - sigma_after * noise


class EmotionGuide:
    """A step callback for one picture at a time; make one for each.

    `net` wants square faces of `size_px` with `channels`. `scale` is the step's length relative to the latents' own.
    `span` is the part of the drawing, from 0 to 1, in which it steers: before it there is no face yet, after it only
    texture is left to draw. The net looks at pictures of at most `judge_px`, for the decoder's gradient takes much
    memory. `losses` keeps what the net said before each step.
    """

    def __init__(
        self,
        net: nn.Module,
        size_px: int,
        channels: int,
        emotion: Emotion,
        place: FaceLocator,
        scale: float,
        span: tuple[float, float],
        judge_px: int = 512,
    ) -> None:
        self.net = net
        self.size_px = size_px
        self.channels = channels
        self.target = EMOTIONS.index(emotion)
        self.place = place
        self.scale = scale
        self.span = span
        self.judge_px = judge_px
        self.losses: list[float] = []
        self._before: Tensor | None = None

    def __call__(
        self, pipeline: Any, step: int, timestep: Any, tensors: dict[str, Tensor]
    ) -> dict[str, Tensor]:
        """What diffusers calls after each step; returns the latents to go on from."""
        latents = tensors["latents"]
        sigmas = [float(pipeline.scheduler.sigmas[at]) for at in (step, step + 1)]
        if self._before is not None and self.span[0] <= (step + 1) / pipeline.num_timesteps <= self.span[1]:
            clean = clean_latents(self._before.float(), latents.float(), *sigmas)
            latents = (latents.float() + self._nudge(pipeline, clean)).to(latents.dtype)
        self._before = latents
        return {"latents": latents}

    def _nudge(self, pipeline: Any, clean: Tensor) -> Tensor:
        """The step down the loss, of length `scale` times the clean latents' own; 0 where no face is seen."""
        with torch.enable_grad():
            clean = clean.detach().requires_grad_()
            loss = self.loss(pipeline, clean)
            if loss is None:
                return torch.zeros_like(clean)
            (gradient,) = torch.autograd.grad(loss, clean)
        self.losses.append(float(loss.detach()))
        length = gradient.norm().clamp_min(torch.finfo(gradient.dtype).tiny)
        step: Tensor = -self.scale * clean.detach().norm() * gradient / length
        return step

    def loss(self, pipeline: Any, clean: Tensor) -> Tensor | None:
        """The cross-entropy of the wanted emotion for clean latents [1, 4, h, w]; None where no face is seen."""
        shrink = self.judge_px / (clean.shape[-1] * pipeline.vae_scale_factor)
        if shrink < 1:
            clean = F.interpolate(clean, scale_factor=shrink, mode="area")
        images = decode(pipeline, clean)
        to_crop = self.place(to_picture(images), self.size_px)
        if to_crop is None:
            return None
        faces = for_net(crop(images, to_crop, self.size_px), self.channels)
        return F.cross_entropy(self.net(faces), torch.tensor([self.target], device=faces.device))
