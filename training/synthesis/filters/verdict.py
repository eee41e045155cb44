"""What a filter says of a face."""

from __future__ import annotations

from dataclasses import dataclass

from recognizer.affect import Emotion


@dataclass(frozen=True, slots=True)
class Reject:
    """The face goes. `kind` is the same for all faces that go for the like; `reason` tells of this one."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Relabel:
    """The face stays, with another label."""

    emotion: Emotion
    reason: str


Verdict = Reject | Relabel | None
"""None: nothing to say against the face."""
