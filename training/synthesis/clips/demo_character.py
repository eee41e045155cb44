"""Who appears in the demo clip, in which light, and how she wears each emotion."""

from __future__ import annotations

from recognizer.affect import Emotion
from training.synthesis.rendered.animation.action_units import EMOTION_UNITS
from training.synthesis.rendered.animation.motion import Character
from training.synthesis.rendered.engine.shading import Film
from training.synthesis.rendered.geometry.anatomy import Identity
from training.synthesis.rendered.people.appearance import Appearance, Cut, Eyes, Garment, Hair, Skin
from training.synthesis.rendered.scene.values import Scene

DEMO_IDENTITY = Identity(
    phenotype={"caucasian": 0.75, "asian": 0.15, "african": 0.10, "gender": 1.0, "age": 0.66, "weight": 0.45},
    local={},
)
DEMO_APPEARANCE = Appearance(
    skin=Skin(melanin=0.17, blush=0.45, lip_tint=0.45),
    eyes=Eyes(),
    hair=Hair(cut=Cut(gathered=True, volume=0.09, lift=0.06)),
    garment=Garment(),
)
DEMO_CHARACTER = Character(
    units=EMOTION_UNITS,
    resting={4: 0.10, 12: 0.15, 43: 0.13},
    pitch_degrees={Emotion.SAD: -3.0, Emotion.ANGRY: -3.0, Emotion.SURPRISE: 2.0, Emotion.HAPPY: 1.5},
)
DEMO_SCENE = Scene()
DEMO_FILM = Film(softness_px=0.88)
