"""The backend on libVLC: plays nearly every format, seeks without decoding the whole file, one player per deck.

libVLC runs callbacks on its own thread, in which calling libVLC again can hang or crash. So the callbacks here only
put an event into a queue, and poll() reads it on the thread that drives the deck.
"""

from __future__ import annotations

import importlib
import tempfile
import time
import wave
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from player.errors import SoundError
from player.sound.alsa import hush_alsa
from player.sound.backend import (
    AudioBackend,
    Deck,
    DeckEvent,
    Failed,
    Finished,
    Post,
    Started,
    unplayable_reason,
)
from player.sound.played_time import PlayedTime
from player.sound.volume import vlc_percent

OPTIONS = ("--no-video", "--quiet", "--intf=dummy", "--no-metadata-network-access")
OPENING_LIMIT_SECONDS = 10.0
"""A track that is not ready by then (a sleeping disk takes seconds) is given up."""
PROBE_LIMIT_SECONDS = 3.0
OGG_ENDINGS = (".ogg", ".oga")
"""VLC's own reader lands up to 40 % too far, or nowhere, when it seeks in Vorbis; libavformat's is exact."""
FULL_PERCENT = 100.0
"""VLC's buffers are full: it begins to give sound to the output."""
WATCHED = ("Playing", "Buffering", "TimeChanged", "EndReached", "EncounteredError")


class VlcDeck(Deck):
    """A VLC player that runs muted until its buffers are full, and is paused there until play().

    Opening it paused would be simpler, but Ogg files then play on regardless. Held this way the first sound comes
    within hundredths of a second after play(), and no more of the track is missed than passed until the next poll.
    """

    def __init__(self, path: Path, start_seconds: float, vlc: Any, instance: Any) -> None:
        super().__init__(path, start_seconds)
        self._notes: SimpleQueue[tuple[str, float]] = SimpleQueue()
        self._opened_at = time.monotonic()
        self._ready = self._wanted = self._paused = self._started = self._over = False
        self._percent = -1
        self._trouble = unplayable_reason(path)
        self._player: Any = None
        if self._trouble is None:
            self._player = self._new_player(vlc, instance)
            self.set_volume(0.0)
            self._player.play()

    def _new_player(self, vlc: Any, instance: Any) -> Any:
        media = instance.media_new_path(str(self.path))
        if self.start_seconds > 0.0:
            media.add_option(f":start-time={self.start_seconds:.3f}")
            if self.path.suffix.lower() in OGG_ENDINGS:
                media.add_option(":demux=avformat,any")
        player = instance.media_player_new()
        player.set_media(media)
        media.release()
        events = player.event_manager()
        for name in WATCHED:
            events.event_attach(getattr(vlc.EventType, f"MediaPlayer{name}"), partial(self._note, name))
        return player

    def _note(self, name: str, event: Any) -> None:
        """Put an event into the queue; runs on VLC's thread."""
        if name != "Buffering" or event.u.new_cache >= FULL_PERCENT:
            self._notes.put((name, time.monotonic()))

    def play(self) -> None:
        self._wanted = True
        self._run_or_hold()

    def pause(self) -> None:
        self._paused = True
        self._played.hold()
        self._run_or_hold()

    def resume(self) -> None:
        self._paused = False
        if self._started and not self._over:
            self._played.run()
        self._run_or_hold()

    def _run_or_hold(self) -> None:
        """Run or pause VLC; while the track opens it must run, also when it is to be paused."""
        if self._player is not None and self._ready and not self._over:
            self._player.set_pause(int(self._paused or not self._wanted))

    def stop(self) -> None:
        self._over = True
        self._played.hold()
        if self._player is not None:
            self._player.stop()
            self._player.release()
            self._player = None

    def set_volume(self, amplitude: float) -> None:
        percent = vlc_percent(amplitude)
        if self._player is not None and percent != self._percent:
            self._percent = percent
            self._player.audio_set_volume(percent)

    @property
    def left_seconds(self) -> float | None:
        length_ms = self._player.get_length() if self._player is not None else 0
        return max(0.0, length_ms / 1000.0 - self._played.seconds) if length_ms > 0 else None

    @property
    def opening(self) -> bool:
        return not (self._ready or self._over)

    def poll(self) -> tuple[DeckEvent, ...]:
        event: list[DeckEvent] = []
        while not self._over and self._trouble is None:
            try:
                name, at_seconds = self._notes.get_nowait()
            except Empty:
                break
            event.extend(self._read(name, at_seconds))
        if not self._ready and time.monotonic() - self._opened_at > OPENING_LIMIT_SECONDS:
            self._trouble = self._trouble or "it does not open"
        if self._trouble is not None and not self._over:
            self._over = True
            event.append(Failed(self._trouble))
        return tuple(event)

    def _read(self, name: str, at_seconds: float) -> tuple[DeckEvent, ...]:
        """Handle an event of VLC.

        `Started` is the moment of the first sound, not of play(). For a track that is played while it still opens it
        is when the buffers are full (or, for formats that do not tell, the first `TimeChanged`). For one that was
        held it is the `Playing` after play(). Recorded on PulseAudio, sound began within 15 ms of either; VLC's own
        clock shows it a quarter of a second later, with Opus almost a second. What lies behind the output (a sound
        card's buffer, Bluetooth) comes on top; VLC does not know it beforehand.
        """
        if name in ("Buffering", "TimeChanged") and not self._ready:
            return self._become_ready(at_seconds)
        if name == "Playing" and self._ready:
            return self._begin(at_seconds)
        if name == "EncounteredError":
            self._trouble = "VLC cannot read it"
        elif name == "EndReached" and not self._started:
            self._trouble = "it holds no sound that VLC can play"
        elif name == "EndReached":
            self._over = True
            self._played.hold()
            return (Finished(),)
        return ()

    def _become_ready(self, at_seconds: float) -> tuple[DeckEvent, ...]:
        """Go on where play() was called already, else pause; what was decoded until now is discarded."""
        self._ready = True
        self._run_or_hold()
        if not self._wanted:
            self._played = PlayedTime(self.start_seconds + max(0.0, time.monotonic() - at_seconds))
        return self._begin(at_seconds)

    def _begin(self, at_seconds: float) -> tuple[DeckEvent, ...]:
        if self._started or self._paused or not self._wanted:
            return ()
        self._started = True
        self._played.run()
        return (Started(at_seconds),)


class VlcBackend(AudioBackend):
    """libVLC through python-vlc; its volume is cubic."""

    name = "vlc"
    overlap_seconds = 0.25
    """VLC knows lengths to about 0.1 s, and sometimes drops the last 0.1 to 0.2 s of a track."""

    def __init__(self, post: Post) -> None:
        super().__init__(post)
        hush_alsa()
        self._vlc, self._instance = _load()
        self._instance.set_user_agent("Sonrisa", "Sonrisa")
        if not self._reaches_a_device():
            self.close()
            raise SoundError("no sound device answers")

    def _reaches_a_device(self) -> bool:
        """Whether an output plays a second of silence.

        Without a device VLC neither fails nor falls behind: it decodes the track in real time into nothing.
        The number of audio blocks that an output has played is the only sign of that.
        """
        with tempfile.TemporaryDirectory() as folder:
            silence = Path(folder) / "silence.wav"
            _write_silence(silence)
            player = self._instance.media_player_new()
            media = self._instance.media_new_path(str(silence))
            player.set_media(media)
            player.play()
            try:
                return self._was_played(media)
            finally:
                player.stop()
                player.release()
                media.release()

    def _was_played(self, media: Any) -> bool:
        statistics = self._vlc.MediaStats()
        give_up_at = time.monotonic() + PROBE_LIMIT_SECONDS
        over = (self._vlc.State.Ended, self._vlc.State.Error)
        while time.monotonic() < give_up_at:
            done = media.get_state() in over
            media.get_stats(statistics)
            if statistics.played_abuffers > 0:
                return True
            if done:
                return False
            time.sleep(0.02)
        return False

    def open(self, path: Path, start_seconds: float = 0.0) -> VlcDeck:
        return VlcDeck(path, start_seconds, self._vlc, self._instance)

    def close(self) -> None:
        if self._instance is not None:
            self._instance.release()
            self._instance = None


def _load() -> tuple[Any, Any]:
    """python-vlc and a libVLC instance; raises SoundError where either is missing."""
    try:
        vlc = importlib.import_module("vlc")
        instance = vlc.Instance(*OPTIONS)
    except (ImportError, OSError, NameError, AttributeError) as error:
        raise SoundError("libVLC is not installed (Debian: apt install libvlc5 vlc-plugin-base)") from error
    if instance is None:
        raise SoundError("libVLC does not start (Debian: apt install libvlc5 vlc-plugin-base)")
    return vlc, instance


def _write_silence(path: Path, seconds: float = 1.0, rate_hz: int = 48_000) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(bytes(4 * int(seconds * rate_hz)))
