"""Choice of the picture source, with a message where it is not the configured one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recognizer.capture import kind_of, open_source
from recognizer.errors import SourceError
from recognizer.frames import FrameSource, RecordedSource
from recognizer.recordings import PacedSource
from recognizer.resources import package_file
from recognizer.videos import VideoSource

DEMO_CLIP = package_file("player", "assets", "demo.mp4")
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """A source that was opened; `is_camera` means that a person is really being seen.

    `remark` is one line about what was missing, empty where nothing was.
    """

    source: FrameSource
    is_camera: bool
    remark: str = ""


def open_for_player(configured: str, demo_clip: Path = DEMO_CLIP) -> OpenedSource:
    """Open a source that is live: recordings play at their own pace, again and again.

    A camera that is not there is replaced by the demo clip. Raises SourceError for anything else that cannot be
    opened, since a mistyped file is better said than replaced.
    """
    spec = "0" if configured == AUTO else configured
    try:
        source = open_source(spec)
    except SourceError as error:
        if kind_of(spec) != "camera":
            raise
        return _instead(error, demo_clip, asked_for=configured != AUTO)
    if isinstance(source, RecordedSource):
        return OpenedSource(PacedSource(source), is_camera=False)
    return OpenedSource(source, is_camera=True)


def _instead(error: SourceError, demo_clip: Path, asked_for: bool) -> OpenedSource:
    """The demo clip in the place of a camera; without a clip, the camera's error."""
    if not demo_clip.exists():
        raise error
    fault = str(error) if asked_for else "no camera found"
    source = PacedSource(VideoSource(demo_clip))
    return OpenedSource(source, is_camera=False, remark=f"{fault}; playing the demo clip instead")
