"""Errors of the player. `str(error)` is the one line that a person reads.

SonrisaError
├── UsageError
│   └── SettingsError   config.yaml or a flag is wrong
├── LibraryError        the music or its database cannot be used
├── SoundError          no sound can be made
├── RemoteError         no running player can be asked, or another one listens already
├── DesktopError        the desktop's menu cannot be written
├── TraceError          a trace cannot be read, or not be run again
├── StudyError          a study of reactions cannot be opened, or does not hold what is asked for
├── NormError           a norm file cannot be made or used
└── ConsentRefused      the viewer did not agree: there is no session
"""

from __future__ import annotations

from recognizer.errors import SonrisaError, UsageError

__all__ = [
    "ConsentRefused",
    "DesktopError",
    "LibraryError",
    "NormError",
    "RemoteError",
    "SettingsError",
    "SoundError",
    "StudyError",
    "TraceError",
]


class SettingsError(UsageError):
    """A setting has an unknown name or a value that is not allowed (exit code 2)."""


class LibraryError(SonrisaError):
    """The music folder or the library's database cannot be used."""


class SoundError(SonrisaError):
    """An audio backend cannot be opened, or a track cannot be played on it."""


class RemoteError(SonrisaError):
    """No running player can be asked, or another one listens already."""


class DesktopError(SonrisaError):
    """The entry of the desktop's menu cannot be written."""


class TraceError(SonrisaError):
    """A session's trace cannot be read, or holds too little to be run again."""


class StudyError(SonrisaError):
    """A study of reactions cannot be opened, or does not hold what is asked for."""


class NormError(SonrisaError):
    """A norm file cannot be made (too few films) or used (another category, damaged)."""


class ConsentRefused(SonrisaError):
    """The viewer did not agree, so nothing was measured or kept."""
