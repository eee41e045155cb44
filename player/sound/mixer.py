"""The mixer: amplitudes of all decks, computed at every tick. One thread drives it and passes it the time.

A new track is opened silent beside the one that plays. The two change places only when the first sound of the new
one comes out, so a track that is broken or slow to open causes no silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import singledispatchmethod
from pathlib import Path

from player.messages.intents import Pause, Resume, SetVolume
from player.sound.backend import Audible, Broken, Deck, DeckEvent, Ended, Failed, Finished, Post, Started
from player.sound.commands import Follow, Play, Prepare, SoundCommand, Stop
from player.sound.volume import Ramp, amplitude_of_decibels, clamp, equal_power

SOFT_SECONDS = 0.03
"""Shortest fade: long enough not to click, short enough to feel immediate."""
HURRY_SECONDS = 0.15
"""Fade time left to tracks that are already fading out when yet another one starts."""
AUDIBLE_AMPLITUDE = 0.1
"""From this part of its final amplitude (-20 dB) on, a track that fades in counts as heard."""
LONGEST_STEP_SECONDS = 0.05
"""Longest step of a fade: after a late tick a larger one would click."""
PREPARED_TRACKS = 3

OpenDeck = Callable[[Path, float], Deck]


@dataclass(frozen=True, slots=True)
class FaderState:
    """State of a mixer at one moment: the playing track, whether it is paused, and the position within it."""

    playing: Path | None = None
    paused: bool = False
    position_seconds: float = 0.0


@dataclass(slots=True)
class Channel:
    """A deck in the mixer with its gain and its fade."""

    deck: Deck
    gain: float = 1.0
    fade_seconds: float = 0.0
    ramp: Ramp = field(default_factory=lambda: Ramp.still(0.0))
    held: bool = False
    announced: bool = False
    gapless: bool = False

    @property
    def fader(self) -> float:
        """Amplitude of the fade alone, 0 to 1."""
        return equal_power(self.ramp.level)


class Mixer:
    """Crossfades between decks. Events go to `post`."""

    def __init__(self, open_deck: OpenDeck, post: Post, overlap_seconds: float = SOFT_SECONDS) -> None:
        """`overlap_seconds` is the overlap of two tracks that follow each other without a gap."""
        self._open_deck = open_deck
        self._post = post
        self._overlap_seconds = overlap_seconds
        self._master = 1.0
        self._gate = Ramp.still(1.0)
        self._paused = False
        self._decks_held = False
        self._current: Channel | None = None
        self._pending: Channel | None = None
        self._gapless_track: Follow | None = None
        self._leaving: list[Channel] = []
        self._prepared: dict[tuple[Path, float], Deck] = {}
        self._last_tick: float | None = None

    @property
    def state(self) -> FaderState:
        """What plays now; not a track that is still opening."""
        if self._current is None:
            return FaderState(paused=self._paused)
        deck = self._current.deck
        return FaderState(deck.path, self._paused, deck.position_seconds)

    @property
    def busy(self) -> bool:
        """Whether ticks must be frequent: during a fade, or while a track opens or waits for the end of another."""
        channel = self._current
        fading = channel is not None and (channel.ramp.moving or not channel.announced)
        waiting = self._pending is not None or self._gapless_track is not None
        opening = any(deck.opening for deck in self._prepared.values())
        return fading or waiting or opening or self._gate.moving or bool(self._leaving)

    @singledispatchmethod
    def execute(self, command: SoundCommand) -> None:
        """Execute a command; the docstring of each says what it does."""
        raise TypeError(f"{command} is no command to the mixer")

    @execute.register
    def _(self, command: Prepare) -> None:
        key = (command.path, command.start_seconds)
        if key not in self._prepared:
            self._prepared[key] = self._open_deck(*key)
        self._prepared[key] = self._prepared.pop(key)  # most recently prepared is dropped last
        while len(self._prepared) > PREPARED_TRACKS:
            self._prepared.pop(next(iter(self._prepared))).stop()

    @execute.register
    def _(self, command: Play) -> None:
        self._drop_pending()
        key = (command.path, command.start_seconds)
        deck = self._prepared.pop(key, None) or self._open_deck(*key)
        self._pending = Channel(deck, amplitude_of_decibels(command.gain_db), command.fade_seconds)
        deck.set_volume(0.0)
        deck.play()

    @execute.register
    def _(self, command: Follow) -> None:
        self._drop_pending()
        self.execute(Prepare(command.path, command.start_seconds))
        self._gapless_track = command

    @execute.register
    def _(self, command: Pause) -> None:
        self._paused = True
        self._gate = self._gate.towards(0.0, SOFT_SECONDS)
        if self._pending:
            self._pending.held = True
            self._pending.deck.pause()

    @execute.register
    def _(self, command: Resume) -> None:
        self._paused = False
        self._gate = self._gate.towards(1.0, SOFT_SECONDS)
        self._decks_held = False
        for channel in self._sounding:
            channel.held = False
            channel.deck.resume()
        if self._pending and self._pending.held:
            self._pending.held = False
            self._pending.deck.resume()

    @execute.register
    def _(self, command: Stop) -> None:
        self._drop_pending()
        self._fade_out_current(command.fade_seconds)
        if self._paused:
            self._close_leaving()
            self._open_gate()

    @execute.register
    def _(self, command: SetVolume) -> None:
        self._master = clamp(command.level)  # heard from the next tick on

    def close(self) -> None:
        """Stop every deck at once."""
        self.execute(Stop())
        self._close_leaving()
        for deck in self._prepared.values():
            deck.stop()
        self._prepared.clear()

    def tick(self, now_seconds: float) -> None:
        """Poll the decks, advance the fades, set the volumes; called every few milliseconds while `busy`."""
        last = self._last_tick if self._last_tick is not None else now_seconds
        step = min(max(0.0, now_seconds - last), LONGEST_STEP_SECONDS)
        self._last_tick = now_seconds
        self._poll_prepared()
        self._poll_pending()
        self._poll_current()
        self._poll_leaving()
        self._start_gapless_when_due()
        self._move(step)
        self._announce(now_seconds)

    def _poll_prepared(self) -> None:
        for key, deck in list(self._prepared.items()):
            for event in deck.poll():
                if isinstance(event, Failed):
                    del self._prepared[key]
                    deck.stop()
                    self._post(Broken(deck.path, event.reason))

    def _poll_pending(self) -> None:
        channel = self._pending
        if channel is None:
            return
        for event in channel.deck.poll():
            if isinstance(event, Started):
                self._take_over(channel)
            else:
                self._handle_end_of(channel, event)

    def _start_gapless_when_due(self) -> None:
        """Start the gapless track early enough that it sounds before the playing one ends."""
        gapless_track = self._gapless_track
        if gapless_track is None or self._paused:
            return
        left = self._current.deck.left_seconds if self._current else 0.0
        if left is not None and left <= self._overlap_seconds:
            path, start_seconds = gapless_track.path, gapless_track.start_seconds
            self.execute(Play(path, start_seconds, self._overlap_seconds, gapless_track.gain_db))
            if self._pending is not None:
                self._pending.gapless = True

    def _handle_end_of(self, channel: Channel, event: DeckEvent) -> None:
        """The pending or the current track is over: it ended, or it failed."""
        channel.deck.stop()
        if channel is self._pending:
            self._pending = None
        else:
            self._current = None
        if isinstance(event, Failed):
            self._restore_leaving()
            self._post(Broken(channel.deck.path, event.reason))
        elif isinstance(event, Finished) and not self._has_successor:
            self._post(Ended(channel.deck.path))

    @property
    def _has_successor(self) -> bool:
        """Whether a gapless track follows, so that the end of the playing one is not posted."""
        return self._gapless_track is not None or (self._pending is not None and self._pending.gapless)

    def _restore_leaving(self) -> None:
        """Where a track failed while it faded in, fade the one that was fading out in again."""
        if self._current is None and self._leaving:
            self._current = self._leaving.pop()
            self._current.ramp = self._current.ramp.towards(1.0, HURRY_SECONDS)

    def _take_over(self, channel: Channel) -> None:
        """The first sound of the pending track came out: make it the current one."""
        self._pending = None
        if self._paused and not channel.held:
            self._fade_out_current(0.0)
            self._close_leaving()
            self._open_gate()
        alone = self._current is None and not self._leaving
        seconds = SOFT_SECONDS if alone else max(SOFT_SECONDS, channel.fade_seconds)
        if channel.gapless:
            self._let_current_end()
        else:
            self._fade_out_current(seconds)
        channel.ramp = channel.ramp.towards(1.0, seconds)
        self._current = channel
        if channel.held:
            self._decks_held = True
            channel.deck.pause()

    def _open_gate(self) -> None:
        self._paused = self._decks_held = False
        self._gate = Ramp.still(1.0)

    def _fade_out_current(self, fade_seconds: float) -> None:
        for channel in self._leaving:
            channel.ramp = channel.ramp.towards(0.0, min(HURRY_SECONDS, fade_seconds))
        if self._current:
            self._current.ramp = self._current.ramp.towards(0.0, max(SOFT_SECONDS, fade_seconds))
        self._let_current_end()

    def _let_current_end(self) -> None:
        """Let the playing track sound, at its present volume or as it fades, until it ends."""
        self._leaving, self._current = self._sounding, None

    def _poll_current(self) -> None:
        channel = self._current
        for event in channel.deck.poll() if channel else ():
            if channel and not isinstance(event, Started):
                self._handle_end_of(channel, event)

    def _poll_leaving(self) -> None:
        """Remove tracks that have faded out, ended or failed; none of this is posted."""
        for channel in list(self._leaving):
            over = any(not isinstance(event, Started) for event in channel.deck.poll())
            if over or channel.ramp.level == 0.0:
                channel.deck.stop()
                self._leaving.remove(channel)

    @property
    def _sounding(self) -> list[Channel]:
        """The channels of tracks that are heard, at whatever volume."""
        return [*self._leaving, *([self._current] if self._current else [])]

    def _move(self, step_seconds: float) -> None:
        self._gate = self._gate.after(step_seconds)
        for channel in self._sounding:
            if not self._paused:
                channel.ramp = channel.ramp.after(step_seconds)
            loudness = self._master * channel.gain * channel.fader * equal_power(self._gate.level)
            channel.deck.set_volume(clamp(loudness))
        if self._paused and self._gate.level == 0.0 and not self._decks_held:
            self._decks_held = True
            for channel in self._sounding:
                channel.deck.pause()

    def _announce(self, now_seconds: float) -> None:
        """Post `Audible` once the fade of the track is loud enough to hear it."""
        channel = self._current
        heard = channel is not None and channel.fader * equal_power(self._gate.level) >= AUDIBLE_AMPLITUDE
        if channel is not None and heard and not channel.announced:
            channel.announced = True
            self._post(Audible(channel.deck.path, now_seconds))

    def _drop_pending(self) -> None:
        self._gapless_track = None
        if self._pending:
            self._pending.deck.stop()
            self._pending = None

    def _close_leaving(self) -> None:
        for channel in self._leaving:
            channel.deck.stop()
        self._leaving.clear()
