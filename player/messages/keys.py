"""Keys and their intents, and a table of them for the help; shared by the window and the terminal.

A key is the character that it types, or one of the names below for those that type none.
"""

from __future__ import annotations

from typing import Literal

from player.messages.intents import (
    CaptureNeutral,
    Dislike,
    ExportMemory,
    Intent,
    Like,
    NextPolicy,
    Previous,
    Quit,
    Skip,
    ToggleCamera,
    TogglePause,
    VolumeStep,
)

NamedKey = Literal[
    "up", "down", "left", "right", "page up", "page down", "home", "end",
    "enter", "escape", "tab", "back tab", "backspace",
]  # fmt: skip
"""Keys that type no character."""

VOLUME_STEP = 0.05

KEYS: dict[str, Intent] = {
    " ": TogglePause(),
    "n": Skip(),
    "b": Previous(),
    "l": Like(),
    "d": Dislike(),
    "+": VolumeStep(VOLUME_STEP),
    "=": VolumeStep(VOLUME_STEP),
    "-": VolumeStep(-VOLUME_STEP),
    "p": NextPolicy(),
    "c": ToggleCamera(),
    "r": CaptureNeutral(),
    "e": ExportMemory(),
    "q": Quit(),
}
"""The keys that mean the same everywhere: the character, lower case, and the intent it stands for."""

HELP: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Music",
        (
            ("Space", "pause, go on"),
            ("N  B", "next, back"),
            ("\N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}", "10 seconds back, ahead"),
            ("+  \N{MINUS SIGN}", "louder, quieter"),
        ),
    ),
    (
        "Your word",
        (
            ("L  D", "like, not this"),
            ("1 to 5", "stars, 0 takes them back"),
            ("M", "say how a track feels"),
        ),
    ),
    (
        "Mood",
        (
            ("P", "next policy"),
            ("G", "where iso leads"),
            ("C", "close the camera, open it"),
            ("R", "learn your resting face"),
            ("K", "the same, kept by name"),
            ("F", "whom the music follows"),
        ),
    ),
    (
        "Views",
        (
            ("V", "go through the views"),
            ("/", "search the library"),
            ("Tab  Enter", "to a button, press it"),
            ("Esc", "close, go back"),
            ("?", "this help"),
            ("Q", "quit"),
        ),
    ),
    (
        "What is remembered",
        (
            ("E", "export all of it"),
            ("X", "forget all of it"),
        ),
    ),
)
"""Groups of keys and what they do."""


def intent_of_key(character: str) -> Intent | None:
    """The intent of a typed character that means the same everywhere, or None."""
    return KEYS.get(character.lower())
