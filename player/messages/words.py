"""Words shared by the window and the terminal."""

from __future__ import annotations

from player.messages.view_state import CameraLight, TrackView, ViewName, ViewState
from recognizer.affect import Emotion

EMOTION_WORDS: dict[Emotion, str] = {
    Emotion.ANGRY: "Angry",
    Emotion.DISGUST: "Disgusted",
    Emotion.FEAR: "Afraid",
    Emotion.HAPPY: "Happy",
    Emotion.SAD: "Sad",
    Emotion.SURPRISE: "Surprised",
    Emotion.NEUTRAL: "Neutral",
}

LIGHT_WORDS: dict[CameraLight, str] = {
    CameraLight.STARTING: "Camera starting",
    CameraLight.ON: "Camera on",
    CameraLight.CLIP: "Playing a clip",
    CameraLight.LOST: "Camera lost",
    CameraLight.OFF: "Camera off",
}

VIEW_WORDS: dict[ViewName, str] = {
    ViewName.PLAYER: "Player",
    ViewName.LIBRARY: "Library",
    ViewName.HOW_IT_WORKS: "How it works",
}

POLICY_HINTS: dict[str, str] = {
    "match": "Match: music that feels as you do",
    "lift": "Lift: music a little brighter and livelier than you are",
    "calm": "Calm: music that leads you gently towards rest",
    "iso": "Iso: begins with music like your mood and leads step by step to your goal (G)",
    "hold": "Hold: keeps the mood of the music, whatever your face does",
}

_CLEARLY = 0.15
"""From which rank on a track counts as bright or dark, lively or calm."""


def emotion_word(emotion: Emotion | None) -> str:
    """The emotion in one word, "Not sure" for None."""
    return "Not sure" if emotion is None else EMOTION_WORDS[emotion]


def mood_words(view: ViewState) -> str:
    """The mood of the face in front in a word or two, such as "Happy 83%"."""
    if view.mood is None or not view.has_face:
        return "No face"
    word = emotion_word(view.mood.emotion)
    return f"{word} {view.mood.confidence:.0%}" if view.mood.emotion else word


def feeling(track: TrackView) -> str:
    """How a track feels, in a few words, such as "bright and calm"."""
    if not track.mood_known and not track.corrected:
        return "not known yet"
    across = _side(track.mood.valence, "bright", "dark")
    up = _side(track.mood.arousal, "lively", "calm")
    words = " and ".join(part for part in (across, up) if part) or "in the middle"
    return f"{words}, as you said" if track.corrected else words


def _side(value: float, high: str, low: str) -> str:
    return high if value > _CLEARLY else low if value < -_CLEARLY else ""
