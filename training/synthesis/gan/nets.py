"""The networks: a generator of faces, a discriminator that tells real from drawn, and a warp generator of expressions.

Images are float32 [n, 1, side, side] in [-1, 1].
"""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.synthesis.gan.gan_recipe import HALVINGS
from training.synthesis.gan.warp import WarpField

SLOPE = 0.2
"""Of the leaky rectifiers, as in DCGAN (Radford et al. 2016)."""


class Generator(nn.Module):
    """Noise float32 [n, noise] to faces, by doubling the side three times (DCGAN, Radford et al. 2016)."""

    def __init__(self, noise: int, widths: tuple[int, ...], size_px: int) -> None:
        super().__init__()
        self.noise = noise
        side = size_px // 2**HALVINGS
        layers: list[nn.Module] = [
            nn.Linear(noise, widths[0] * side * side, bias=False),
            nn.Unflatten(1, (widths[0], side, side)),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
        ]
        for inputs, outputs in pairwise(widths):
            # A kernel of 4 with a stride of 2 covers every pixel equally often: no checkerboard.
            layers += [
                nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            ]
        self.layers = nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 3, 1, 1), nn.Tanh())

    def forward(self, noise: Tensor) -> Tensor:
        """Faces."""
        faces: Tensor = self.layers(noise)
        return faces


class Discriminator(nn.Module):
    """Faces, with what they are said to show where there are conditions, to a score of realness [n].

    The condition is projected on the face's features (Miyato and Koyama 2018): a face scores high where it is real and
    shows what is said. The deviation over the batch, as a map of its own, tells when all faces look alike (Karras et
    al. 2018). Nothing bounds the slope here: the loss does (`stage.r1_penalty`).
    """

    def __init__(self, widths: tuple[int, ...], size_px: int, conditions: int = 0) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise((1, *widths[:HALVINGS])):
            layers += [nn.Conv2d(inputs, outputs, 4, 2, 1), nn.LeakyReLU(SLOPE)]
        self.body = nn.Sequential(*layers)
        last = nn.Conv2d(widths[HALVINGS - 1] + 1, widths[HALVINGS], 3, 2, 1)
        self.last = nn.Sequential(last, nn.LeakyReLU(SLOPE), nn.Flatten())
        side = (size_px // 2**HALVINGS + 1) // 2
        features = widths[HALVINGS] * side * side
        self.score = nn.Linear(features, 1)
        self.shown = nn.Parameter(torch.empty(conditions, features)) if conditions else None
        if self.shown is not None:
            nn.init.uniform_(self.shown, -(features**-0.5), features**-0.5)

    def forward(self, faces: Tensor, condition: Tensor | None = None) -> Tensor:
        """Scores [n]; `condition` [n, conditions] in [0, 1]."""
        return self.judged(self.features(faces), condition)

    def features(self, faces: Tensor) -> Tensor:
        """What is seen in each face, float32 [n, features]."""
        maps = self.body(faces)
        features: Tensor = self.last(torch.cat([maps, _spread_over_batch(maps)], dim=1)).float()
        return features

    def judged(self, features: Tensor, condition: Tensor | None = None) -> Tensor:
        """The scores of faces by their features."""
        scores: Tensor = self.score(features)[:, 0]
        if self.shown is not None:
            assert condition is not None
            scores = scores + ((condition @ self.shown) * features).sum(dim=1)
        return scores


def _spread_over_batch(maps: Tensor) -> Tensor:
    """The mean deviation over the batch as one constant map [n, 1, h, w]."""
    values = maps.float()
    centred = values - values.mean(dim=0, keepdim=True)
    spread = ((centred * centred).mean(dim=0) + 1e-8).sqrt().mean()
    return spread.to(maps.dtype).expand(len(maps), 1, *maps.shape[2:])


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(width, width, 3, 1, 1, bias=False),
            nn.InstanceNorm2d(width, affine=True),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, 1, 1, bias=False),
            nn.InstanceNorm2d(width, affine=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = x + self.layers(x)
        return result


class WarpGenerator(nn.Module):
    """A face and a condition [n, conditions] to a WarpField: where pixels come from, and what is painted over them.

    A small U-net. It starts as the identity: its last layer is zero. It answers for every fourth pixel across and
    down, and between these what it says changes evenly: a mouth can open and a cheek rise, but no thin bars and dots
    can be painted, which convince a discriminator and no person.
    """

    def __init__(self, conditions: int, widths: tuple[int, int], blocks: int, reach: float) -> None:
        super().__init__()
        small, large = widths
        self.reach = reach
        self.down = nn.Sequential(
            nn.Conv2d(1 + conditions, small, 4, 2, 1, bias=False),
            nn.InstanceNorm2d(small, affine=True),
            nn.ReLU(),
        )
        self.deep = nn.Sequential(
            nn.Conv2d(small, large, 4, 2, 1, bias=False),
            nn.InstanceNorm2d(large, affine=True),
            nn.ReLU(),
            *(_Residual(large) for _ in range(blocks)),
            nn.ConvTranspose2d(large, small, 4, 2, 1, bias=False),
            nn.InstanceNorm2d(small, affine=True),
            nn.ReLU(),
        )
        self.joined = nn.Sequential(nn.Conv2d(2 * small, small, 3, 1, 1), nn.ReLU())
        self.out = nn.Conv2d(small, 4, 4, 2, 1)
        nn.init.zeros_(self.out.weight)
        assert self.out.bias is not None
        nn.init.zeros_(self.out.bias)

    def forward(self, faces: Tensor, condition: Tensor) -> WarpField:
        """The full warp; `warp.apply` scales it by an intensity."""
        maps = condition[:, :, None, None].expand(*condition.shape, *faces.shape[2:])
        shallow = self.down(torch.cat([faces, maps.to(faces.dtype)], dim=1))
        out = self.out(self.joined(torch.cat([shallow, self.deep(shallow)], dim=1))).float()
        coarse = (self.reach * out[:, :2].tanh(), out[:, 2:3].tanh(), out[:, 3:].sigmoid())
        side = faces.shape[-1]
        return WarpField(*(F.interpolate(part, side, mode="bilinear") for part in coarse))
