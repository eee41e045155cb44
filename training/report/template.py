"""What every report page of the training shares: how its template is read, and its style sheet."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from recognizer.resources import package_file
from training.report.colours import declarations

FOLDER = package_file("training", "report")


def page_environment(folder: Path) -> Environment:
    """Templates from `folder`, then from this one; a name that the page was not given is an error."""
    return Environment(
        loader=FileSystemLoader([folder, FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_style() -> Markup:
    """The style sheet, in the colours of light and of dark paper."""
    template = page_environment(FOLDER).get_template("page.css")
    return Markup(template.render(light=declarations(dark=False), dark=declarations(dark=True)))
