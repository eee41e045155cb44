"""Events of the player's own threads; the pipeline and the sound backends have events of their own.

All of them are frozen and go through one inbox, which the main loop drains.
"""

from __future__ import annotations

from dataclasses import dataclass

from player.messages.intents import Intent


@dataclass(frozen=True, slots=True)
class CameraOpened:
    """A source of pictures was opened: `is_camera` means that a person is really being seen.

    `remark` is one line about what was missing, empty where nothing was.
    """

    name: str
    is_camera: bool
    remark: str


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """Progress of the scan of the music folder: `done` of `total` files."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ScanDone:
    """The scan is done; `faults` are one line for each file that cannot be played."""

    added: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScanFailed:
    """The scan failed; `message` is one line for people."""

    message: str


@dataclass(frozen=True, slots=True)
class FolderAway:
    """The music folder is not there, or there is no music in it any more; `message` is one line for people."""

    message: str


@dataclass(frozen=True, slots=True)
class FolderBack:
    """The music folder is there again; `message` is one line for people."""

    message: str


@dataclass(frozen=True, slots=True)
class IntentReceived:
    """An intent from outside the window: a media key, the desktop, another terminal."""

    intent: Intent


PlayerEvent = CameraOpened | ScanProgress | ScanDone | ScanFailed | FolderAway | FolderBack | IntentReceived
