"""Which checkpoint is meant; and where none is usable, one line says which to get and where it goes."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from training.errors import DataError, RecipeError
from training.synthesis.diffusion.checkpoint import (
    choose_device,
    find_checkpoint,
    find_parts,
    fingerprint,
    import_diffusers,
    load_pipeline,
)


def pipeline_folder(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "model_index.json").write_text("{}")
    return path


def test_the_only_checkpoint_in_its_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    folder = pipeline_folder(tmp_path / "juggernaut")
    assert find_checkpoint(None, tmp_path) == folder


def test_a_single_file_counts_too_and_the_parts_beside_it_are_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "xl.safetensors").touch()
    pipeline_folder(tmp_path / "sdxl-parts")
    assert find_checkpoint(None, tmp_path) == tmp_path / "xl.safetensors"
    assert find_checkpoint(tmp_path / "xl.safetensors") == tmp_path / "xl.safetensors"


def test_without_any_it_says_which_to_get_under_which_licence_and_where_it_goes(tmp_path: Path) -> None:
    for named in (None, tmp_path / "absent.safetensors"):
        with pytest.raises(DataError, match=r"Juggernaut XL .*licence.* into models/diffusion/"):
            find_checkpoint(named, tmp_path / "nowhere")


def test_of_several_one_must_be_chosen(tmp_path: Path) -> None:
    one, other = pipeline_folder(tmp_path / "a"), pipeline_folder(tmp_path / "b")
    with pytest.raises(RecipeError, match=f"options.checkpoint: choose one of {one}, {other}"):
        find_checkpoint(None, tmp_path)


def test_what_a_single_file_lacks_is_said(tmp_path: Path) -> None:
    single = tmp_path / "xl.safetensors"
    single.touch()
    with pytest.raises(DataError, match=r"sdxl-parts: not there; .*stable-diffusion-xl-base-1\.0"):
        find_parts(single)
    parts = pipeline_folder(tmp_path / "sdxl-parts")
    assert find_parts(single) == parts
    assert find_parts(pipeline_folder(tmp_path / "whole")) is None


def test_the_fingerprint_tells_weights_apart(tmp_path: Path) -> None:
    one, other = tmp_path / "xl.safetensors", tmp_path / "other" / "xl.safetensors"
    other.parent.mkdir()
    one.write_bytes(b"weights")
    other.write_bytes(b"weightz")
    assert fingerprint(one).startswith("xl.safetensors sha256:")
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_pipeline_is_loaded_with_a_straight_sampler_and_an_exact_decoder(tiny_sdxl: Path) -> None:
    pipeline = load_pipeline(tiny_sdxl, torch.device("cpu"))
    assert type(pipeline.scheduler).__name__ == "EulerDiscreteScheduler"
    assert pipeline.vae.dtype == torch.float32
    assert pipeline.watermark is None


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_half_precision_files_are_found_too(tiny_sdxl: Path, tmp_path: Path) -> None:
    """Many checkpoints come with .fp16.safetensors files alone."""
    pipeline = load_pipeline(tiny_sdxl, torch.device("cpu"))
    pipeline.save_pretrained(tmp_path / "half", variant="fp16")
    assert not list((tmp_path / "half" / "unet").glob("diffusion_pytorch_model.safetensors"))
    again = load_pipeline(tmp_path / "half", torch.device("cpu"))
    name, weight = next(iter(pipeline.unet.state_dict().items()))
    assert torch.equal(again.unet.state_dict()[name], weight)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_single_file_is_read_with_the_parts_beside_it_and_without_the_network(
    tiny_sdxl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How diffusers is called; its own reading of the original layout needs weights of the real size."""
    single, parts = tmp_path / "xl.safetensors", pipeline_folder(tmp_path / "sdxl-parts")
    single.touch()
    kind = import_diffusers().StableDiffusionXLPipeline
    asked: dict[str, Any] = {}

    def from_single_file(path: str, **settings: Any) -> Any:
        asked.update(settings, path=path)
        return kind.from_pretrained(tiny_sdxl)

    monkeypatch.setattr(kind, "from_single_file", from_single_file)
    assert load_pipeline(single, torch.device("cpu")).vae.dtype == torch.float32
    assert (asked["path"], asked["config"]) == (str(single), str(parts))
    assert asked["local_files_only"] is True


def test_broken_weights_are_one_line(tiny_sdxl: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(tiny_sdxl, tmp_path / "broken"))
    (broken / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"no weights")
    with pytest.raises(DataError, match="not an SDXL checkpoint that can be read") as raised:
        load_pipeline(broken, torch.device("cpu"))
    assert "\n" not in str(raised.value)


def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, package: str | None = None) -> Any:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(DataError, match=r"needs the package transformers; install it with .*\[diffusion\]"):
        import_diffusers()


def test_each_process_takes_a_gpu_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setenv("LOCAL_RANK", "3")
    assert choose_device("auto") == torch.device("cuda", 1)
    assert choose_device("cpu") == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    assert choose_device("auto") == torch.device("cpu")
    with pytest.raises(DataError, match="there is no GPU that torch can use"):
        choose_device("cuda")
