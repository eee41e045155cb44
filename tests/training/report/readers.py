"""Tiny models that really look at drawn faces, one better than the other, and faces with people and categories."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

from recognizer.affect import EMOTIONS
from recognizer.card import InputSpec, ModelCard, save_card
from tests.training.drawn_faces import drawn_faces
from training.data.faces import FaceSet, Split

SIDE_PX = 48
SPEC = InputSpec((SIDE_PX, SIDE_PX), 1, "NCHW", "grey", 1 / 255, (0.0,), (1.0,), "faces")


def write_reader(folder: Path, name: str = "reader", spoiled: float = 0.0) -> Path:
    """A model that compares a face with the mean drawn face of each emotion; returns its card's path.

    `spoiled` is the share of the templates that is noise: with 0 it reads most drawn faces, with 1 none.
    """
    train = drawn_faces(20, seed=1)
    means = np.stack([train.images[train.labels == i].mean(0).ravel() for i in range(len(EMOTIONS))])
    templates = means - means.mean(0)
    noise = np.random.default_rng(0).normal(0, templates.std(), templates.shape)
    mixed = (1 - spoiled) * templates + spoiled * noise
    scale = 0.4 / np.abs(mixed).sum(1).mean()
    bias = -scale * (mixed * (means + means.mean(0)) / 2 / 255 * (1 - spoiled)).sum(1)
    _write_linear(
        (100 * scale * mixed).T.astype(np.float32), (100 * bias).astype(np.float32), folder / f"{name}.onnx"
    )
    path = folder / f"{name}.onnx"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    save_card(
        ModelCard(name, path.name, digest, tuple(EMOTIONS), SPEC, trained_on="drawn faces"),
        folder / f"{name}.yaml",
    )
    return folder / f"{name}.yaml"


def _write_linear(weights: np.ndarray, bias: np.ndarray, path: Path) -> None:
    nodes = [
        helper.make_node("Flatten", ["faces"], ["rows"]),
        helper.make_node("Gemm", ["rows", "w", "b"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "reader",
        [helper.make_tensor_value_info("faces", TensorProto.FLOAT, ["n", 1, SIDE_PX, SIDE_PX])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(EMOTIONS)])],
        [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(bias, "b")],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)


def peopled_faces(per_class: int = 6, seed: int = 0) -> FaceSet:
    """Drawn faces of five people in two categories; two test images are copies of training images; one was skipped.

    Nobody voted on them.
    """
    voted = drawn_faces(per_class, seed)
    faces = voted.with_votes(np.zeros_like(voted.votes))
    images = faces.images.copy()
    train, test = (np.flatnonzero(faces.splits == split.value) for split in (Split.TRAIN, Split.TEST))
    images[test[:2]] = images[train[:2]]
    rows = np.arange(len(faces))
    return replace(
        faces,
        images=images,
        subjects=np.array([f"person {i % 5}" for i in rows]),
        categories=np.array([("food", "cars")[i % 2] for i in rows]),
        skipped=("row 3: not a face <b>at all</b>",),
    )


def without_emotion(faces: FaceSet, emotion: str) -> FaceSet:
    """The same set without any face of one emotion."""
    return faces.where(faces.labels != [str(one) for one in EMOTIONS].index(emotion))
