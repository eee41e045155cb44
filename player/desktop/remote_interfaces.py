"""Remote interfaces: media keys and remote control, each opened where possible."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from player.config import DesktopSettings
from player.desktop.control import ControlServer
from player.desktop.status import Status
from player.errors import RemoteError
from player.messages.intents import Intent

LOG = logging.getLogger(__name__)
SHOW_SECONDS = 0.25
"""While nothing but time changes, the bus is told the position this often."""

Post = Callable[[Intent], None]


class Panel(Protocol):
    """Shows the player's state to the desktop, and posts what the desktop asks for."""

    def show(self, status: Status) -> None: ...

    def close(self) -> None: ...


class RemoteInterfaces:
    """Publishes the player's state and receives intents until closed. `post` is called on other threads."""

    def __init__(self, settings: DesktopSettings, post: Post, say: Callable[[str], None]) -> None:
        self._latest = Status()
        self._shown_at = float("-inf")
        self._panel = _open_panel(post) if settings.media_keys else None
        self._control = self._open_control(post, say) if settings.remote_control else None

    def show(self, status: Status, now: float) -> None:
        """Publish the player's state at `now`, in time.monotonic(); returns at once."""
        before, self._latest = self._latest, status
        unchanged = replace(before, position_seconds=status.position_seconds) == status
        if unchanged and now - self._shown_at < SHOW_SECONDS:
            return
        self._shown_at = now
        if self._panel is not None:
            self._panel.show(status)

    def close(self) -> None:
        """Close all interfaces; a second call does nothing."""
        panel, self._panel = self._panel, None
        control, self._control = self._control, None
        if control is not None:
            control.close()
        if panel is not None:
            panel.close()

    def _open_control(self, post: Post, say: Callable[[str], None]) -> ControlServer | None:
        try:
            return ControlServer(post, lambda: self._latest)
        except RemoteError as error:
            say(f"remote control: {error}")
            return None


def _open_panel(post: Post) -> Panel | None:
    """MPRIS where its library is installed, which is on Linux."""
    if importlib.util.find_spec("dbus_fast") is None:
        LOG.debug("no media keys: dbus-fast is not installed")
        return None
    from player.desktop.bus import MprisBus  # loaded only where there may be a bus

    return MprisBus(post)
