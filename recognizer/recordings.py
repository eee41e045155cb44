"""Recorded sources: pictures, and a recording played as if it were a camera; videos are in `recognizer.videos`."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from threading import Event

from recognizer.errors import SourceError
from recognizer.frames import Frame, FrameSource, RecordedSource
from recognizer.pictures import UnreadablePicture, decoded
from recognizer.videos import ASSUMED_FRAMES_PER_SECOND

LOG = logging.getLogger(__name__)
IMAGE_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"})
FOLDER_FRAME_SECONDS = 1.0


class FolderSource(RecordedSource):
    """The images of a folder in the order of their names, or a single image; one second apart.

    An image that cannot be read is named in a warning and left out; `Frame.index` counts it, so that an index always
    means the same file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = _images_at(path)
        self._next = 0
        self._found = False

    @property
    def name(self) -> str:
        """The folder's or the image's name."""
        return self._path.name

    @property
    def frames_per_second(self) -> float | None:
        """One a second."""
        return 1 / FOLDER_FRAME_SECONDS

    @property
    def frame_count(self) -> int | None:
        """The number of image files."""
        return len(self._files)

    @property
    def consecutive(self) -> bool:
        """False: pictures in a folder need not have anything to do with each other."""
        return False

    def rewind(self) -> None:
        """Start again with the first image."""
        self._next = 0

    def read(self) -> Frame | None:
        """The next readable image; raises SourceError when the folder holds none."""
        while self._next < len(self._files):
            index, self._next = self._next, self._next + 1
            try:
                image = decoded(self._files[index].read_bytes())
            except UnreadablePicture as reason:
                LOG.warning("%s: %s; left out", self._files[index], reason)
                continue
            except OSError as error:
                LOG.warning("%s: cannot be read (%s); left out", self._files[index], error.strerror)
                continue
            self._found = True
            seconds = index * FOLDER_FRAME_SECONDS
            return Frame(image, index, seconds, time.monotonic(), seconds)
        if not self._found:
            raise SourceError(f"{self._path}: none of its {len(self._files)} images can be read")
        return None

    def close(self) -> None:
        """Do nothing: no file stays open between reads."""


class PacedSource(FrameSource):
    """Recording in real time, as a camera would deliver it; repeated with `loop`.

    Takes the inner source over and closes it. `time_seconds` runs on through every loop and is comparable with
    `time.monotonic()`; `media_seconds` starts again. Indices run on as well.
    """

    def __init__(self, inner: RecordedSource, loop: bool = True) -> None:
        self._inner = inner
        self._loop = loop
        self._closed = Event()
        self._index = 0
        self._base_seconds: float | None = None
        self._last_media_seconds = 0.0

    @property
    def name(self) -> str:
        """The recording's name."""
        return self._inner.name

    @property
    def live(self) -> bool:
        """True: frames come at the recording's pace."""
        return True

    @property
    def frames_per_second(self) -> float | None:
        """The recording's rate."""
        return self._inner.frames_per_second

    @property
    def frame_count(self) -> int | None:
        """The recording's, or None when it loops."""
        return None if self._loop else self._inner.frame_count

    @property
    def consecutive(self) -> bool:
        """As the recording."""
        return self._inner.consecutive

    def read(self) -> Frame | None:
        """Wait until the next frame is due and give it; None at the end, or once closed."""
        frame = None if self._closed.is_set() else self._next_inner()
        if frame is None:
            return None
        media = frame.time_seconds
        if self._base_seconds is None:
            self._base_seconds = time.monotonic() - media
        due = self._base_seconds + media
        if self._closed.wait(max(0.0, due - time.monotonic())):
            return None
        self._last_media_seconds = media
        self._index += 1
        return Frame(frame.image, self._index - 1, due, time.monotonic(), media)

    def close(self) -> None:
        """Stop waiting and close the recording."""
        self._closed.set()
        self._inner.close()

    def _next_inner(self) -> Frame | None:
        frame = self._inner.read()
        if frame is not None or not self._loop or self._base_seconds is None:
            return frame
        self._inner.rewind()
        frame = self._inner.read()
        step = 1 / (self._inner.frames_per_second or ASSUMED_FRAMES_PER_SECOND)
        self._base_seconds += self._last_media_seconds + step - (frame.time_seconds if frame else 0.0)
        return frame


def _images_at(path: Path) -> tuple[Path, ...]:
    """The images of a folder by name, without hidden ones and what is no file; or the one that is named itself."""
    if not path.exists():
        raise SourceError(f"{path}: there is no such folder or image; check the path")
    if not path.is_dir():
        return (path,)
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        raise SourceError(f"{path}: the folder cannot be read ({error.strerror})") from error
    files = tuple(
        entry
        for entry in entries
        if entry.suffix.lower() in IMAGE_ENDINGS and not entry.name.startswith(".") and entry.is_file()
    )
    if not files:
        endings = " ".join(sorted(IMAGE_ENDINGS))
        raise SourceError(f"{path}: no images in this folder (looked for {endings})")
    return files
