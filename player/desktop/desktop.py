"""All that this package does for one session: what it takes up from the last one, its doors, and what it leaves."""

from __future__ import annotations

from collections.abc import Callable

from player.config import Settings
from player.desktop.remote_interfaces import Doors
from player.desktop.resume import Comeback, Notebook, StateStore, resumed
from player.desktop.status import status_of
from player.messages.intents import Intent
from player.messages.view_state import ViewState
from player.music.library.database import Database
from player.playback.director import Director
from player.playback.track_selector import TrackSelector


class Desktop:
    """Made before the director, since `settings` are those that the session runs with; opened after it."""

    def __init__(
        self,
        configured: Settings,
        database: Database,
        say: Callable[[str], None],
        policy_asked_for: bool = False,
    ) -> None:
        wanted = configured.desktop.resume
        self._say = say
        self._notebook = Notebook(StateStore(database), configured, say) if wanted else None
        self._last = self._notebook.last_time() if self._notebook is not None else None
        self._comeback: Comeback | None = None
        self._doors: Doors | None = None
        self._director: Director | None = None
        self.settings = resumed(configured, self._last, policy_asked_for)

    def open(self, director: Director, selector: TrackSelector, post: Callable[[Intent], None]) -> None:
        """Let others in; `post` is called on their threads with what they ask for."""
        self._director = director
        self._comeback = Comeback(director, selector, self._last)
        self._doors = Doors(self.settings.desktop, post, self._say)

    def tick(self, now: float) -> None:
        """Do what time brings; before the director's own tick, which would choose a first track itself."""
        if self._comeback is not None:
            self._comeback.tick(now)

    def show(self, view: ViewState) -> None:
        """Let others see the player's state, and write down what the next session needs."""
        choice = self._director.current if self._director is not None else None
        status = status_of(view, str(choice.track.path) if choice is not None else "")
        if self._doors is not None:
            self._doors.show(status, view.now_seconds)
        if self._notebook is not None:
            self._notebook.note(status, view.now_seconds)

    def close(self) -> None:
        """Close the doors and the notebook; a second call does nothing."""
        if self._doors is not None:
            self._doors.close()
        if self._notebook is not None:
            self._notebook.close()
