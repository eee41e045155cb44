"""Sound: backends that play tracks (VLC, pygame's mixer, silence), and the crossfader between tracks."""

from player.sound.backend import Audible, AudioBackend, Broken, Deck, Ended, SoundEvent
from player.sound.backends import BACKENDS, open_backend
from player.sound.crossfade import Crossfader

__all__ = [
    "BACKENDS",
    "Audible",
    "AudioBackend",
    "Broken",
    "Crossfader",
    "Deck",
    "Ended",
    "SoundEvent",
    "open_backend",
]
