"""A set as people's answers want it: labels replaced, faces left out, each with who said so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recognizer.affect import EMOTIONS, Emotion
from training.data.faces import UNDECIDED, FaceSet, one_hot
from training.review.answers import Answer, Standing, Verdict, decided


def apply_answers(faces: FaceSet, answers: Standing) -> tuple[FaceSet, NDArray[np.bool_]]:
    """The faces with the labels that people gave, and which of them are left, bool [n].

    Those to remove, or on which people are unsure or do not agree, are skipped by name.
    The crowd's votes do not count for a face whose label a person replaced. Applying twice changes nothing more.
    """
    labels, keep, replaced = faces.labels.copy(), np.ones(len(faces), bool), np.zeros(len(faces), bool)
    if not answers:
        return faces, keep
    reasons = []
    for row, key in enumerate(zip(faces.names.tolist(), faces.pictures.tolist(), strict=True)):
        given = list(answers.get(key, {}).values())
        decision = decided(given) if given else None
        if isinstance(decision, Emotion):
            labels[row] = EMOTIONS.index(decision)
            replaced[row] = any(decision != answer.label for answer in given)
        elif decision is not None:
            keep[row] = False
            reasons.append(f"{key[0]}: {_reason(decision, given)}")
    votes, targets = faces.votes.copy(), faces.targets.copy()
    votes[replaced] = 0
    targets[replaced] = one_hot(labels[replaced])
    changed = replace(
        faces.with_votes(
            votes, *(np.where(replaced, UNDECIDED, seen) for seen in (faces.plurality, faces.majority))
        ),
        labels=labels,
        targets=targets,
        skipped=(*faces.skipped, *reasons),
    )
    return changed if keep.all() else changed.where(keep), keep


def _reason(decision: Verdict, given: list[Answer]) -> str:
    people = " and ".join(sorted({answer.person for answer in given}))
    if decision is Verdict.REMOVE:
        return f"removed in the review by {people}"
    if len({answer.decision for answer in given}) > 1:
        return f"{people} do not agree in the review"
    return f"unsure in the review by {people}"
