"""ONNX Runtime: the build that is installed, and whether it computes on the processor or on the graphics card."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib.metadata
import io
import logging
import sys
from collections.abc import Collection
from typing import Any

LOG = logging.getLogger(__name__)
BUILDS = ("onnxruntime", "onnxruntime-gpu")
CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
ERRORS_ONLY, FATAL_ONLY = 3, 4
"""ONNX Runtime's log levels."""


def open_session(model: str | bytes, threads: int) -> Any:
    """An InferenceSession of a model's path or bytes: with CUDA where it answers, else with `threads` of the processor.

    Which of them is said once, where there is a choice. Raises what ONNX Runtime raises for a model that it cannot run.
    """
    import onnxruntime

    _complain_of_two_builds()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning threads would take the core from the player while they wait for the next frame.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    wanted = providers(onnxruntime.get_available_providers(), cuda_answers())
    # What ONNX Runtime prints where CUDA's libraries are missing is said in one line below.
    options.log_severity_level = FATAL_ONLY if CUDA in wanted else ERRORS_ONLY
    if CUDA in wanted:
        _load_cuda_libraries()
    session = onnxruntime.InferenceSession(model, options, providers=wanted)
    if CUDA in wanted:
        _say_once(CUDA in session.get_providers())
    return session


def providers(available: Collection[str], cuda_is_there: bool) -> list[str]:
    """CUDA first, but only where a card answers: the GPU build offers it everywhere and then logs errors."""
    return [CUDA, CPU] if CUDA in available and cuda_is_there else [CPU]


@functools.cache
def cuda_answers() -> bool:
    """Whether NVIDIA's driver is there and finds a graphics card."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        count = ctypes.c_int(0)
        return driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0 and count.value > 0
    except (OSError, AttributeError):
        return False


def installed_builds() -> dict[str, str]:
    """The builds that are installed, with their versions; there should be one."""
    found = {}
    for name in BUILDS:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


@functools.cache
def _complain_of_two_builds() -> None:
    """Say once what is wrong where both builds are installed, one over the other."""
    found = installed_builds()
    if len(found) > 1:
        LOG.warning(
            "onnxruntime and onnxruntime-gpu are both installed and overwrite each other; keep one: "
            "pip uninstall -y onnxruntime onnxruntime-gpu, then "
            'pip install "onnxruntime-gpu[cuda,cudnn]==%s", or onnxruntime for the processor',
            found["onnxruntime-gpu"],
        )


@functools.cache
def _load_cuda_libraries() -> None:
    """Take CUDA and cuDNN from NVIDIA's Python packages where they are installed."""
    import onnxruntime

    if hasattr(onnxruntime, "preload_dlls"):
        with contextlib.redirect_stdout(io.StringIO()):
            onnxruntime.preload_dlls()


@functools.cache
def _say_once(on_card: bool) -> None:
    if on_card:
        LOG.warning("emotions are read on the graphics card (CUDA)")
    else:
        LOG.warning(
            "emotions are read on the processor: CUDA or cuDNN does not load; "
            'pip install "onnxruntime-gpu[cuda,cudnn]" brings both'
        )
