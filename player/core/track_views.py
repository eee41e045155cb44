"""What the director and the repertoire know, as it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from player.core.browser import track_view
from player.messages.view_state import CoverView, PlayingView, TrackView
from player.music.choice.ranking import Choice
from player.playback.director import Director
from player.playback.track_selector import Repertoire


def playing_view(
    director: Director, repertoire: Repertoire, cover_of: Callable[[int], CoverView | None]
) -> PlayingView | None:
    """What plays, with the mood and the stars that its track has by now; None where nothing does."""
    choice = director.current
    if choice is None:
        return None
    latest = repertoire.track(choice.track.id) or choice.track
    shown = track_view(latest, choice.why)
    liked = repertoire.likes(choice.track.id)
    return PlayingView(shown, director.position_seconds, director.paused, liked, cover_of(shown.track_id))


def queue_view(choice: Choice) -> TrackView:
    """A track that would come next, with a reason short enough for its row."""
    shown = track_view(choice.track, choice.why)
    return replace(shown, why=_short(choice.reasons[0])) if choice.reasons else shown


def _short(reason: str) -> str:
    return reason.removeprefix("this is ").removesuffix(" in your library")
