"""Intents about the music, turned into calls of the director."""

from __future__ import annotations

from player.messages.intents import (
    ChoosePolicy,
    CorrectMood,
    Dislike,
    Intent,
    Like,
    NextPolicy,
    Pause,
    PlayQueued,
    PlayTrack,
    Previous,
    Rate,
    Resume,
    Seek,
    SetGoal,
    SetVolume,
    Skip,
    TogglePause,
    VolumeStep,
)
from player.playback.director import Director


def handle_intent(intent: Intent, director: Director, now: float) -> bool:
    """Carry out an intent about the music; False where it is about something else."""
    return any(part(intent, director, now) for part in (_about_playing, _about_level, _about_choosing))


def _about_playing(intent: Intent, director: Director, now: float) -> bool:
    match intent:
        case TogglePause():
            director.toggle_pause()
        case Pause():
            director.pause()
        case Resume():
            director.resume()
        case Skip():
            director.skip(now)
        case Previous():
            director.previous(now)
        case Seek(seconds):
            director.seek(seconds, now)
        case PlayQueued(track_id):
            director.play_queued(track_id, now)
        case PlayTrack(track_id):
            director.play_track(track_id, now)
        case _:
            return False
    return True


def _about_level(intent: Intent, director: Director, now: float) -> bool:
    match intent:
        case SetVolume(level):
            director.set_volume(min(1.0, max(0.0, level)), now)
        case VolumeStep(step):
            director.set_volume(min(1.0, max(0.0, director.volume + step)), now)
        case _:
            return False
    return True


def _about_choosing(intent: Intent, director: Director, now: float) -> bool:
    match intent:
        case Like():
            director.like()
        case Dislike():
            director.dislike(now)
        case Rate(track_id, stars):
            director.rate(track_id, stars)
        case CorrectMood(track_id, affect):
            director.correct_mood(track_id, affect)
        case ChoosePolicy(name):
            director.follow(name, now)
        case NextPolicy():
            director.next_policy(now)
        case SetGoal(goal):
            director.lead_to(goal, now)
        case _:
            return False
    return True
