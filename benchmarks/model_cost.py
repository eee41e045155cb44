"""`python -m benchmarks.model_cost`: the emotion model's time for one face, relative to resnet18 at 64 px.

Both run in ONNX Runtime on one thread, in turns, and the thread's own processor time counts, so that whatever else the
machine does matters little. Needs the training packages (torch, timm) to make the resnet18; without them only the
model's own time is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import emit, percentiles, show
from recognizer.classify import Classifier
from recognizer.crop import FACE_SIZE_PX
from recognizer.errors import SonrisaError

EMOTION_MODEL = Path(__file__).resolve().parent.parent / "models" / "emotion.yaml"
REFERENCE_SIZE_PX = 64
ROUNDS = 40
RUNS_PER_ROUND = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.model_cost", description=__doc__)
    parser.add_argument("--model", type=Path, default=EMOTION_MODEL, help="card of the emotion model")
    options = parser.parse_args(argv)
    try:
        emit(measure(options.model))
    except SonrisaError as error:
        print(f"benchmarks.model_cost: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def measure(card_path: Path) -> dict[str, Any]:
    """Both times, their ratio, and the model file's size. Raises SonrisaError when the model cannot be run."""
    classifier = Classifier.load(card_path)
    face = np.random.default_rng(0).integers(0, 256, (1, FACE_SIZE_PX, FACE_SIZE_PX), np.uint8)
    runs: dict[str, Callable[[], object]] = {classifier.card.name: lambda: classifier.probabilities(face)}
    reference = reference_run()
    if reference is None:
        print("benchmarks.model_cost: no torch and timm here, so nothing to compare with", file=sys.stderr)
    else:
        runs["resnet18 at 64 px"] = reference
    samples = in_turns(runs, ROUNDS, RUNS_PER_ROUND)
    times = {name: percentiles(each) for name, each in samples.items()}
    show(
        "One face on one thread (processor milliseconds)",
        ("model", "p50", "p95", "p99"),
        [(n, *t.values()) for n, t in times.items()],
    )
    size = (card_path.parent / classifier.card.file).stat().st_size
    medians = [float(np.median(each)) for each in samples.values()]
    return {
        "times": times,
        "relative_to_resnet18_64": round(medians[0] / medians[1], 2) if len(medians) > 1 else None,
        "model_megabytes": round(size / 1e6, 2),
    }


def in_turns(
    runs: dict[str, Callable[[], object]], rounds: int, runs_per_round: int
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


def reference_run() -> Callable[[], object] | None:
    """One inference of resnet18 on one 64 px face, exported here; None without the training packages."""
    try:
        from training.timm_shim import allow_timm_without_torchvision_extension

        allow_timm_without_torchvision_extension()
        import onnxruntime
        import timm
        import torch
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


if __name__ == "__main__":
    sys.exit(main())
