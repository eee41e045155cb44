"""A live source as an iterator of its newest analyses."""

from __future__ import annotations

from collections.abc import Iterator

from recognizer.frames import FrameSource
from recognizer.pipeline import Analyser, Analysis, Failed, LivePipeline, Observed, PipelineEvent, SourceEnded
from recognizer.slot import LatestSlot


def latest_analyses(source: FrameSource, analyser: Analyser) -> Iterator[Analysis]:
    """An iterator over the analyses of a live source, pictures included; one that nobody took in time is dropped.

    It ends with the source and closes both. Raises what ended the reading, a SonrisaError where a person can mend it.
    """
    newest = _Newest()
    pipeline = LivePipeline(source, analyser, newest.take_in, keep_pixels=True)
    pipeline.start()
    try:
        while (analysis := newest.slot.take(None)) is not None:
            yield analysis
        if newest.error is not None:
            raise newest.error
    finally:
        pipeline.stop()
        analyser.close()


class _Newest:
    """The newest analysis of a pipeline, and the error that ended it."""

    def __init__(self) -> None:
        self.slot: LatestSlot[Analysis] = LatestSlot()
        self.error: Exception | None = None

    def take_in(self, event: PipelineEvent) -> None:
        """Keep what the pipeline publishes; called from its threads."""
        if isinstance(event, Observed):
            self.slot.put(event.analysis)
        elif isinstance(event, Failed):
            self.error = event.error
            self.slot.close()
        elif isinstance(event, SourceEnded):
            self.slot.close()
