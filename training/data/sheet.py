"""A contact sheet: one row of faces for each emotion, for the eye to judge what a table cannot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from recognizer.affect import EMOTIONS, Emotion
from recognizer.palette import EMOTION_RGB, Rgb
from training.data.faces import FaceSet

FACES_PER_ROW = 14
FACE_PX = 112
GAP_PX = 8
MARGIN_PX = 48
CAPTION_PX = 224
HEAD_PX = 120
ROUNDING_PX = 10
MARK_PX = 6

PAPER: Rgb = (250, 250, 248)
INK: Rgb = (27, 33, 41)
SOFT: Rgb = (104, 113, 124)


def contact_sheet(faces: FaceSet, title: str, seed: int = 0) -> Image.Image:
    """A seeded draw of each emotion's faces; beside them the emotion, its count and its share of the set."""
    width = 2 * MARGIN_PX + CAPTION_PX + FACES_PER_ROW * (FACE_PX + GAP_PX) - GAP_PX
    height = HEAD_PX + len(EMOTIONS) * (FACE_PX + GAP_PX) - GAP_PX + MARGIN_PX
    sheet = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN_PX, 34), _fitting(title, width - 2 * MARGIN_PX, 34), INK, _font(34))
    pen.text((MARGIN_PX, 78), f"{len(faces):,} faces, a random draw of each emotion", SOFT, _font(18))
    rng, corners = np.random.default_rng(seed), _corners()
    for row, emotion in enumerate(EMOTIONS):
        mine = np.flatnonzero(faces.labels == row)
        top = HEAD_PX + row * (FACE_PX + GAP_PX)
        _caption(pen, top, emotion, len(mine), len(mine) / max(len(faces), 1))
        shown = np.sort(rng.choice(mine, min(FACES_PER_ROW, len(mine)), replace=False))
        for column, index in enumerate(shown):
            corner = (MARGIN_PX + CAPTION_PX + column * (FACE_PX + GAP_PX), top)
            sheet.paste(_tile(faces.images[index]), corner, corners)
    return sheet


def as_picture(image: NDArray[np.uint8]) -> Image.Image:
    """A face uint8 [h, w] or BGR [h, w, 3] for Pillow."""
    return Image.fromarray(image if image.ndim == 2 else np.ascontiguousarray(image[:, :, ::-1]))


def _caption(pen: ImageDraw.ImageDraw, top: int, emotion: Emotion, count: int, share: float) -> None:
    mark = (MARGIN_PX, top, MARGIN_PX + MARK_PX, top + FACE_PX)
    pen.rounded_rectangle(mark, MARK_PX / 2, EMOTION_RGB[emotion])
    left = MARGIN_PX + MARK_PX + 18
    pen.text((left, top + 22), str(emotion), INK, _font(28))
    pen.text((left, top + 62), f"{count:,} faces, {share:.1%}" if count else "no faces", SOFT, _font(18))


def _tile(image: NDArray[np.uint8]) -> Image.Image:
    return as_picture(image).convert("RGB").resize((FACE_PX, FACE_PX), Image.Resampling.LANCZOS)


def _corners() -> Image.Image:
    """A mask that rounds a face's corners; drawn big and made small, for smooth edges."""
    mask = Image.new("L", (4 * FACE_PX, 4 * FACE_PX), 0)
    box = (0, 0, 4 * FACE_PX - 1, 4 * FACE_PX - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, 4 * ROUNDING_PX, 255)
    return mask.resize((FACE_PX, FACE_PX), Image.Resampling.LANCZOS)


def _fitting(text: str, width_px: int, size_px: int) -> str:
    """The text, its start cut off where it is too long: a path's end says most."""
    font = _font(size_px)
    shown = text
    while font.getlength(shown) > width_px and len(text) > 1:
        text = text[1:]
        shown = f"…{text}"
    return shown


def _font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The one that comes with Pillow: the same everywhere."""
    return ImageFont.load_default(size_px)
