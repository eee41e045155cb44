"""`python -m benchmarks.model_cost`: the emotion model's time for one face, relative to resnet18 at 64 px.

Both run in ONNX Runtime on one thread, in turns, and the thread's own processor time counts, so that whatever else the
machine does matters little. Needs the training packages (torch, timm) to make the resnet18; without them only the
model's own time is printed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.report import emit, percentiles, show
from recognizer.classify import Classifier, find_card
from recognizer.errors import SonrisaError
from training.evaluation.cost import REFERENCE, Run, face_run, in_turns, ratio, reference_run

EMOTION_MODEL = Path(__file__).resolve().parent.parent / "models" / "emotion.yaml"


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
    name = classifier.card.name
    runs: dict[str, Run] = {name: face_run(classifier)}
    reference = reference_run()
    if reference is None:
        print("benchmarks.model_cost: no torch and timm here, so nothing to compare with", file=sys.stderr)
    else:
        runs[REFERENCE] = reference
    samples = in_turns(runs)
    times = {name: percentiles(each) for name, each in samples.items()}
    show(
        "One face on one thread (processor milliseconds)",
        ("model", "p50", "p95", "p99"),
        [(n, *t.values()) for n, t in times.items()],
    )
    size = find_card(card_path)[1].stat().st_size
    return {
        "times": times,
        "relative_to_resnet18_64": ratio(samples[name], samples[REFERENCE]) if reference else None,
        "model_megabytes": round(size / 1e6, 2),
    }


if __name__ == "__main__":
    sys.exit(main())
