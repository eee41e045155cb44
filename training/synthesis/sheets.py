"""Contact sheets: faces of a data set in rows by emotion or attribute, so that a person sees at once what is off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from recognizer.affect import EMOTIONS
from recognizer.whole_file import replacing
from training.synthesis.pictures import picture_path
from training.synthesis.plan import Plan
from training.synthesis.request import ATTRIBUTES, Obstruction

COLUMNS = 12
TILE_PX = 112
GAP_PX = 4
LABEL_PX = 150
FONT_PX = 16
NOT_SHOWN = -1
BACKGROUND = "white"
INK = "black"


def write_sheets(folder: Path, plan: Plan) -> list[Path]:
    """Write sheet_by_class.png and one sheet for each attribute into `folder`; returns their paths.

    Faces behind hands are shown on the sheet of obstructions alone.

    Raises:
        OSError: a picture cannot be read or a sheet cannot be written.
    """
    hidden = plan.attributes["obstruction"] == list(Obstruction).index(Obstruction.HANDS)
    choices: dict[str, tuple[Iterable[str], NDArray[np.int64]]] = {"class": (EMOTIONS, plan.emotions)}
    choices |= {name: (kind, plan.attributes[name]) for name, kind in ATTRIBUTES.items()}
    paths = []
    for name, (values, chosen) in choices.items():
        paths.append(folder / f"sheet_by_{name}.png")
        # Hands before a face hide what the other sheets are to show.
        shown = chosen if name == "obstruction" else np.where(hidden, NOT_SHOWN, chosen)
        sheet = draw_sheet(rows_of(values, shown), folder)
        with replacing(paths[-1]) as file:
            sheet.save(file, format="PNG")
    return paths


def rows_of(values: Iterable[str], chosen: NDArray[np.int64]) -> dict[str, tuple[str, ...]]:
    """The first COLUMNS pictures of each value that occurs; `chosen` holds every face's position in `values`."""
    rows = {}
    for position, value in enumerate(values):
        places = np.flatnonzero(chosen == position)[:COLUMNS]
        if len(places):
            rows[str(value)] = tuple(picture_path(int(index)) for index in places)
    return rows


def draw_sheet(rows: Mapping[str, tuple[str, ...]], folder: Path) -> Image.Image:
    """One labelled row of tiles for each entry."""
    step = TILE_PX + GAP_PX
    sheet = Image.new("RGB", (LABEL_PX + COLUMNS * step, GAP_PX + len(rows) * step), BACKGROUND)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(FONT_PX)
    for row, (value, paths) in enumerate(rows.items()):
        top = GAP_PX + row * step
        pen.text((GAP_PX * 2, top + TILE_PX // 2), value, INK, font, anchor="lm")
        for column, path in enumerate(paths):
            with Image.open(folder / path) as image:
                tile = image.convert("RGB").resize((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
            sheet.paste(tile, (LABEL_PX + column * step, top))
    return sheet


GAP_PX = 2
PAPER = 255


def sheet_of(faces: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """Faces uint8 [n, h, w] or [n, h, w, 3] row by row on white, with a gap between them."""
    rows = -(-len(faces) // columns)
    height, width = faces.shape[1] + GAP_PX, faces.shape[2] + GAP_PX
    sheet = np.full((rows * height + GAP_PX, columns * width + GAP_PX, *faces.shape[3:]), PAPER, np.uint8)
    for index, face in enumerate(faces):
        top, left = GAP_PX + index // columns * height, GAP_PX + index % columns * width
        sheet[top : top + face.shape[0], left : left + face.shape[1]] = face
    return sheet
