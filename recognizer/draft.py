"""`python -m recognizer.draft MODEL.onnx`: a first card for somebody else's model, from what the file says of itself.

The shape of the input and the number of answers stand in the file. What does not (scale, mean, colour order, label
order) is guessed, and each guess is named, so that a person can check it against the model's own documentation.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from recognizer.affect import EMOTIONS
from recognizer.card import UNIT_SCALE, InputSpec, ModelCard, save_card
from recognizer.classify import Classifier
from recognizer.crop import FACE_SIZE_PX
from recognizer.errors import ModelError, OutputError, SonrisaError
from recognizer.invocation import as_typed
from recognizer.onnx_file import read_model


@dataclass(frozen=True, slots=True)
class Draft:
    """Drafted card, with one line for each value in it that is a guess."""

    card: ModelCard
    guesses: tuple[str, ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Write the card and say what to check; returns the exit code."""
    parser = argparse.ArgumentParser(
        as_typed("python -m recognizer.draft"), description="Draft a model's card."
    )
    parser.add_argument("model", type=Path, help="the ONNX file")
    parser.add_argument(
        "--labels", help="the model's labels in its own order, with commas: neutral,happy,sad,..."
    )
    parser.add_argument("--out", type=Path, help="the card (default: beside the model, .yaml)")
    options = parser.parse_args(argv)
    out = options.out or options.model.with_suffix(".yaml")
    try:
        if out.exists():
            raise OutputError(f"{out}: is there already; delete it or choose another --out")
        labels = tuple(options.labels.split(",")) if options.labels else None
        found = draft(options.model, labels)
        _save(found.card, out)
    except SonrisaError as error:
        print(as_typed(f"recognizer.draft: {error}"), file=sys.stderr)
        return error.exit_code
    print(f"{out}: written. Guessed, so check it:")
    print("\n".join(f"  {guess}" for guess in found.guesses))
    return 0


def draft(path: Path, labels: tuple[str, ...] | None = None) -> Draft:
    """Draft of a card that fits the shapes in an ONNX file.

    Raises ModelError: not a model that takes one picture of a face and gives one number for each label.
    """
    model = read_model(path)
    session = model.session()
    entries = session.get_inputs()
    if len(entries) != 1:
        raise ModelError(f"{path}: has {len(entries)} inputs; a model of single faces has one")
    spec, guesses = _input_of(entries[0], path)
    if labels is None:
        labels = tuple(map(str, EMOTIONS))
        guesses += (f"labels: {', '.join(labels)} (the order of FER2013; --labels sets another)",)
    tensor, guess = _output_tensor(session.get_outputs(), len(labels))
    card = ModelCard(path.stem, path.name, model.sha256, labels, spec, size_bytes=path.stat().st_size)
    card = replace(card, output_tensor=tensor, weights_sha256=model.weights_sha256)
    Classifier(card, path)
    return Draft(replace(card, output=_output_of(card, path)), guesses + guess)


def _output_tensor(outputs: Sequence[Any], labels: int) -> tuple[str | None, tuple[str, ...]]:
    """Which of several outputs has one number for each label; None where there is no choice."""
    if len(outputs) == 1:
        return None, ()
    fitting = [entry.name for entry in outputs if len(entry.shape) == 2 and entry.shape[1] == labels]
    name = (fitting or [outputs[0].name])[0]
    return name, (f"output_tensor: {name} (of {', '.join(entry.name for entry in outputs)})",)


def _output_of(card: ModelCard, path: Path) -> str:
    """What the model gives: the classifier refuses to take logits for probabilities."""
    try:
        Classifier(replace(card, output="probabilities"), path)
    except ModelError:
        return "logits"
    return "probabilities"


def _input_of(entry: Any, path: Path) -> tuple[InputSpec, tuple[str, ...]]:
    """The input by its shape; scale, mean, std and the order of colours are the commonest ones."""
    shape = list(entry.shape)
    if len(shape) != 4 or not {shape[1], shape[3]} & {1, 3}:
        raise ModelError(f"{path}: takes {shape}, not pictures of 1 or 3 channels")
    first = shape[1] in (1, 3)
    channels, sides = (shape[1], shape[2:]) if first else (shape[3], shape[1:3])
    height, width = (side if isinstance(side, int) else FACE_SIZE_PX for side in sides)
    guesses = ["scale, mean, std: pixels from 0 to 1 (often -1 to 1: mean and std 0.5; or 0 to 255: scale 1)"]
    if channels == 3:
        guesses.append("colour: rgb (or bgr)")
    if not all(isinstance(side, int) for side in sides):
        guesses.append(f"size_px: {height} by {width} (the model takes any size)")
    colour, layout = ("grey" if channels == 1 else "rgb"), ("NCHW" if first else "NHWC")
    mean, std = (0.0,) * channels, (1.0,) * channels
    return InputSpec((height, width), channels, layout, colour, UNIT_SCALE, mean, std, entry.name), tuple(
        guesses
    )


def _save(card: ModelCard, out: Path) -> None:
    try:
        save_card(card, out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror}); choose another --out") from error


if __name__ == "__main__":
    sys.exit(main())
