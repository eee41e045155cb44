"""The emotions' colours on light and on dark paper, and what a figure needs to stand outside a page."""

from __future__ import annotations

from markupsafe import Markup

from recognizer.affect import EMOTIONS
from recognizer.palette import EMOTION_RGB, Rgb
from recognizer.resources import package_file

LEAST_CONTRAST = 3.0
"""What lines and areas need against their ground (WCAG 2.2, success criterion 1.4.11)."""
WHITE: Rgb = (255, 255, 255)
DASHES = ("", "7 2", "2 2", "14 2", "9 3 2 3", "5 2 1 2", "4 4")
"""A second mark for each of EMOTIONS, for those who see colours differently and for grey printers."""
FIGURE_STYLE = package_file("training", "report", "figure.css")

PAPER = {"--paper": "#ffffff", "--ink": "#1b2129", "--soft": "#5a6572", "--rule": "#d9dfe5"} | {
    "--a": "#22577a",
    "--b": "#b4541a",
    "--on-strong": "#ffffff",
    "--on-middle": "#1b2129",
}
NIGHT = {"--paper": "#14181d", "--ink": "#e8ecf0", "--soft": "#a3aebb", "--rule": "#333b45"} | {
    "--a": "#7db6dd",
    "--b": "#eb9a63",
    "--on-strong": "#0e1216",
    "--on-middle": "#0e1216",
}


def variables(*, dark: bool) -> dict[str, str]:
    """CSS variables for light or dark paper: --ink, --paper and so on, and one for each emotion, such as --angry."""
    emotions = {
        f"--{emotion}": _hex(EMOTION_RGB[emotion] if dark else readable_on_white(EMOTION_RGB[emotion]))
        for emotion in EMOTIONS
    }
    return (NIGHT if dark else PAPER) | emotions


def declarations(*, dark: bool) -> Markup:
    """The same as CSS text."""
    return Markup(" ").join(Markup("{}: {};").format(*pair) for pair in variables(dark=dark).items())


def standalone(figure: Markup) -> str:
    """A figure as an SVG file of its own, in the colours of light paper."""
    style = FIGURE_STYLE.read_text(encoding="utf-8")
    whole = str(figure).replace(' class="figure">', f' class="figure"><style>{style}</style>', 1)
    # Few programs beside browsers know CSS variables.
    for name, value in sorted(variables(dark=False).items(), key=lambda pair: -len(pair[0])):
        whole = whole.replace(f"var({name})", value)
    return whole + "\n"


def readable_on_white(colour: Rgb) -> Rgb:
    """The same hue, darkened as far as LEAST_CONTRAST against white asks for."""
    share = 1.0
    while contrast(_scaled(colour, share), WHITE) < LEAST_CONTRAST:
        share -= 0.01
    return _scaled(colour, share)


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast of two colours from 1 to 21, by WCAG's definition."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: Rgb) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _scaled(colour: Rgb, share: float) -> Rgb:
    red, green, blue = (round(channel * share) for channel in colour)
    return red, green, blue


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
