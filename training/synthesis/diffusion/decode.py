"""From latents to pixels with a pipeline's own decoder, so that gradients can flow through it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def decode(pipeline: Any, latents: Tensor) -> Tensor:
    """Images float32 [n, 3, h, w], red first, in about [0, 1] (not clipped), of latents [n, 4, h/8, w/8]."""
    vae = pipeline.vae
    latents = latents.to(vae.dtype)
    mean, deviation = (getattr(vae.config, f"latents_{name}", None) for name in ("mean", "std"))
    if mean is not None and deviation is not None:
        mean, deviation = (latents.new_tensor(values).view(1, -1, 1, 1) for values in (mean, deviation))
        latents = latents * deviation / vae.config.scaling_factor + mean
    else:
        latents = latents / vae.config.scaling_factor
    images: Tensor = vae.decode(latents, return_dict=False)[0]
    return images.float() / 2 + 0.5


def to_picture(images: Tensor) -> NDArray[np.uint8]:
    """The first of `decode`'s images as uint8 BGR [h, w, 3]."""
    pixels = (images[0].detach().clamp(0, 1) * 255).round().to(torch.uint8)
    return np.ascontiguousarray(pixels.permute(1, 2, 0).cpu().numpy()[:, :, ::-1])
