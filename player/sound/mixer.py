"""The mixing desk: which deck sounds how loud, from tick to tick. One thread drives it and tells the time.

A new track is opened silent beside the one that plays. Only when its sound really comes out do the two change
places, so a track that is broken or slow to open never leaves a hole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from player.sound.backend import Audible, Broken, Deck, DeckEvent, Ended, Failed, Finished, Post, Started
from player.sound.volume import Ramp, amplitude_of_decibels, clamp, equal_power

SOFT_SECONDS = 0.03
"""Length of the fades nobody should notice: long enough to be no click, short enough to feel immediate."""
HURRY_SECONDS = 0.15
"""How long tracks that were already on their way out get once yet another one starts."""
AUDIBLE_AMPLITUDE = 0.1
"""From this part of its final amplitude (-20 dB) on, a track that fades in counts as heard."""
LONGEST_STEP_SECONDS = 0.05
"""A tick that came late moves the fades by no more than this, since a bigger step would click."""
PREPARED_TRACKS = 3

OpenDeck = Callable[[Path, float], Deck]


@dataclass(frozen=True, slots=True)
class Follower:
    """A track that is to take over as the playing one ends."""

    path: Path
    start_seconds: float
    gain_db: float


@dataclass(slots=True)
class Voice:
    """A deck on the desk, and its fader."""

    deck: Deck
    gain: float = 1.0
    fade_seconds: float = 0.0
    ramp: Ramp = field(default_factory=lambda: Ramp.still(0.0))
    held: bool = False
    announced: bool = False
    joins: bool = False

    @property
    def fader(self) -> float:
        """Amplitude of the fade alone, 0 to 1."""
        return equal_power(self.ramp.level)


class Desk:
    """Crossfades between decks. Events go to `post`."""

    def __init__(self, open_deck: OpenDeck, post: Post, join_seconds: float = SOFT_SECONDS) -> None:
        """`join_seconds` is how long two tracks overlap where one follows the other without a gap."""
        self._open_deck = open_deck
        self._post = post
        self._join_seconds = join_seconds
        self._master = 1.0
        self._gate = Ramp.still(1.0)
        self._paused = False
        self._decks_held = False
        self._current: Voice | None = None
        self._pending: Voice | None = None
        self._follower: Follower | None = None
        self._leaving: list[Voice] = []
        self._prepared: dict[tuple[Path, float], Deck] = {}
        self._last_tick: float | None = None

    @property
    def playing(self) -> Path | None:
        """The track that has the stage; a track that is still opening does not."""
        return self._current.deck.path if self._current else None

    @property
    def position_seconds(self) -> float:
        """Where in its track the playing one is; 0 where none plays."""
        return self._current.deck.position_seconds if self._current else 0.0

    @property
    def paused(self) -> bool:
        """Whether pause() was the last word."""
        return self._paused

    @property
    def busy(self) -> bool:
        """Whether anything is to be done soon: a fade, a track that opens, or one that waits for another's end."""
        voice = self._current
        fading = voice is not None and (voice.ramp.moving or not voice.announced)
        waiting = self._pending is not None or self._follower is not None
        opening = any(deck.opening for deck in self._prepared.values())
        return fading or waiting or opening or self._gate.moving or bool(self._leaving)

    def prepare(self, path: Path, start_seconds: float) -> None:
        """Open a track that will probably be next; the last few stay open."""
        key = (path, start_seconds)
        if key not in self._prepared:
            self._prepared[key] = self._open_deck(path, start_seconds)
        self._prepared[key] = self._prepared.pop(key)  # the latest wish is the last to be dropped
        while len(self._prepared) > PREPARED_TRACKS:
            self._prepared.pop(next(iter(self._prepared))).stop()

    def play(self, path: Path, start_seconds: float, fade_seconds: float, gain_db: float) -> None:
        """Let a track take over; one that was still opening, or waiting, is forgotten."""
        self._drop_pending()
        deck = self._prepared.pop((path, start_seconds), None) or self._open_deck(path, start_seconds)
        self._pending = Voice(deck, amplitude_of_decibels(gain_db), fade_seconds)
        deck.set_volume(0.0)
        deck.play()

    def follow(self, path: Path, start_seconds: float, gain_db: float) -> None:
        """Let a track take over as the playing one ends, without a gap; at once where nothing plays."""
        self._drop_pending()
        self.prepare(path, start_seconds)
        self._follower = Follower(path, start_seconds, gain_db)

    def pause(self) -> None:
        """Fall silent softly and hold everything, a fade on its way too."""
        self._paused = True
        self._gate = self._gate.towards(0.0, SOFT_SECONDS)
        if self._pending:
            self._pending.held = True
            self._pending.deck.pause()

    def resume(self) -> None:
        """Go on where pause() held."""
        self._paused = False
        self._gate = self._gate.towards(1.0, SOFT_SECONDS)
        self._let_decks_go()
        if self._pending and self._pending.held:
            self._pending.held = False
            self._pending.deck.resume()

    def stop(self, fade_seconds: float) -> None:
        """Fade out and forget what was playing."""
        self._drop_pending()
        self._retire_current(fade_seconds)
        if self._paused:
            self._close_leaving()
            self._open_gate()

    def set_volume(self, amplitude: float) -> None:
        """The listener's volume, 0 to 1 linear amplitude; applied at the next tick."""
        self._master = clamp(amplitude)

    def close(self) -> None:
        """Stop every deck at once."""
        self.stop(0.0)
        self._close_leaving()
        for deck in self._prepared.values():
            deck.stop()
        self._prepared.clear()

    def tick(self, now_seconds: float) -> None:
        """Hear the decks, move the faders, set the volumes; called every few milliseconds while `busy`."""
        last = self._last_tick if self._last_tick is not None else now_seconds
        step = min(max(0.0, now_seconds - last), LONGEST_STEP_SECONDS)
        self._last_tick = now_seconds
        self._hear_prepared()
        self._hear_pending()
        self._hear_current()
        self._hear_leaving()
        self._join()
        self._move(step)
        self._announce(now_seconds)

    def _hear_prepared(self) -> None:
        for key, deck in list(self._prepared.items()):
            for news in deck.poll():
                if isinstance(news, Failed):
                    del self._prepared[key]
                    deck.stop()
                    self._post(Broken(deck.path, news.reason))

    def _hear_pending(self) -> None:
        voice = self._pending
        if voice is None:
            return
        for news in voice.deck.poll():
            if isinstance(news, Started):
                self._take_over(voice)
            else:
                self._hear_end_of(voice, news)

    def _join(self) -> None:
        """Start the track that follows so early that it sounds before the playing one is over."""
        follower = self._follower
        if follower is None or self._paused:
            return
        left = self._current.deck.left_seconds if self._current else 0.0
        if left is not None and left <= self._join_seconds:
            self.play(follower.path, follower.start_seconds, self._join_seconds, follower.gain_db)
            if self._pending is not None:
                self._pending.joins = True

    def _hear_end_of(self, voice: Voice, news: DeckEvent) -> None:
        """The pending or the current track is over, at its end or because it broke."""
        voice.deck.stop()
        if voice is self._pending:
            self._pending = None
        else:
            self._current = None
        if isinstance(news, Failed):
            self._call_back()
            self._post(Broken(voice.deck.path, news.reason))
        elif isinstance(news, Finished) and not self._followed:
            self._post(Ended(voice.deck.path))

    @property
    def _followed(self) -> bool:
        """Whether another track was ordered to take over at the end of this one, which then is no news."""
        return self._follower is not None or (self._pending is not None and self._pending.joins)

    def _call_back(self) -> None:
        """Where a track broke during its fade, the one that was leaving stays after all."""
        if self._current is None and self._leaving:
            self._current = self._leaving.pop()
            self._current.ramp = self._current.ramp.towards(1.0, HURRY_SECONDS)

    def _take_over(self, voice: Voice) -> None:
        """The pending track's sound has begun: exchange the two."""
        self._pending = None
        if self._paused and not voice.held:
            self._retire_current(0.0)
            self._close_leaving()
            self._open_gate()
        alone = self._current is None and not self._leaving
        seconds = SOFT_SECONDS if alone else max(SOFT_SECONDS, voice.fade_seconds)
        if voice.joins:
            self._let_current_end()
        else:
            self._retire_current(seconds)
        voice.ramp = voice.ramp.towards(1.0, seconds)
        self._current = voice
        if voice.held:
            self._decks_held = True
            voice.deck.pause()

    def _open_gate(self) -> None:
        self._paused = self._decks_held = False
        self._gate = Ramp.still(1.0)

    def _retire_current(self, fade_seconds: float) -> None:
        for voice in self._leaving:
            voice.ramp = voice.ramp.towards(0.0, min(HURRY_SECONDS, fade_seconds))
        if self._current:
            self._current.ramp = self._current.ramp.towards(0.0, max(SOFT_SECONDS, fade_seconds))
            self._leaving.append(self._current)
            self._current = None

    def _let_current_end(self) -> None:
        """The playing track sounds on, as loud as it is, until it is over by itself."""
        if self._current:
            self._leaving.append(self._current)
            self._current = None

    def _hear_current(self) -> None:
        voice = self._current
        for news in voice.deck.poll() if voice else ():
            if voice and not isinstance(news, Started):
                self._hear_end_of(voice, news)

    def _hear_leaving(self) -> None:
        """A track that ends or breaks while it fades out is no news any more."""
        for voice in list(self._leaving):
            over = any(not isinstance(news, Started) for news in voice.deck.poll())
            if over or voice.ramp.level == 0.0:
                voice.deck.stop()
                self._leaving.remove(voice)

    def _move(self, step_seconds: float) -> None:
        self._gate = self._gate.after(step_seconds)
        voices = [*self._leaving, *([self._current] if self._current else [])]
        for voice in voices:
            if not self._paused:
                voice.ramp = voice.ramp.after(step_seconds)
            loudness = self._master * voice.gain * voice.fader * equal_power(self._gate.level)
            voice.deck.set_volume(clamp(loudness))
        if self._paused and self._gate.level == 0.0 and not self._decks_held:
            self._decks_held = True
            for voice in voices:
                voice.deck.pause()

    def _let_decks_go(self) -> None:
        self._decks_held = False
        for voice in [*self._leaving, *([self._current] if self._current else [])]:
            voice.held = False
            voice.deck.resume()

    def _announce(self, now_seconds: float) -> None:
        """Post `Audible` once the track's fader is up far enough to hear it."""
        voice = self._current
        heard = voice is not None and voice.fader * equal_power(self._gate.level) >= AUDIBLE_AMPLITUDE
        if voice is not None and heard and not voice.announced:
            voice.announced = True
            self._post(Audible(voice.deck.path, now_seconds))

    def _drop_pending(self) -> None:
        self._follower = None
        if self._pending:
            self._pending.deck.stop()
            self._pending = None

    def _close_leaving(self) -> None:
        for voice in self._leaving:
            voice.deck.stop()
        self._leaving.clear()
