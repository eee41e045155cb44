"""The camera worker: opens the source in the background, runs the pipeline, and closes both.

Opening a camera and loading the models takes a second or more; the window must not stand still for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from player.camera.sources import OpenedSource
from player.messages.events import CameraOpened, PlayerEvent
from recognizer.frames import Frame
from recognizer.pipeline import Analyser, Failed, LivePipeline, PipelineEvent
from recognizer.steady import Baseline

LOG = logging.getLogger(__name__)
_JOIN_SECONDS = 15.0


class CameraWorker:
    """Turns a source of pictures into events. `open` and `close` may follow each other any number of times.

    After `close` returns the source is closed: the camera sees nothing. The models stay loaded until `shut`.
    """

    def __init__(
        self,
        open_frames: Callable[[], OpenedSource],
        make_analyser: Callable[[], Analyser],
        post: Callable[[PlayerEvent | PipelineEvent], None],
    ) -> None:
        self._open_frames = open_frames
        self._make_analyser = make_analyser
        self._post = post
        self._analyser: Analyser | None = None
        self._pipeline: LivePipeline | None = None
        self._opening: Thread | None = None
        self._unwanted = Event()

    @property
    def dropped(self) -> int:
        """Frames that were overtaken by newer ones since the source was opened."""
        return self._pipeline.dropped if self._pipeline is not None else 0

    def open(self) -> None:
        """Start to open the source; CameraOpened or Failed follows as an event."""
        self.close()
        self._unwanted = Event()
        self._opening = Thread(target=self._work, args=(self._unwanted,), name="opening", daemon=True)
        self._opening.start()

    def adopt(self, face_id: int, baseline: Baseline) -> None:
        """Measure this person's mood against a known resting face from now on."""
        if self._analyser is not None:
            self._analyser.adopt(face_id, baseline)

    def latest_frame(self) -> Frame | None:
        """The newest picture, if there is one that was not taken yet."""
        return self._pipeline.preview.take(0.0) if self._pipeline is not None else None

    def close(self) -> None:
        """Close the source and wait until it is closed; more than once is fine."""
        self._unwanted.set()
        if self._opening is not None:
            self._opening.join(_JOIN_SECONDS)
            self._opening = None
        if self._pipeline is not None:
            self._pipeline.stop()
            self._pipeline = None

    def shut(self) -> None:
        """Close everything, the models included."""
        self.close()
        if self._analyser is not None:
            self._analyser.close()
            self._analyser = None

    def _work(self, unwanted: Event) -> None:
        try:
            self._start(unwanted)
        except Exception as error:
            LOG.debug("the source or the models could not be opened", exc_info=True)
            self._post(Failed(error))

    def _start(self, unwanted: Event) -> None:
        if self._analyser is None:
            self._analyser = self._make_analyser()
        opened = self._open_frames()
        if unwanted.is_set():
            opened.source.close()
            return
        self._post(CameraOpened(opened.source.name, opened.is_camera, opened.remark))
        self._pipeline = LivePipeline(opened.source, self._analyser, self._post)
        self._pipeline.start()
