"""Reading of a trace: the start of the session, then the calls with their inputs and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from player.config import Settings
from player.core.trace import VERSION, Line, read_trace
from player.errors import TraceError
from player.replay.history_rows import HISTORY_TABLES, Rows, digest_of

DECISIONS = frozenset({"choice", "audible", "order"})
"""The events that must come out the same."""
FORGOTTEN = "forgotten"
"""The event that stands, like a call, for what the listener had deleted."""
ANSWERS = frozenset({"music", "curve"})
"""The events that say what the director was told when it asked."""


@dataclass(frozen=True, slots=True)
class SessionStart:
    """The start of a session; `wall_offset_seconds` is Unix time less monotonic, `zone_seconds` east of UTC."""

    at_seconds: float
    wall_offset_seconds: float
    zone_seconds: int
    seed: int
    settings: Settings
    kept: dict[str, Rows]


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call of the director, with what it read and what it decided, as written in the trace.

    The last one of a trace may not be `whole`: a session that is killed leaves off in the midst of it.
    """

    call: Line
    answers: list[Line] = field(default_factory=list)
    decisions: list[Line] = field(default_factory=list)
    whole: bool = True


class TraceReader:
    """Reads a trace. Raises TraceError, one line, where it cannot be run again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines = read_trace(path)
        self._ahead: Line | None = None
        self.start = self._open()

    def calls(self) -> Iterator[RecordedCall]:
        """The calls in their order; once only."""
        recorded: RecordedCall | None = None
        for line in self._rest():
            if line.event in ("call", FORGOTTEN):
                if recorded is not None:
                    yield recorded
                recorded = RecordedCall(line)
            elif recorded is not None and line.event in ANSWERS:
                recorded.answers.append(line)
            elif recorded is not None and line.event in DECISIONS:
                recorded.decisions.append(line)
        if recorded is not None:
            yield replace(recorded, whole=False)

    def _rest(self) -> Iterator[Line]:
        if self._ahead is not None:
            yield self._ahead
        yield from self._lines

    def _open(self) -> SessionStart:
        first = next(self._lines, None)
        if first is None or first.event != "session":
            raise TraceError(
                f"{self.path}: does not begin with a session; it is no trace of the player, or an old one"
            )
        if first.fields.get("version") != VERSION:
            raise TraceError(
                f"{self.path}: was written by another version of Sonrisa; run it again with that one"
            )
        kept = self._kept()
        if first.fields.get("library") != digest_of(kept):
            raise TraceError(
                f"{self.path}: what the library remembered was cut or changed; the trace is damaged"
            )
        try:
            return _session_start(first, kept)
        except ValidationError as error:
            key = ".".join(map(str, error.errors()[0]["loc"]))
            raise TraceError(
                f"{self.path}: its setting {key} does not fit this version of Sonrisa; run it again with its own"
            ) from error
        except (KeyError, TypeError, ValueError) as error:
            raise TraceError(f"{self.path}: line 1 does not say what the session began with") from error

    def _kept(self) -> dict[str, Rows]:
        kept: dict[str, Rows] = {table: [] for table in HISTORY_TABLES}
        for line in self._lines:
            if line.event != "kept":
                self._ahead = line
                break
            kept.setdefault(str(line.fields.get("table")), []).extend(line.fields.get("rows", []))
        return kept


def _session_start(first: Line, kept: dict[str, Rows]) -> SessionStart:
    fields: dict[str, Any] = first.fields
    return SessionStart(
        at_seconds=first.at_seconds,
        wall_offset_seconds=float(fields["wall_offset"]),
        zone_seconds=int(fields["zone"]),
        seed=int(fields["seed"]),
        settings=Settings.model_validate(fields["settings"]),
        kept=kept,
    )
