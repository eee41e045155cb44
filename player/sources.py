"""Which source of pictures the player takes, and what it says when that is not the one that was wished for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recognizer.capture import kind_of, open_source
from recognizer.errors import SourceError
from recognizer.frames import FrameSource, RecordedSource
from recognizer.recordings import PacedSource
from recognizer.videos import VideoSource

DEMO_CLIP = Path(__file__).resolve().parent / "assets" / "demo.mp4"
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that was opened; `is_camera` means that a person is really being seen.

    `remark` is one line about what was missing, empty where nothing was.
    """

    source: FrameSource
    is_camera: bool
    remark: str = ""


def open_for_player(wished: str, demo_clip: Path = DEMO_CLIP) -> Opened:
    """Open a source that is live: recordings play at their own pace, again and again.

    A camera that is not there is replaced by the demo clip. Raises SourceError for anything else that cannot be
    opened, since a mistyped file is better said than replaced.
    """
    spec = "0" if wished == AUTO else wished
    try:
        source = open_source(spec)
    except SourceError as error:
        if kind_of(spec) != "camera":
            raise
        return _instead(error, demo_clip, asked_for=wished != AUTO)
    if isinstance(source, RecordedSource):
        return Opened(PacedSource(source), is_camera=False)
    return Opened(source, is_camera=True)


def _instead(error: SourceError, demo_clip: Path, asked_for: bool) -> Opened:
    """The demo clip in the place of a camera; without a clip, the camera's error."""
    if not demo_clip.exists():
        raise error
    fault = str(error) if asked_for else "no camera found"
    source = PacedSource(VideoSource(demo_clip))
    return Opened(source, is_camera=False, remark=f"{fault}; playing the demo clip instead")
