"""Lets timm load where torchvision's compiled operators do not, as beside a CPU-only torch."""

from __future__ import annotations

import torch

_torchvision_schemas: list[torch.library.Library] = []
"""Kept alive: a schema goes with its library."""


def allow_timm_without_torchvision_extension() -> None:
    """Define torchvision's compiled operators as bare schemas where its extension does not load.

    timm imports torchvision, which fails with "operator torchvision::nms does not exist" otherwise. Nothing may be
    defined where the extension does load: a second definition ends the process.
    """
    if _torchvision_schemas:
        return
    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _torchvision_schemas.append(library)
