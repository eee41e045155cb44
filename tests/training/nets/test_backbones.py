"""Every backbone keeps one contract: faces in, seven logits out, two heads, a stated input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from recognizer.crop import to_input
from training.errors import DataError, RecipeError
from training.fit_recipe import NetRecipe
from training.nets.backbones import SmallNet, build_net, drop_path
from training.nets.face_net import standardise
from training.nets.timm_shim import allow_timm_without_torchvision_extension

KINDS: dict[str, dict[str, Any]] = {
    "small": {"widths": (8, 16), "blocks": (1, 1)},
    "small at 112 px in colour": {"widths": (8, 16), "blocks": (1, 1), "size_px": 112, "channels": 3},
    "a residual net": {"kind": "timm", "name": "test_resnet", "drop_path": 0.1},
    "a transformer": {"kind": "timm", "name": "test_vit", "size_px": 64, "channels": 3, "normalise": "fixed"},
    "vgg": {"kind": "timm", "name": "vgg11_bn"},
}


@pytest.mark.parametrize("settings", KINDS.values(), ids=KINDS)
def test_every_backbone_reads_faces_as_its_input_spec_says(settings: dict[str, Any]) -> None:
    net = build_net(NetRecipe(**settings)).eval()
    faces = np.random.default_rng(0).integers(0, 256, (3, 60, 60)).astype(np.uint8)
    images = torch.from_numpy(to_input(faces, net.input_spec))
    assert images.shape == (3, net.channels, net.size_px, net.size_px)
    with torch.no_grad():
        answers = net(images)
        label_logits, votes_logits = net.heads(net.normalise(images))
    assert answers.shape == (3, 7)
    assert votes_logits.shape == (3, 8)
    torch.testing.assert_close(answers, label_logits)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"name": "vgg19bn"}, "timm has no model vgg19bn; close: vgg19_bn"),
        ({"name": "resnet18.a1_in1k"}, "write resnet18; .* nothing is fetched"),
        ({"name": "vgg11_bn", "drop_path": 0.1}, "no residual branches"),
    ],
)
def test_a_name_that_timm_cannot_build_is_one_clear_line(settings: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RecipeError, match=complaint):
        build_net(NetRecipe(kind="timm", **settings))


def test_pretrained_weights_come_from_a_file_and_fit_one_channel_too(tmp_path: Path) -> None:
    allow_timm_without_torchvision_extension()
    import timm

    file = tmp_path / "weights.pt"
    weights = timm.create_model("test_resnet").state_dict()
    torch.save(weights, file)
    colour, grey = (
        build_net(NetRecipe(kind="timm", name="test_resnet", channels=channels, pretrained=file)).state_dict()
        for channels in (3, 1)
    )
    first = next(name for name in weights if weights[name].ndim == 4)
    assert torch.equal(colour[f"body.{first}"], weights[first])
    torch.testing.assert_close(grey[f"body.{first}"], weights[first].sum(1, keepdim=True))


def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path) -> None:
    recipe = NetRecipe(kind="timm", name="test_resnet", pretrained=tmp_path / "none.pt")
    with pytest.raises(DataError, match=r"none.pt: no such file"):
        build_net(recipe)
    recipe.pretrained.write_bytes(b"nothing")  # type: ignore[union-attr]
    with pytest.raises(DataError, match=r"none.pt: not weights of test_resnet"):
        build_net(recipe)


def test_vgg_has_one_linear_layer_behind_its_pooled_features_unless_asked_otherwise() -> None:
    # Shapes without numbers: nobody wants to wait for 130 million random weights.
    with torch.device("meta"):
        nets = [build_net(NetRecipe(kind="timm", name="vgg19_bn", head=head)) for head in ("pooled", "own")]
    pooled, own = (sum(weights.numel() for weights in net.parameters()) for net in nets)
    assert round(pooled / 1e6) == 20
    assert round(own / 1e6) == 140


def test_vgg_sees_its_whole_input_at_48_px() -> None:
    with torch.device("meta"):
        net = build_net(NetRecipe(kind="timm", name="vgg19_bn"))
        # Rounding down, the last pooling of a 3x3 map would leave one cell of its four and a third unseen.
        assert net.get_submodule("body.features")(torch.zeros(1, 1, 48, 48)).shape[2:] == (2, 2)


def test_weights_of_the_first_release_still_load() -> None:
    names = set(SmallNet(NetRecipe()).state_dict())
    assert {"stem.0.weight", "body.0.first.weight", "body.1.shortcut.1.weight", "label_head.bias"} <= names
    assert not {
        name for name in names if name.split(".")[0] not in {"stem", "body", "label_head", "votes_head"}
    }


def test_an_image_in_colour_is_standardised_as_a_whole() -> None:
    images = torch.rand(4, 3, 20, 20) * torch.tensor([0.2, 0.5, 0.9])[None, :, None, None]
    done = standardise(images)
    assert done.mean(dim=(1, 2, 3)) == pytest.approx(torch.zeros(4), abs=1e-5)
    assert (done[:, 2].mean(dim=(1, 2)) > done[:, 0].mean(dim=(1, 2))).all()


def test_a_dropped_branch_is_gone_and_the_others_make_up_for_it() -> None:
    torch.manual_seed(0)
    branch = torch.ones(4000, 2, 1, 1)
    dropped = drop_path(branch, 0.25, training=True)
    assert sorted(dropped.unique().tolist()) == pytest.approx([0, 4 / 3])
    assert float(dropped.mean()) == pytest.approx(1, abs=0.05)
    assert torch.equal(drop_path(branch, 0.25, training=False), branch)
