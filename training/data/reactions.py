"""Recorded reactions: a csv with one clip in each row, video,label,subject,category[,split,start_seconds,end_seconds].

Frames are sampled at the recipe's rate; the face in each is found and cut out as the recognizer does it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from recognizer.capture import VideoSource
from recognizer.errors import SourceError
from recognizer.frames import Frame
from recognizer.text_table import Cells, number_in, path_in
from training.data.data_recipe import DataRecipe
from training.data.faces import Split
from training.data.rows import Reader, Row, Skip, UnusableRow, label_of, split_of
from training.data.tables import columns_of, read_table

TOLERANCE_SECONDS = 0.001
"""Times in files are rounded to milliseconds."""


class ReactionReader(Reader):
    """The csv of clips; relative paths start at the csv's folder. A row is named by its clip and time."""

    name = "recorded reactions"
    layout = "a csv with the columns video,label[,subject,category,split,start_seconds,end_seconds]"
    gives_frames = True

    def recognises(self, path: Path) -> bool:
        """By the header's columns."""
        return {"video", "label"} <= columns_of(path)

    def rows(self, path: Path, recipe: DataRecipe) -> Iterator[Row | Skip]:
        """Clips in the file's order, frames in the order of time."""
        for item in read_table(path, ("video", "label")):
            if isinstance(item, Skip):
                yield item
                continue
            name, cells = item
            try:
                yield from _clip(path.parent, cells, recipe)
            except UnusableRow as error:
                yield Skip(f"{name} ({cells['video']})" if cells["video"] else name, str(error))


def _clip(folder: Path, cells: Cells, recipe: DataRecipe) -> Iterator[Row]:
    if not cells["video"]:
        raise UnusableRow("no video")
    label = label_of(cells["label"], recipe.classes)
    split = split_of(cells.get("split", ""))
    start, end = _span_seconds(cells)
    path = path_in(cells["video"], folder)
    if not path.is_file():
        raise UnusableRow("no such file")
    found = False
    try:
        with VideoSource(path) as video:
            for frame in sampled(video, recipe.frames_per_second, start, end):
                found = True
                yield _row(frame, cells, label, split)
    except SourceError as error:
        raise UnusableRow("not a readable video; it is damaged or of another kind") from error
    if not found:
        raise UnusableRow(f"no frame from {start:g} s to {end:g} s; the clip is shorter")


def _row(frame: Frame, cells: Cells, label: int, split: Split | None) -> Row:
    return Row(
        image=frame.image,
        label=label,
        name=f"{cells['video']} at {frame.time_seconds:.2f} s",
        split=split,
        subject=cells.get("subject", ""),
        category=cells.get("category", ""),
    )


def sampled(frames: Iterable[Frame], per_second: float, start: float, end: float) -> Iterator[Frame]:
    """The first frame at or after each of start, start + 1/per_second, ... up to and without `end` (seconds)."""
    taken = 0
    for frame in frames:
        seconds = frame.time_seconds + TOLERANCE_SECONDS
        if seconds >= end:
            return
        if seconds >= start + taken / per_second:
            yield frame
            # A clip with fewer frames than asked for gives each of its frames once.
            taken = math.floor((seconds - start) * per_second) + 1


def _span_seconds(cells: Cells) -> tuple[float, float]:
    start = _seconds(cells.get("start_seconds", ""), 0.0)
    end = _seconds(cells.get("end_seconds", ""), math.inf)
    if not 0 <= start < end:
        raise UnusableRow(f"start_seconds {start:g} and end_seconds {end:g} hold no time")
    return start, end


def _seconds(cell: str, default: float) -> float:
    try:
        return number_in(cell) if cell else default
    except ValueError as error:
        raise UnusableRow(f"'{cell}' is not a number of seconds") from error
