"""What a viewer is told and asked before anything is measured, and the receipt of the answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from player.reactions.facts import Receipt
from player.reactions.study import now_text

VERSION = "1"
"""Raise it with every change of the texts below: receipts name it."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what must be known to answer it."""

    title: str
    paragraphs: tuple[str, ...]
    yes: str
    no: str

    @property
    def sha256(self) -> str:
        """Of everything that is shown."""
        return hashlib.sha256(
            "\n".join((self.title, *self.paragraphs, self.yes, self.no)).encode()
        ).hexdigest()


MEASURING = Question(
    "Before we begin",
    (
        "While you watch, a camera looks at your face. This computer measures in every picture what your face shows:"
        " expressions, where your head is turned, whether your eyes are open.",
        "Kept are these numbers, under the name that you were given. The pictures themselves are not kept, and nothing"
        " is sent anywhere.",
        "Whoever runs this study may see your numbers, also while you watch. They are used to compare films, and must"
        " not be used to judge you: an expression is not a feeling.",
        "You may stop at any time, without a reason: press Esc. You may ask later that everything of yours is deleted.",
    ),
    "I agree",
    "I do not agree",
)

RECORDING = Question(
    "May we keep the video?",
    (
        "Whoever runs this study would also like to keep the video of your face, so that it can be measured again."
        " It stays on this computer, and is deleted with everything else of yours when you ask for it.",
        "If you do not agree, the session goes on and only the numbers are kept.",
    ),
    "Keep the video",
    "Do not keep it",
)


def receipt(viewer: str, keeps_video: bool) -> Receipt:
    """What is written down when a viewer has agreed."""
    text = MEASURING.sha256 + (RECORDING.sha256 if keeps_video else "")
    return Receipt(
        viewer=viewer,
        given=now_text(),
        version=VERSION,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        keeps_video=keeps_video,
    )
