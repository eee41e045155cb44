"""SDXL checkpoints on this computer: which one is meant, what it weighs, and the pipeline it becomes.

Nothing is fetched: a checkpoint is a file that a person chose, under terms that the person read.
"""

from __future__ import annotations

import hashlib
import importlib
import os
from pathlib import Path
from typing import Any

import torch

from recognizer.digest import file_sha256
from training.errors import DataError, RecipeError
from training.nets.timm_shim import allow_timm_without_torchvision_extension

FOLDER = Path("models/diffusion")
"""Where checkpoints are looked for, relative to the working directory."""
PARTS = "sdxl-parts"
"""The folder of settings and word lists that a single file lacks, beside it."""

WHICH = (
    "get an SDXL checkpoint such as Juggernaut XL (huggingface.co/RunDiffusion/Juggernaut-XL-v9; CreativeML Open RAIL"
    f" licence) and put its folder or .safetensors file into {FOLDER}/, or name it in options.checkpoint"
)
WHICH_PARTS = (
    "a single file lacks its settings and word lists: put the .json and .txt files of"
    " huggingface.co/stabilityai/stable-diffusion-xl-base-1.0 there, or use a checkpoint in diffusers' folder layout"
)
INDEX = "model_index.json"
"""What marks a folder as a pipeline of diffusers."""


def find_checkpoint(named: Path | None, folder: Path = FOLDER) -> Path:
    """The checkpoint that a recipe names, or the only one in `folder`.

    Raises:
        DataError: there is none; says which to get.
        RecipeError: there are several.
    """
    if named is not None:
        if not _is_checkpoint(named):
            raise DataError(f"{named}: no checkpoint there; {WHICH}")
        return named
    found = sorted(path for path in folder.glob("*") if path.name != PARTS and _is_checkpoint(path))
    if not found:
        raise DataError(f"{folder}: no checkpoint there; {WHICH}")
    if len(found) > 1:
        raise RecipeError(f"options.checkpoint: choose one of {', '.join(map(str, found))}")
    return found[0]


def _is_checkpoint(path: Path) -> bool:
    return (path / INDEX).is_file() or (path.is_file() and path.suffix == ".safetensors")


def find_parts(checkpoint: Path) -> Path | None:
    """The folder of what a single-file checkpoint lacks (None for a whole folder); raises DataError if absent."""
    if checkpoint.is_dir():
        return None
    parts = checkpoint.parent / PARTS
    if not (parts / INDEX).is_file():
        raise DataError(f"{parts}: not there; {WHICH_PARTS}")
    return parts


def fingerprint(checkpoint: Path) -> str:
    """Name and start of the sha256 over all weights, such as "juggernautXL.safetensors sha256:0123456789ab"."""
    files = [checkpoint] if checkpoint.is_file() else sorted(checkpoint.rglob("*.safetensors"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(bytes.fromhex(file_sha256(path)))
    return f"{checkpoint.name} sha256:{digest.hexdigest()[:12]}"


def import_diffusers() -> Any:
    """The package `diffusers`, told to stay off the network; raises DataError where it is not installed."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    allow_timm_without_torchvision_extension()
    try:
        for package in ("transformers", "safetensors", "diffusers"):
            module = importlib.import_module(package)
    except ModuleNotFoundError as error:
        raise DataError(
            f"diffusion needs the package {error.name}; install it with `pip install -e .[diffusion]`"
        ) from error
    module.utils.logging.set_verbosity_error()
    module.utils.logging.disable_progress_bar()
    importlib.import_module("transformers").logging.disable_progress_bar()
    return module


def load_pipeline(checkpoint: Path, device: torch.device) -> Any:
    """The text-to-image pipeline on `device`: half precision on a GPU, but the image decoder always in float32.

    It samples with Euler's method: one straight step in noise level after another, which `guidance` relies on.
    Raises DataError for weights that are not those of an SDXL pipeline.
    """
    diffusers = import_diffusers()
    kind = diffusers.StableDiffusionXLPipeline
    settings: dict[str, Any] = {
        "dtype": torch.float16 if device.type == "cuda" else torch.float32,
        "local_files_only": True,
        "add_watermarker": False,
    }
    try:
        parts = find_parts(checkpoint)
        if parts is None:
            if any(checkpoint.glob("unet/*.fp16.safetensors")):
                settings["variant"] = "fp16"
            pipeline = kind.from_pretrained(checkpoint, use_safetensors=True, **settings)
        else:
            pipeline = kind.from_single_file(str(checkpoint), config=str(parts), **settings)
    except DataError:
        raise
    except Exception as error:  # what diffusers and safetensors raise shares no base class
        raise DataError(
            f"{checkpoint}: not an SDXL checkpoint that can be read ({' '.join(str(error).split())[:160]})"
        ) from error
    pipeline.scheduler = diffusers.EulerDiscreteScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.to(device)
    # The decoder of SDXL overflows in half precision.
    pipeline.vae.to(torch.float32)
    return pipeline


def choose_device(named: str) -> torch.device:
    """Where to draw: "auto" takes a GPU where there is one, by torchrun's LOCAL_RANK where there are several.

    Raises:
        DataError: a GPU was asked for and there is none.
    """
    gpus = torch.cuda.device_count()
    if named == "cuda" and not gpus:
        raise DataError(
            "options.device: cuda was asked for, but there is no GPU that torch can use; try auto"
        )
    if named == "cpu" or not gpus:
        return torch.device("cpu")
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")) % gpus)
