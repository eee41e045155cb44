"""The options of the diffusion generator, as a recipe's section `options` holds them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from training.data.data_recipe import Share, Strict
from training.synthesis.diffusion.phrases import PHRASES


class GradientOptions(Strict):
    """Steering by the gradient of a net of ours: `run` is the folder that `python -m training fit` wrote.

    Each step is `scale` times as long as the latents themselves; it is taken in the part `span` of the drawing.
    `judge_px` bounds the size of the pictures that the net judges.
    """

    run: Path
    scale: Annotated[float, Field(gt=0, le=1)] = 0.02
    span: tuple[Share, Share] = (0.3, 0.8)
    judge_px: Annotated[int, Field(ge=64, le=1024)] = 512

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.span[0] >= self.span[1]:
            raise ValueError("span must be [from, to]")
        return self


class DiffusionOptions(Strict):
    """How pictures are drawn.

    `checkpoint`: an SDXL checkpoint (a .safetensors file or a folder in diffusers' layout); without it the only one in
    models/diffusion/. `licence`: its terms, for the provenance of each picture. `phrases`: the vocabulary of prompts;
    `style` is put behind each. `draw_px` is the size at which the checkpoint draws, and `guidance_scale` how closely it
    follows the prompt. With `best_of` above 1 several candidates are drawn and the one is taken that the model of
    `critic` gives the highest probability of the wanted emotion. `gradient` steers while drawing.
    """

    checkpoint: Path | None = None
    licence: str = "not stated; see where the checkpoint came from"
    phrases: Path = PHRASES
    style: str = ""
    steps: Annotated[int, Field(ge=2, le=200)] = 30
    guidance_scale: Annotated[float, Field(ge=1, le=20)] = 5.0
    draw_px: Annotated[int, Field(ge=64, le=2048, multiple_of=8)] = 1024
    best_of: Annotated[int, Field(ge=1, le=64)] = 1
    critic: Path = Path("models/emotion.yaml")
    gradient: GradientOptions | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
