"""Lets timm load beside a CPU-only torch, where torchvision's compiled operators are missing."""

from __future__ import annotations

import torch

_torchvision_schemas: list[torch.library.Library] = []
"""Kept alive: a schema goes with its library."""


def allow_timm_without_torchvision_extension() -> None:
    """Define torchvision's compiled operators as bare schemas where its extension does not load (CPU-only torch).

    timm imports torchvision, which fails with "operator torchvision::nms does not exist" otherwise. Does nothing where
    the extension is there.
    """
    if _torchvision_schemas or hasattr(torch.ops.torchvision, "nms"):
        return
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _torchvision_schemas.append(library)
