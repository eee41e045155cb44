"""Sound: stages that play tracks (VLC, pygame's mixer, silence), and the crossfader between tracks."""

from player.sound.crossfade import Crossfader
from player.sound.stage import Audible, Broken, Deck, Ended, SoundEvent, Stage
from player.sound.stages import STAGES, open_stage

__all__ = ["STAGES", "Audible", "Broken", "Crossfader", "Deck", "Ended", "SoundEvent", "Stage", "open_stage"]
