"""What a fitted net is fed: one definition for the fit, its validation, its teacher's part and the export."""

from __future__ import annotations

from dataclasses import replace

from recognizer.card import InputSpec
from training.nets.backbones import FaceNet
from training.recipe import Recipe


def input_of(net: FaceNet, recipe: Recipe) -> InputSpec:
    """The net's input, with the cleaning that its training faces had."""
    clean = recipe.data.clean
    return replace(net.input_spec, equalise=clean.equalise, sharpen_below=clean.sharpen_below)
