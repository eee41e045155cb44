"""Recipes: every setting of an experiment in one validated YAML file, with overrides from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from recognizer.affect import EMOTIONS
from training.data.data_recipe import DataRecipe, Seed, Share, ShareRange, Strict
from training.recipe_file import read_model, write_model

__all__ = [
    "AugmentRecipe",
    "DataRecipe",
    "ExportRecipe",
    "FitRecipe",
    "NetRecipe",
    "Recipe",
    "SizePhase",
    "dump_recipe",
    "load_recipe",
]

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
ClassWeights = Literal["none", "balanced", "effective"] | dict[str, Positive]


class NetRecipe(Strict):
    """The network.

    small: our residual net (He et al. 2016), one entry of `widths` and `blocks` for each stage. timm: the model that
    timm calls `name`. `pretrained` is a file of weights for it on this disk; nothing is ever fetched.
    `normalise` happens inside the graph: image (each image to zero mean and unit deviation) or fixed (`mean`, `std`
    of pixels in [0, 1], one number for all channels or one for each).
    `head` is for timm models that end in wide hidden layers, as VGG does: pooled puts one linear layer behind the
    pooled features (20 million parameters for vgg19_bn) and lets pooling round up, own keeps the model as it is
    (139.6 million).
    """

    kind: Literal["small", "timm"] = "small"
    widths: tuple[int, ...] = (64, 128, 256, 512)
    blocks: tuple[int, ...] = (1, 2, 2, 1)
    name: str = ""
    head: Literal["pooled", "own"] = "pooled"
    pretrained: Path | None = None
    size_px: Annotated[int, Field(ge=16, le=512)] = 48
    channels: Literal[1, 3] = 1
    normalise: Literal["image", "fixed"] = "image"
    mean: tuple[float, ...] = (0.5,)
    std: tuple[Positive, ...] = (0.25,)
    dropout: Share = 0.3
    drop_path: Annotated[float, Field(ge=0, lt=1)] = 0.0

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.kind == "timm" and not self.name:
            raise ValueError("kind timm needs the model's name, such as name: vgg19_bn")
        if self.kind == "small" and (self.name or self.pretrained):
            raise ValueError("name and pretrained belong to kind: timm")
        if len(self.widths) != len(self.blocks) or not self.widths:
            raise ValueError("widths and blocks need one entry for each stage")
        if not {len(self.mean), len(self.std)} <= {1, self.channels}:
            raise ValueError("mean and std need one number, or one for each channel")
        return self


class AugmentRecipe(Strict):
    """Random changes of a training image; all geometry is drawn uniformly within plus or minus the limit."""

    rotation_degrees: Annotated[float, Field(ge=0, le=45)] = 15.0
    scale: Share = 0.15
    shift: Share = 0.1
    flip: bool = True
    erase_share: Share = 0.5
    erase_sides: ShareRange = (0.15, 0.4)
    blur_share: Share = 0.0


class SizePhase(Strict):
    """From `from_epoch` on, images are shown at `size_px` (small images make early epochs cheap)."""

    from_epoch: Annotated[int, Field(ge=0)]
    size_px: Annotated[int, Field(ge=16, le=512)]


class FitRecipe(Strict):
    """One fit, from its start to its last epoch.

    Where it starts: `start_from` is a weights.pt of the same net; without it, random (or `net.pretrained`).
    What it learns: `label_smoothing`, `class_weights` (none, balanced, effective after Cui et al. 2019, or a weight
    for each emotion), `votes_weight` for the votes' head, and with `teacher` (a model's card or a run's folder) the
    share `teacher_weight` of that model's answers. `mixup` and `cutmix` are alpha of their Beta draws, 0 for none.
    How long: an epoch is one pass over the training faces, or `epoch_steps` batches of them where that is less.
    How: a batch is learned in `micro_batches` equal parts, each with its own draws and batch-norm statistics. As many
    processes as divide them share them out, to the same result. `precision` auto takes bfloat16 where the
    processor has it. `sizes` empty means the net's own size throughout.
    When it ends: after `epochs`, or once `watch` on the validation split has not improved for `patience` epochs (0:
    never). Then the best epoch's averaged weights are the result, else the last one's. The validation split is read
    after every `valid_every` epochs and after the last: epochs of few faces are shorter than its reading.
    """

    epochs: Annotated[int, Field(ge=1)] = 36
    epoch_steps: Annotated[int, Field(ge=1)] | None = None
    batch: Annotated[int, Field(ge=2)] = 256
    micro_batches: Annotated[int, Field(ge=1)] = 1
    sizes: tuple[SizePhase, ...] = ()
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    optimizer: str = "muon"
    learning_rate: Positive = 0.02
    norm_learning_rate_scale: Positive = 0.25
    momentum: Share = 0.95
    weight_decay: NotNegative = 0.05
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    warmup_share: Annotated[float, Field(ge=0, lt=1)] = 0.1
    label_smoothing: Share = 0.05
    class_weights: ClassWeights = "none"
    votes_weight: NotNegative = 0.7
    mixup: NotNegative = 0.0
    cutmix: NotNegative = 0.0
    start_from: Path | None = None
    teacher: Path | None = None
    teacher_weight: Share = 0.5
    average_decay: Annotated[float, Field(ge=0, lt=1)] = 0.998
    patience: Annotated[int, Field(ge=0)] = 0
    watch: Literal["accuracy", "loss"] = "accuracy"
    valid_every: Annotated[int, Field(ge=1)] = 1
    checkpoint_minutes: Positive = 10.0
    seed: Seed = 0

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.batch % self.micro_batches or self.batch // self.micro_batches < 2:
            raise ValueError("batch must be a multiple of micro_batches, with at least 2 faces in each")
        if self.sizes and self.sizes[0].from_epoch != 0:
            raise ValueError("the first entry of sizes must be from_epoch: 0")
        if list(self.sizes) != sorted(self.sizes, key=lambda phase: phase.from_epoch):
            raise ValueError("sizes must be in the order of their epochs")
        if isinstance(self.class_weights, dict) and set(self.class_weights) != set(EMOTIONS):
            raise ValueError(f"class_weights needs exactly {', '.join(EMOTIONS)}")
        return self


class ExportRecipe(Strict):
    """What leaves as ONNX.

    `mirror`: the exported graph averages the logits of the face and its mirror image. `int8`: weights and activations
    as 8-bit integers.
    """

    mirror: bool = False
    int8: bool = False


class Recipe(Strict):
    """A whole experiment: data, net, augmentation, fit and export."""

    name: str
    data: DataRecipe
    net: NetRecipe = NetRecipe()
    augment: AugmentRecipe = AugmentRecipe()
    fit: FitRecipe = FitRecipe()
    export: ExportRecipe = ExportRecipe()


def load_recipe(path: Path, overrides: tuple[str, ...] = ()) -> Recipe:
    """Read a recipe; `overrides` are strings like "fit.epochs=3".

    Raises:
        RecipeError: the file is missing or not YAML, a key is unknown, or a value is out of range.
    """
    return read_model(Recipe, path, overrides, "training/recipes/emotion.yaml")


def dump_recipe(recipe: Recipe, path: Path) -> None:
    """Write the resolved recipe, every key with its value, so that a run can be repeated."""
    write_model(recipe, path)
