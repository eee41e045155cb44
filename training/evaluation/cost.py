"""How long models take for one face, measured so that machines and their other work matter little.

Models run in turns on one thread and the thread's own processor time counts; what is stated is the ratio to a net that
everybody knows. Needs torch and timm only for that net.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recognizer.classify import Classifier

REFERENCE = "resnet18 at 64 px"
REFERENCE_SIZE_PX = 64
ROUNDS = 40
RUNS_PER_ROUND = 10

Run = Callable[[], object]


def in_turns(
    runs: dict[str, Run], rounds: int = ROUNDS, runs_per_round: int = RUNS_PER_ROUND
) -> dict[str, list[float]]:
    """Processor seconds of every single run, the models taking turns; one round beforehand does not count."""
    samples: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            for _ in range(runs_per_round):
                started = time.thread_time()
                run()
                if number:
                    samples[name].append(time.thread_time() - started)
    return samples


def face_run(classifier: Classifier) -> Run:
    """One reading of one face as `crop_for` cuts it out for this model, scaling included."""
    spec = classifier.card.input
    side = max(spec.size_px)
    shape = (1, side, side) if spec.colour == "grey" else (1, side, side, 3)
    face: NDArray[np.uint8] = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    return lambda: classifier.probabilities(face)


def reference_run() -> Run | None:
    """One inference of resnet18 on one 64 px face, exported here; None without the training packages."""
    try:
        import onnxruntime
        import torch

        from training.nets.timm_shim import allow_timm_without_torchvision_extension

        allow_timm_without_torchvision_extension()
        import timm
    except ImportError:
        return None
    net = timm.create_model("resnet18", num_classes=7).eval()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / "resnet18.onnx"
        example = torch.rand(1, 3, REFERENCE_SIZE_PX, REFERENCE_SIZE_PX)
        torch.onnx.export(net, (example,), str(path), dynamo=True, external_data=False, verbose=False)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: example.numpy()}
    return lambda: session.run(None, feed)


def latency_of(classifier: Classifier) -> dict[str, Any]:
    """What a card says of a model's speed: its time for one face relative to the reference's, in one run.

    Empty without the training packages.
    """
    reference = reference_run()
    if reference is None:
        return {}
    samples = in_turns({"model": face_run(classifier), REFERENCE: reference})
    return {"relative_to": REFERENCE, "ratio": ratio(samples["model"], samples[REFERENCE]), "threads": 1}


def ratio(samples: list[float], reference: list[float]) -> float:
    """Median over median, to two digits."""
    return round(float(np.median(samples) / np.median(reference)), 2)


@dataclass(frozen=True, slots=True)
class Speed:
    """Processor milliseconds of one face; `relative` is the median over the reference's, None without one."""

    p50_ms: float
    p95_ms: float
    relative: float | None


def speeds(models: Mapping[str, Classifier]) -> dict[str, Speed]:
    """Each model's speed by name, and the reference's where torch and timm are there to make it."""
    reference = reference_run()
    runs = {name: face_run(classifier) for name, classifier in models.items()}
    samples = in_turns(runs | {REFERENCE: reference} if reference else runs)
    return {name: _speed(times, samples.get(REFERENCE)) for name, times in samples.items()}


def _speed(seconds: Sequence[float], reference: Sequence[float] | None) -> Speed:
    middle, slow = np.percentile(seconds, (50, 95)) * 1000
    relative = ratio(list(seconds), list(reference)) if reference else None
    return Speed(round(float(middle), 3), round(float(slow), 3), relative)
