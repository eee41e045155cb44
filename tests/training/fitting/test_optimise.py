"""Optimisers fit the processor that they run on."""

from __future__ import annotations

import pytest
import torch

from training.fit_recipe import FitRecipe, NetRecipe
from training.fitting import optimise
from training.nets.backbones import build_net
from training.nets.timm_shim import allow_timm_without_torchvision_extension


@pytest.mark.parametrize("fast", [True, False])
def test_muon_computes_in_bfloat16_only_where_the_processor_does(
    fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow_timm_without_torchvision_extension()
    from timm.optim import muon

    original = getattr(muon.zeropower_via_newtonschulz, "func", muon.zeropower_via_newtonschulz)
    monkeypatch.setattr(muon, "zeropower_via_newtonschulz", original)
    monkeypatch.setattr(optimise, "computes_in_bfloat16", lambda: fast)
    for _ in range(2):
        optimise.build_optimizer(build_net(NetRecipe(widths=(8, 8), blocks=(1, 1))), FitRecipe())
    update = muon.zeropower_via_newtonschulz(torch.randn(8, 12), 5, [(3.4445, -4.775, 2.0315)])
    assert update.dtype == (torch.bfloat16 if fast else torch.float32)
