"""Which stage works here: VLC, else pygame's mixer, else silence, with one line for each that does not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise

from player.errors import SoundError
from player.sound.backend import Post, Stage
from player.sound.pygame_backend import MixerStage
from player.sound.silent_backend import SilentStage
from player.sound.vlc_backend import VlcStage

STAGES: dict[str, Callable[[Post], Stage]] = {"vlc": VlcStage, "mixer": MixerStage, "silent": SilentStage}
"""The plug point: stages by name, the best first; the last one always works."""

DESCRIPTIONS = {"vlc": "VLC", "mixer": "pygame's mixer", "silent": "silence"}


def say_on_stderr(line: str) -> None:
    """Print a line where errors go."""
    print(line, file=sys.stderr, flush=True)


def open_stage(preferred: str, post: Post, say: Callable[[str], None] = say_on_stderr) -> Stage:
    """The preferred stage, or the next one that works here; `say` gets one line for each that does not.

    `post` gets the tracks' events on the crossfader's thread. Raises SoundError for a name that is no stage.
    """
    if preferred not in STAGES:
        raise SoundError(f"there is no sound stage {preferred!r}; there are {', '.join(STAGES)}")
    names = list(STAGES)[list(STAGES).index(preferred) :]
    for name, fallback in pairwise(names):
        try:
            return STAGES[name](post)
        except SoundError as error:
            say(f"sound: {_name(name)} cannot be used: {error}; going on with {_name(fallback)}")
    return STAGES[names[-1]](post)


def _name(stage: str) -> str:
    return DESCRIPTIONS.get(stage, stage)
