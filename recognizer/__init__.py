"""Frames in, affect out: what the faces in a picture, a video or a live stream express.

The names in `__all__` are the interface for other programs; each is loaded when it is first used.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

# ONNX Runtime, from 1.29 on, sends telemetry to Microsoft on Linux too unless this is set before it is first loaded;
# its own disable_telemetry_events() comes too late. Nothing here may leave the computer.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if TYPE_CHECKING:
    __version__: str

    from recognizer.affect import EMOTIONS, Affect, Emotion, FaceBox, HeadPose, Mood, Reading
    from recognizer.api import Recognizer, to_frame
    from recognizer.errors import FaceModelError, ModelError, SonrisaError, SourceError, UsageError
    from recognizer.faces import BLENDSHAPES
    from recognizer.frames import ImageBGR
    from recognizer.pipeline import Analysis
    from recognizer.rows import Row
    from recognizer.steady import SteadySettings

__all__ = [
    "BLENDSHAPES",
    "EMOTIONS",
    "Affect",
    "Analysis",
    "Emotion",
    "FaceBox",
    "FaceModelError",
    "HeadPose",
    "ImageBGR",
    "ModelError",
    "Mood",
    "Reading",
    "Recognizer",
    "Row",
    "SonrisaError",
    "SourceError",
    "SteadySettings",
    "UsageError",
    "to_frame",
]

_MODULES = {
    "affect": ("EMOTIONS", "Affect", "Emotion", "FaceBox", "HeadPose", "Mood", "Reading"),
    "api": ("Recognizer", "to_frame"),
    "errors": ("FaceModelError", "ModelError", "SonrisaError", "SourceError", "UsageError"),
    "faces": ("BLENDSHAPES",),
    "frames": ("ImageBGR",),
    "pipeline": ("Analysis",),
    "rows": ("Row",),
    "steady": ("SteadySettings",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a name of the interface from its module."""
    if name == "__version__":
        return importlib.import_module(f"{__name__}.resources").version()
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    """The interface's names and what is loaded already."""
    return sorted({*globals(), *__all__})
