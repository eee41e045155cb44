"""Desktop integration of one session: resumes the last one, opens the remote interfaces, stores the state.

The remote interfaces are media keys and remote control, each opened where possible.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable
from typing import Protocol

from player.config import Settings
from player.desktop.control import ControlServer
from player.desktop.resume import Resume, SessionStore, StateStore, resumed
from player.desktop.status import Status
from player.errors import RemoteError
from player.messages.intents import Intent
from player.music.library.database import Database
from player.playback.director import Director
from player.playback.track_selector import TrackSelector

LOG = logging.getLogger(__name__)
SHOW_SECONDS = 0.1
"""Interval in which the state is read and published."""

Post = Callable[[Intent], None]


class Panel(Protocol):
    """Shows the player's state to the desktop, and posts what the desktop asks for."""

    def show(self, status: Status) -> None: ...

    def close(self) -> None: ...


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
        self._panel: Panel | None = None
        self._control: ControlServer | None = None
        self._read_status: Callable[[float], Status] | None = None
        self._status = Status()
        self._shown_at = float("-inf")
        self.settings = resumed(configured, self._last, policy_asked_for)

    def open(
        self, director: Director, selector: TrackSelector, read_status: Callable[[float], Status], post: Post
    ) -> None:
        """Open the remote interfaces; `post` is called on their threads with intents.

        `read_status` is called on the main thread with `time.monotonic()`.
        """
        self._resume, self._read_status = Resume(director, selector, self._last), read_status
        self._panel = _open_panel(post) if self.settings.desktop.media_keys else None
        self._control = self._open_control(post) if self.settings.desktop.remote_control else None

    def tick(self, now: float) -> None:
        """Do what is due: resume the track, publish the state, and store what the next session needs.

        To be called before the director's own tick, which would choose a first track itself.
        """
        if self._resume is not None:
            self._resume.tick(now)
        if self._read_status is not None and now - self._shown_at >= SHOW_SECONDS:
            self.show(self._read_status(now), now)

    def show(self, status: Status, now: float) -> None:
        """Publish a state, and store what the next session needs."""
        self._status, self._shown_at = status, now
        if self._panel is not None:
            self._panel.show(status)
        if self._session_store is not None:
            self._session_store.note(status, now)

    def close(self) -> None:
        """Close the remote interfaces and store the final state; a second call does nothing."""
        read_status, self._read_status = self._read_status, None
        if read_status is not None:
            self.show(read_status(self._shown_at), self._shown_at)
        control, self._control = self._control, None
        panel, self._panel = self._panel, None
        if control is not None:
            control.close()
        if panel is not None:
            panel.close()
        if self._session_store is not None:
            self._session_store.close()

    def _open_control(self, post: Post) -> ControlServer | None:
        try:
            return ControlServer(post, lambda: self._status)
        except RemoteError as error:
            self._say(f"remote control: {error}")
            return None


def _open_panel(post: Post) -> Panel | None:
    """MPRIS where its library is installed, which is on Linux."""
    if importlib.util.find_spec("dbus_fast") is None:
        LOG.debug("no media keys: dbus-fast is not installed")
        return None
    from player.desktop.bus import MprisBus  # loaded only where there may be a bus

    return MprisBus(post)
