"""What can go wrong in the player. `str(error)` is the one line that a person reads.

SonrisaError
├── UsageError
│   └── SettingsError   config.yaml or a flag is wrong
├── LibraryError        the music or its database cannot be used
└── SoundError          no sound can be made
"""

from __future__ import annotations

from recognizer.errors import SonrisaError, UsageError

__all__ = ["LibraryError", "SettingsError", "SoundError"]


class SettingsError(UsageError):
    """A setting has an unknown name or a value that is not allowed (exit code 2)."""


class LibraryError(SonrisaError):
    """The music folder or the library's database cannot be used."""


class SoundError(SonrisaError):
    """A sound stage cannot be opened, or a track cannot be played on it."""
