"""What a frame is, and what every source of frames can do.

Recorded sources are read whole and give the same frames on every run. Live ones are read eagerly by a thread of
their own (see `recognizer.pipeline`); what nobody took in time is dropped there, not here.
A source belongs to the thread that reads it: close it there, or after that thread has ended.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

ImageBGR = NDArray[np.uint8]
"""A picture as OpenCV has it: uint8 [height, width, 3], its channels in the order blue, green, red."""

Image = ImageBGR


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture with its times.

    `image` is uint8 BGR [height, width, 3]. `index` counts from 0.
    `time_seconds` never goes back: media time for files and folders, `time.monotonic()` for what is live.
    `captured_seconds` is `time.monotonic()` at the moment the picture was in hand.
    `media_seconds` is the position within the recording, None where there is none; it starts again in a loop.
    """

    image: Image
    index: int
    time_seconds: float
    captured_seconds: float
    media_seconds: float | None = None


class FrameSource(ABC):
    """Gives frames one after another; a context manager and an iterator."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What a person calls this source: "camera 0", a file's name, an address."""

    @property
    @abstractmethod
    def live(self) -> bool:
        """True where frames pass whether or not anybody reads them."""

    @property
    def frames_per_second(self) -> float | None:
        """The nominal rate; None where the source does not say."""
        return None

    @property
    def frame_count(self) -> int | None:
        """How many frames there will be (files may say it slightly wrong); None for what has no end."""
        return None

    @property
    def consecutive(self) -> bool:
        """True where a frame resembles the one before; False for unrelated pictures."""
        return True

    @abstractmethod
    def read(self) -> Frame | None:
        """The next frame, None at the end; raises SourceError, or SourceStopped when a live one stops."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the device or file; more than once is fine."""

    def __enter__(self) -> Self:
        """The source itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        """All frames that are left."""
        while (frame := self.read()) is not None:
            yield frame


class RecordedSource(FrameSource):
    """A source that can be read again from its start."""

    @property
    def live(self) -> bool:
        """False: the recording waits for its reader."""
        return False

    @abstractmethod
    def rewind(self) -> None:
        """Go back to the first frame; raises SourceError when the recording is gone."""


class ReopenableSource(FrameSource):
    """A live source that may vanish and come back."""

    @property
    def live(self) -> bool:
        """True."""
        return True

    @abstractmethod
    def reopen(self) -> None:
        """Try to get the source back after SourceStopped; raises SourceError while it stays away."""
