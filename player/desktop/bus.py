"""The thread that serves MPRIS on the session bus. The player works without a bus too."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from threading import Lock, Thread

from dbus_fast import BusType, DBusError, NameFlag, RequestNameReply
from dbus_fast.aio import MessageBus
from dbus_fast.errors import AuthError, InvalidAddressError

from player.desktop.art import CoverArt
from player.desktop.mpris import BUS_NAME, OBJECT_PATH, PlayerInterface, RootInterface
from player.desktop.status import Status
from player.messages.intents import Intent

LOG = logging.getLogger(__name__)
_CONNECT_SECONDS = 5.0
_JOIN_SECONDS = 2.0


class MprisBus:
    """On the bus until it is closed. `post` is called on a thread of its own with what the desktop asks for."""

    def __init__(self, post: Callable[[Intent], None]) -> None:
        self._post = post
        self._loop: asyncio.AbstractEventLoop | None = None
        self._player: PlayerInterface | None = None
        self._over: asyncio.Event | None = None
        self._art = CoverArt()
        self._latest = Status()
        self._closing = False
        self._lock = Lock()
        self._thread = Thread(target=self._run, name="mpris", daemon=True)
        self._thread.start()

    def show(self, status: Status) -> None:
        """Let the desktop see a newer state; returns at once."""
        with self._lock:
            self._latest = status
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._tell)

    def close(self) -> None:
        """Leave the bus; a second call does nothing."""
        with self._lock:
            self._closing = True
            if self._loop is not None and self._over is not None:
                self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except (OSError, EOFError, DBusError, InvalidAddressError, AuthError) as error:
            LOG.debug("no media keys: the session bus cannot be reached (%s)", error)

    async def _live(self) -> None:
        bus = await MessageBus(bus_type=BusType.SESSION, auth_timeout=_CONNECT_SECONDS).connect()
        player = PlayerInterface(self._post)
        bus.export(OBJECT_PATH, RootInterface(self._post))
        bus.export(OBJECT_PATH, player)
        reply = await bus.request_name(BUS_NAME, NameFlag.DO_NOT_QUEUE)
        if (
            reply is not RequestNameReply.PRIMARY_OWNER
        ):  # a second player: the specification's way to tell them apart
            await bus.request_name(f"{BUS_NAME}.instance{os.getpid()}", NameFlag.DO_NOT_QUEUE)
        over = asyncio.Event()
        with self._lock:
            self._loop, self._player, self._over = asyncio.get_running_loop(), player, over
            if self._closing:
                over.set()
        self._tell()
        leaving = asyncio.ensure_future(over.wait())
        lost = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
        await asyncio.wait((leaving, lost), return_when=asyncio.FIRST_COMPLETED)
        with self._lock:
            self._loop = self._player = self._over = None
        self._art.clear()
        bus.disconnect()
        await asyncio.wait((lost,))
        leaving.cancel()
        if lost.exception() is not None:
            LOG.debug("the session bus went away: %s", lost.exception())

    def _tell(self) -> None:
        if self._player is not None:
            status = self._latest
            self._player.show(status, self._art.address(status))
