"""Words shared by the window and the terminal."""

from __future__ import annotations

from player.messages.view_state import CameraLight, FaceView, MoodView, ViewName, ViewState
from player.music.choice.ranking import Choice
from player.music.track import Track
from recognizer.affect import Emotion, Mood

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


def mood_word(seen: Mood | MoodView | FaceView) -> str:
    """What a face shows, in a word or two: an emotion, else the region of the plane, else why there is neither."""
    if seen.emotion is not None:
        return EMOTION_WORDS[seen.emotion]
    if seen.region is not None:
        return seen.region.capitalize()
    return "Not sure" if seen.readable else "Hard to read"


def sure_words(mood: MoodView | None) -> str:
    """How sure the emotion is, such as "83% sure"; empty without one, and while it gives way to another."""
    return f"{mood.confidence:.0%} sure" if mood is not None and mood.confidence is not None else ""


def mood_words(view: ViewState) -> str:
    """The mood of the face in front in a word or two, such as "Happy 83%"."""
    if view.mood is None or not view.has_face:
        return "No face"
    word, confidence = mood_word(view.mood), view.mood.confidence
    return word if confidence is None else f"{word} {confidence:.0%}"


def feeling(track: Track) -> str:
    """How a track feels, in a few words, such as "bright and calm"."""
    if not track.mood_known:
        return "not known yet"
    across = _side(track.mood.valence, "bright", "dark")
    up = _side(track.mood.arousal, "lively", "calm")
    words = " and ".join(part for part in (across, up) if part) or "in the middle"
    return f"{words}, as you said" if track.corrected else words


def short_reason(choice: Choice) -> str:
    """Why a track would come next, short enough for a row of the queue."""
    reason = choice.reasons[0] if choice.reasons else choice.why
    return reason.removeprefix("this is ").removesuffix(" in your library")


def _side(value: float, high: str, low: str) -> str:
    return high if value > _CLEARLY else low if value < -_CLEARLY else ""
