"""What every report page of the training shares: how its template is read, and its style sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from recognizer.resources import package_file
from training.report import wording
from training.report.colours import declarations

FOLDER = package_file("training", "report")
WRITTEN = (
    *("part", "count", "figure", "span", "signed", "signed_span"),
    *("percent", "whole_percent", "ends", "interval_text", "points", "points_span"),
)
"""Functions of `wording` that pages use."""


def page_environment(folder: Path, **filters: Callable[..., object]) -> Environment:
    """Templates from `folder`, then from this one, with `filters` and the wording of numbers as filters.

    A name that the page was not given is an error.
    """
    environment = Environment(
        loader=FileSystemLoader([folder, FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {name: getattr(wording, name) for name in WRITTEN} | filters
    return environment


def page_style() -> Markup:
    """The style sheet, in the colours of light and of dark paper."""
    template = page_environment(FOLDER).get_template("page.css")
    return Markup(template.render(light=declarations(dark=False), dark=declarations(dark=True)))
