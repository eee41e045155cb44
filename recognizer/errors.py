"""What can go wrong in the recogniser, as a tree.

SonrisaError            exit 1: the program could not go on
├── SourceError         a camera, video, stream or folder that cannot be read
│   └── SourceStopped   it was there and went away; `reopen()` may bring it back
├── ModelError          an emotion model, or a card, that does not fit
├── FaceModelError      the face landmark model is missing or damaged
├── OutputError         a result cannot be written
└── UsageError          exit 2: asked for in a wrong way

`str(error)` is the one line a person reads: what is wrong and what to do about it.
"""

from __future__ import annotations


class SonrisaError(Exception):
    """Root of all errors that a person can do something about."""

    exit_code: int = 1


class SourceError(SonrisaError):
    """A frame source cannot be opened or read."""


class SourceStopped(SourceError):
    """A live source that worked before gives no more frames."""


class ModelError(SonrisaError):
    """An emotion model or its card is missing, damaged, or one does not fit the other."""


class FaceModelError(SonrisaError):
    """The face landmark model is missing, damaged, or cannot be fetched."""


class OutputError(SonrisaError):
    """A file of results cannot be written."""


class UsageError(SonrisaError):
    """A command was given wrong arguments or settings."""

    exit_code: int = 2
