"""The recognizer for other programs: pictures, videos and live streams in, measured faces out.

from recognizer import Recognizer
with Recognizer() as recognizer:
    for face in recognizer.read("party.jpg"):
        print(face.emotion, face.valence, face.box)
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from recognizer.affect import Reading
from recognizer.capture import open_source
from recognizer.classify import Classifier
from recognizer.errors import SourceError, UsageError
from recognizer.face_model import FACE_MODEL_PATH
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, FrameSource, ImageBGR, RecordedSource
from recognizer.latest import latest_analyses
from recognizer.pictures import UnreadablePicture, decoded
from recognizer.pipeline import Analyser, Analysis, settings_for
from recognizer.recordings import PacedSource
from recognizer.resources import shipped
from recognizer.rows import COLUMNS, Row
from recognizer.steady import STILLS, SteadySettings

if TYPE_CHECKING:
    import pandas

PathText = str | PathLike[str]
EMOTION_MODEL_PATH = shipped("models", "emotion.yaml")
"""The card of the emotion model that comes with the program."""


class Recognizer:
    """An emotion model and a face finder, ready to read faces; a context manager.

    `model` is an emotion model's card (.yaml) or file (.onnx), `face_model` MediaPipe's face_landmarker.task; without
    them the ones of the program are used, and the face model is fetched on first use. `most_faces` bounds how many
    faces a picture may have, `threads` how many the emotion model may use on the processor. `steadying` says how
    patient moods are.

    Nothing leaves the computer. Use one from one thread at a time; each video and each stream has its own memory of
    who is where, so that several may be read in turns.
    Raises ModelError or FaceModelError, each with one line that says what to do.
    """

    def __init__(
        self,
        model: PathText | None = None,
        face_model: PathText | None = None,
        most_faces: int = 10,
        threads: int = 1,
        steadying: SteadySettings | None = None,
    ) -> None:
        self._classifier = Classifier.load(Path(model or EMOTION_MODEL_PATH), threads)
        self._face_model, self._most_faces = Path(face_model or FACE_MODEL_PATH), most_faces
        self._steadying = steadying or SteadySettings()
        self._stills = self._analyser(consecutive=False, steadying=STILLS)
        self._read_count = 0

    def read(self, picture: PathText | ImageBGR) -> tuple[Reading, ...]:
        """Every face in one picture, from the left to the right; empty where there is none.

        `picture` is a file's path, or pixels as OpenCV has them: uint8 [height, width, 3], blue, green, red.
        Raises SourceError for a file that is not a picture, UsageError for other pixels.
        """
        now = time.monotonic()
        frame = Frame(_pixels(picture), self._read_count, float(self._read_count), now)
        self._read_count += 1
        readings = self._stills.analyse(frame).readings
        return tuple(sorted(readings, key=lambda reading: reading.box.left_px))

    def video(self, source: PathText) -> Iterator[Row]:
        """One row per face and frame of a video file or a folder of pictures, in the order of time.

        Every frame is read; the same file gives the same rows. Raises SourceError for what cannot be opened.
        """
        opened = open_source(str(source))
        if not isinstance(opened, RecordedSource):
            opened.close()
            raise UsageError(f"{source}: is a camera or a stream; read it with Recognizer.watch")
        return self._rows(opened)

    def watch(self, source: int | PathText = 0) -> Iterator[Analysis]:
        """What is found in a live source, the newest frame each time: frames for which there was no time are dropped.

        `source` is a camera's index or an address (http, rtsp); a recording is played at its own pace. A camera that
        vanishes is waited for. `Analysis.rows` has the faces, `Analysis.frame.image` the picture. The threads behind
        it end with the iterator. Raises SourceError for what cannot be opened.
        """
        opened = open_source(str(source))
        if isinstance(opened, RecordedSource):
            opened = PacedSource(opened, loop=False)
        return latest_analyses(opened, self._analyser_for(opened))

    def close(self) -> None:
        """Free the face model; more than once is fine, and the end of the program does it too."""
        self._stills.close()

    def __enter__(self) -> Self:
        """The recognizer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _rows(self, source: RecordedSource) -> Iterator[Row]:
        with source, closing(self._analyser_for(source)) as analyser:
            for frame in source:
                yield from analyser.analyse(frame).rows

    def _analyser_for(self, source: FrameSource) -> Analyser:
        return self._analyser(source.consecutive, settings_for(source, self._steadying))

    def _analyser(self, consecutive: bool, steadying: SteadySettings) -> Analyser:
        finder = FaceFinder(self._face_model, self._most_faces, consecutive)
        return Analyser(finder, self._classifier, steadying)


def to_frame(rows: Iterable[Row]) -> pandas.DataFrame:
    """A pandas frame with the columns of `recognizer.rows.COLUMNS`, one line per row.

    Raises UsageError where pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise UsageError("a frame needs the package pandas: pip install pandas") from error
    return pandas.DataFrame([row.as_dict() for row in rows], columns=list(COLUMNS))


def _pixels(picture: PathText | ImageBGR) -> ImageBGR:
    """The picture's pixels, read from its file or known to be BGR."""
    if isinstance(picture, np.ndarray):
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
            shape = list(picture.shape)
            raise UsageError(f"pixels must be uint8 [height, width, 3] in BGR, not {picture.dtype} {shape}")
        return picture
    path = Path(picture)
    if not path.is_file():
        raise SourceError(f"{path}: there is no such picture; check the path")
    try:
        return decoded(path.read_bytes())
    except UnreadablePicture as reason:
        raise SourceError(f"{path}: not a picture that can be read ({reason})") from reason
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
