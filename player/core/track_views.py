"""View values of tracks: any track, the playing one, and one that would come next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from player.messages.view_state import CoverView, PlayingView, TrackView
from player.music.choice.ranking import Choice
from player.music.track import Track
from player.playback.director import Director
from player.playback.track_selector import TrackSelector


def track_view(track: Track, why: str = "") -> TrackView:
    """A track as it is shown, with why it was chosen where it was."""
    return TrackView(
        track_id=track.id,
        title=track.title,
        artist=track.artist,
        duration_seconds=track.duration_seconds or 0.0,
        mood=track.mood,
        why=why,
        album=track.album,
        rating=track.rating,
        mood_known=track.mood_known,
        corrected=track.corrected,
    )


def playing_view(
    director: Director, selector: TrackSelector, cover_of: Callable[[int], CoverView | None]
) -> PlayingView | None:
    """What plays, with the mood and the stars that its track has by now; None where nothing does."""
    choice = director.current
    if choice is None:
        return None
    latest = selector.track(choice.track.id) or choice.track
    shown = track_view(latest, choice.why)
    liked = selector.likes(choice.track.id)
    return PlayingView(shown, director.position_seconds, director.paused, liked, cover_of(shown.track_id))


def queue_view(choice: Choice) -> TrackView:
    """A track that would come next, with a reason short enough for its row."""
    shown = track_view(choice.track, choice.why)
    return replace(shown, why=_short(choice.reasons[0])) if choice.reasons else shown


def _short(reason: str) -> str:
    return reason.removeprefix("this is ").removesuffix(" in your library")
