"""Sound: stages that play tracks (VLC, pygame's mixer, silence), and the crossfader between tracks."""

from player.sound.backend import Audible, Broken, Deck, Ended, SoundEvent, Stage
from player.sound.backends import STAGES, open_stage
from player.sound.crossfade import Crossfader

__all__ = ["STAGES", "Audible", "Broken", "Crossfader", "Deck", "Ended", "SoundEvent", "Stage", "open_stage"]
