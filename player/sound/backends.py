"""Choice of the audio backend: VLC, else pygame's mixer, else silence, with one line for each that does not work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise

from player.errors import SoundError
from player.sound.backend import AudioBackend, Post
from player.sound.pygame_backend import PygameBackend
from player.sound.silent_backend import SilentBackend
from player.sound.vlc_backend import VlcBackend

BACKENDS: dict[str, Callable[[Post], AudioBackend]] = {
    "vlc": VlcBackend,
    "mixer": PygameBackend,
    "silent": SilentBackend,
}
"""Backends by name, the best first; the last one always works. New ones are added here."""

DESCRIPTIONS = {"vlc": "VLC", "mixer": "pygame's mixer", "silent": "silence"}


def say_on_stderr(line: str) -> None:
    """Print a line where errors go."""
    print(line, file=sys.stderr, flush=True)


def open_backend(preferred: str, post: Post, say: Callable[[str], None] = say_on_stderr) -> AudioBackend:
    """The preferred backend, or the next one that works here; `say` gets one line for each that does not.

    `post` gets the tracks' events on the crossfader's thread. Raises SoundError for a name that is no backend.
    """
    if preferred not in BACKENDS:
        raise SoundError(f"there is no sound backend {preferred!r}; there are {', '.join(BACKENDS)}")
    names = list(BACKENDS)[list(BACKENDS).index(preferred) :]
    for name, fallback in pairwise(names):
        try:
            return BACKENDS[name](post)
        except SoundError as error:
            say(f"sound: {_name(name)} cannot be used: {error}; going on with {_name(fallback)}")
    return BACKENDS[names[-1]](post)


def _name(backend: str) -> str:
    return DESCRIPTIONS.get(backend, backend)
