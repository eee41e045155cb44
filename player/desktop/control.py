"""The control server: receives requests of other terminals over the control socket, and answers each.

One request and one answer are JSON objects, one message each. The socket lies in a folder that only this user can
enter (see `player.desktop.address`), so whoever can connect may ask. Nothing but text is ever unpacked.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from threading import Thread
from typing import Any

from player.desktop.address import control_address
from player.desktop.requests import STATUS, Request, RequestRefused, intent_of, request_from_json
from player.desktop.status import Status, as_json
from player.errors import RemoteError
from player.messages.intents import Intent

LOG = logging.getLogger(__name__)
LONGEST_MESSAGE_BYTES = 65536
ANSWER_LIMIT_SECONDS = 5.0
"""How long a client waits for the player."""
_PATIENCE_SECONDS = 1.0
"""How long the player waits for a client that connected; the others wait meanwhile."""
_BACKLOG = 8
_JOIN_SECONDS = 2.0


class ControlServer:
    """Listens until it is closed. `post` receives the intents; `status` returns the state of the player.

    Both are called on the server's own thread. Raises RemoteError where another player of this user listens already.
    """

    def __init__(self, post: Callable[[Intent], None], status: Callable[[], Status]) -> None:
        self._post, self._status = post, status
        self._address = control_address()
        self._listener = _listen(self._address)
        self._closing = False
        self._thread = Thread(target=self._serve, name="remote control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more and take the socket away; a second call does nothing."""
        if self._closing:
            return
        self._closing = True
        with contextlib.suppress(
            OSError, EOFError
        ):  # only wakes the thread, which waits for somebody to call
            Client(self._address).close()
        self._thread.join(_JOIN_SECONDS)
        self._listener.close()

    def _serve(self) -> None:
        while not self._closing:
            try:
                with self._listener.accept() as caller:
                    self._answer(caller)
            except (OSError, EOFError) as error:  # a caller that left in the midst is no fault of ours
                LOG.debug("remote control: %s", error)

    def _answer(self, caller: Connection[Any, Any]) -> None:
        if self._closing or not caller.poll(_PATIENCE_SECONDS):
            return
        try:
            answer = self._obey(_request(caller.recv_bytes(LONGEST_MESSAGE_BYTES)))
        except RequestRefused as error:
            answer = {"error": str(error)}
        caller.send_bytes(_packed(answer))

    def _obey(self, request: Request) -> dict[str, Any]:
        status = self._status()
        if request.name != STATUS:
            self._post(intent_of(request, status))
        return {"status": as_json(status)}


def ask(request: Request) -> dict[str, Any]:
    """Put a request to the running player and return the status that it answers with.

    Raises RemoteError where no player listens or none answers, RequestRefused with the reason it gives.
    """
    values = {
        "name": request.name,
        "number": request.number,
        "relative": request.relative,
        "word": request.word,
    }
    try:
        with Client(control_address()) as player:
            player.send_bytes(_packed(values))
            if not player.poll(ANSWER_LIMIT_SECONDS):
                raise RemoteError("the player does not answer; is it busy, or held?")
            answer = json.loads(player.recv_bytes(LONGEST_MESSAGE_BYTES))
    except (FileNotFoundError, ConnectionRefusedError):
        raise RemoteError("no player runs here; start one with: python -m player") from None
    except (OSError, EOFError, ValueError) as error:
        raise RemoteError(f"the player cannot be asked ({error or 'it hung up'})") from error
    if "error" in answer:
        raise RequestRefused(answer["error"])
    return dict(answer["status"])


def _listen(address: str) -> Listener:
    """A listener; the socket that a killed player left behind is taken over."""
    try:
        listener = _bound(address)
    except OSError as error:
        if _somebody_answers(address):
            raise RemoteError("another player of yours runs already; it keeps the remote control") from error
        if sys.platform != "win32":
            Path(address).unlink(missing_ok=True)
        try:
            listener = _bound(address)
        except OSError as second:
            raise RemoteError(f"{address}: cannot be listened at ({second.strerror})") from second
    return listener


def _bound(address: str) -> Listener:
    listener = Listener(address, backlog=_BACKLOG)
    if sys.platform != "win32":
        os.chmod(address, 0o600)
    return listener


def _somebody_answers(address: str) -> bool:
    """Whether a player listens there. One that is being killed still takes calls for a moment, but answers none."""
    try:
        with Client(address) as player:
            player.send_bytes(_packed({"name": STATUS}))
            return player.poll(ANSWER_LIMIT_SECONDS) and bool(player.recv_bytes(LONGEST_MESSAGE_BYTES))
    except (OSError, EOFError):
        return False


def _request(message: bytes) -> Request:
    try:
        values = json.loads(message)
    except ValueError:
        raise RequestRefused("this is no request of a Sonrisa player") from None
    return request_from_json(values)


def _packed(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode("utf-8")
