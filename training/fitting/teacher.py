"""A teacher: another model's answers for the training faces, which the label head learns beside the labels."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from recognizer.affect import EMOTIONS
from recognizer.card import load_card
from recognizer.classify import Classifier
from recognizer.crop import to_input
from recognizer.errors import SonrisaError
from training.errors import DataError
from training.fit_recipe import load_recipe
from training.fitting.checkpoint import digest_of_file
from training.fitting.run_folder import load_net
from training.nets.face_net import input_of

if TYPE_CHECKING:
    from lightning_fabric import Fabric

BATCH = 256

Answer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Faces uint8 [n, h, w] or [n, h, w, 3] to probabilities float32 [n, 7]."""


def teacher_answers(
    teacher: Path, images: NDArray[np.uint8], rows: NDArray[np.int64], fabric: Fabric, cache: Path
) -> NDArray[np.float32]:
    """The teacher's probabilities float32 [len(rows), 7] for `images[rows]`, each averaged with its mirror image's.

    `teacher` is a model's card or the folder of a run. The processes share the work; `cache` keeps the answers.

    Raises:
        DataError: the teacher cannot be used.
    """
    key = np.array([*bytes.fromhex(teacher_digest(teacher)), *_digest_of(images, rows)], np.uint8)
    known = _from_cache(cache, key, len(rows))
    if known is not None:
        return known
    answer = _open(teacher)
    mine = torch.zeros(len(rows), len(EMOTIONS), device=fabric.device)
    starts = range(BATCH * fabric.global_rank, len(rows), BATCH * fabric.world_size)
    for start in tqdm(starts, desc="teacher", leave=False, disable=None if fabric.is_global_zero else True):
        faces = images[rows[start : start + BATCH]]
        both = (answer(faces) + answer(np.ascontiguousarray(faces[:, :, ::-1]))) / 2
        mine[start : start + BATCH] = torch.from_numpy(both)
    fabric.all_reduce(mine, reduce_op="sum")
    answers: NDArray[np.float32] = mine.cpu().numpy()
    if fabric.is_global_zero:
        np.savez(cache, key=key, answers=answers)
    return answers


def _from_cache(cache: Path, key: NDArray[np.uint8], count: int) -> NDArray[np.float32] | None:
    """Answers of the same teacher for the same faces; None where there are none or the file is only half written."""
    try:
        with cache.open("rb") as file, np.load(file) as known:
            if np.array_equal(known["key"], key) and known["answers"].shape == (count, len(EMOTIONS)):
                return np.asarray(known["answers"], np.float32)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    return None


def _digest_of(images: NDArray[np.uint8], rows: NDArray[np.int64]) -> bytes:
    """Of the faces in their order: a set may have changed under the same row numbers."""
    digest = hashlib.sha256()
    for start in range(0, len(rows), BATCH):
        digest.update(images[rows[start : start + BATCH]].tobytes())
    return digest.digest()


def teacher_digest(teacher: Path) -> str:
    """sha256 of a teacher's weights, in hexadecimal digits; raises DataError where it cannot be used."""
    if not teacher.is_dir():
        return _card_sha256(teacher)
    weights = teacher / "weights.pt"
    if not weights.is_file():
        raise DataError(f"{weights}: no such file; a teacher is a run that ended, or a model's card")
    return digest_of_file(weights)


def _card_sha256(teacher: Path) -> str:
    try:
        return load_card(teacher).sha256
    except SonrisaError as error:
        raise DataError(f"fit.teacher: {error}") from error


def _open(teacher: Path) -> Answer:
    if teacher.is_dir():
        return _answers_of_run(teacher)
    try:
        return Classifier.load(teacher, threads=torch.get_num_threads()).probabilities
    except SonrisaError as error:
        raise DataError(f"fit.teacher: {error}") from error


def _answers_of_run(run: Path) -> Answer:
    net = load_net(run)
    spec = input_of(net, load_recipe(run / "recipe.yaml"))

    @torch.no_grad()
    def answer(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        logits = net(torch.from_numpy(to_input(faces, spec)))
        return np.asarray(logits.softmax(1).numpy(), np.float32)

    return answer
