"""A summary as one HTML file that needs nothing else, in the style of the reports on models."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from jinja2 import Environment
from numpy.typing import NDArray
from PIL import Image

from recognizer.resources import package_file
from training.data.copies import NEAR_COPY_CORRELATION
from training.data.sheet import as_picture
from training.data.summary import QUANTILES, Summary
from training.report.template import page_environment, page_style

PAIR_PX = 96


def page(
    summary: Summary,
    sentences: Sequence[str],
    sheet: Image.Image,
    images: NDArray[np.uint8],
    made: str,
    command: str,
) -> str:
    """The page's HTML. `images` are all faces of the set, of which the likest pairs are shown.

    `made` is the day, `command` the command line, both as they shall stand there.
    """
    pairs = [(pair, *(_embedded(_small(images[row])) for row in pair.rows)) for pair in summary.pairs]
    return (
        _environment()
        .get_template("page.html")
        .render(
            s=summary,
            advice=sentences,
            sections=_sections(summary, sentences),
            most=max(sum(row.values()) for row in summary.counts.values()),
            quantiles=["median" if q == 0.5 else f"{q:.0%}" for q in QUANTILES],
            limit=NEAR_COPY_CORRELATION,
            sheet=_embedded(sheet),
            pairs=pairs,
            made=made,
            command=command,
            style=page_style(),
        )
    )


def _sections(summary: Summary, sentences: Sequence[str]) -> list[tuple[str, str]]:
    sections = (
        ("advice", "Good to know", bool(sentences)),
        ("faces", "Faces", True),
        ("images", "Images", True),
        ("copies", "Copies", True),
        ("skipped", "Skipped", bool(summary.skipped)),
        ("origin", "How it was made", True),
    )
    return [(anchor, name) for anchor, name, there in sections if there]


def _small(image: NDArray[np.uint8]) -> Image.Image:
    return as_picture(image).resize((PAIR_PX, PAIR_PX), Image.Resampling.LANCZOS)


def _embedded(picture: Image.Image) -> str:
    """As a data address, so that the page is one file."""
    file = BytesIO()
    picture.convert("RGB").save(file, "WEBP", quality=88)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def _environment() -> Environment:
    environment = page_environment(package_file("training", "data"))
    environment.filters["count"] = "{:,}".format
    environment.filters["figure"] = lambda value, digits: f"{value:,.{digits}f}"
    return environment
