"""Recorded reactions: a csv with one clip in each row, video,label,subject,category[,split,start_seconds,end_seconds].

Frames are sampled at the recipe's rate; the face in each is found and cut out as the recognizer does it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from recognizer.text_table import Cells, number_in, path_in
from training.data.clips import clip_rows
from training.data.data_recipe import DataRecipe
from training.data.rows import Reader, Row, Skip, UnusableRow, label_of, split_of
from training.data.tables import columns_of, read_table


class ReactionReader(Reader):
    """The csv of clips; relative paths start at the csv's folder. A row is named by its clip and time."""

    name = "recorded reactions"
    layout = "a csv with the columns video,label[,subject,category,split,start_seconds,end_seconds]"

    def recognises(self, path: Path) -> bool:
        """By the header's columns."""
        return {"video", "label"} <= columns_of(path)

    def table(self, path: Path) -> Path:
        """The csv itself."""
        return path

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
    clip = Row(
        picture=path_in(cells["video"], folder),
        label=label_of(cells["label"], recipe.classes),
        name=cells["video"],
        split=split_of(cells.get("split", "")),
        subject=cells.get("subject", ""),
        category=cells.get("category", ""),
    )
    yield from clip_rows(clip, recipe.frames_per_second, *_span_seconds(cells))


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
