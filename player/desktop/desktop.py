"""Desktop integration of one session: resumes the last one, opens the remote interfaces, stores the state."""

from __future__ import annotations

from collections.abc import Callable

from player.config import Settings
from player.desktop.remote_interfaces import RemoteInterfaces
from player.desktop.resume import Resume, SessionStore, StateStore, resumed
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
        self._session_store = SessionStore(StateStore(database), configured, say) if wanted else None
        self._last = self._session_store.saved_session() if self._session_store is not None else None
        self._resume: Resume | None = None
        self._remote_interfaces: RemoteInterfaces | None = None
        self._director: Director | None = None
        self.settings = resumed(configured, self._last, policy_asked_for)

    def open(self, director: Director, selector: TrackSelector, post: Callable[[Intent], None]) -> None:
        """Open the remote interfaces; `post` is called on their threads with intents."""
        self._director = director
        self._resume = Resume(director, selector, self._last)
        self._remote_interfaces = RemoteInterfaces(self.settings.desktop, post, self._say)

    def tick(self, now: float) -> None:
        """Resume the track when due; before the director's own tick, which would choose a first track itself."""
        if self._resume is not None:
            self._resume.tick(now)

    def show(self, view: ViewState) -> None:
        """Publish the state of the player, and store what the next session needs."""
        choice = self._director.current if self._director is not None else None
        status = status_of(view, str(choice.track.path) if choice is not None else "")
        if self._remote_interfaces is not None:
            self._remote_interfaces.show(status, view.now_seconds)
        if self._session_store is not None:
            self._session_store.note(status, view.now_seconds)

    def close(self) -> None:
        """Close the remote interfaces and the session store; a second call does nothing."""
        if self._remote_interfaces is not None:
            self._remote_interfaces.close()
        if self._session_store is not None:
            self._session_store.close()
