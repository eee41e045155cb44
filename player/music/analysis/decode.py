"""Sound out of music files, block by block.

libsndfile reads mp3, flac, ogg, opus and wav. m4a (AAC) it cannot, so libVLC, which plays the music anyway, first
unpacks such a file into a temporary wav.
"""

from __future__ import annotations

import importlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from player.errors import LibraryError


class DecoderMissing(LibraryError):
    """The file may be fine, but what it takes to read it is not installed."""


BLOCK_SECONDS = 5
_TRANSCODE_LIMIT_SECONDS = 120.0


@contextmanager
def opened(path: Path) -> Iterator[soundfile.SoundFile]:
    """The file, ready to be read; raises LibraryError with the reason where nothing here can decode it."""
    if is_mp4(path):
        with tempfile.TemporaryDirectory(prefix="sonrisa-") as folder:
            unpacked = Path(folder) / "sound.wav"
            unpack(path, unpacked)
            with _sound_file(unpacked) as sound:
                yield sound
    else:
        with _sound_file(path) as sound:
            yield sound


def blocks(sound: soundfile.SoundFile) -> Iterator[NDArray[np.float32]]:
    """The samples [samples, channels] in [-1, 1], a few seconds at a time; raises LibraryError where they end early."""
    length = BLOCK_SECONDS * sound.samplerate
    seen = 0
    while True:
        try:
            block = sound.read(length, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise LibraryError(f"it is damaged after {seen / sound.samplerate:.1f} s") from error
        if not len(block):
            return
        seen += len(block)
        yield block


def is_mp4(path: Path) -> bool:
    """Whether the content, not the name, is an MP4 container."""
    with path.open("rb") as file:
        return file.read(8)[4:] == b"ftyp"


def unpack(path: Path, wav: Path) -> None:
    """Write the sound of any file that libVLC can play as a 16-bit wav; raises LibraryError where it cannot."""
    transcode(path, f"transcode{{acodec=s16l}}:std{{access=file,mux=wav,dst={wav}}}")
    if not wav.exists():
        raise LibraryError("libVLC finds no sound in it")


def transcode(path: Path, chain: str) -> None:
    """Run a file through one of libVLC's output chains as fast as it goes; raises LibraryError where that fails."""
    vlc = _vlc()
    instance = vlc.Instance("--quiet", "--no-video", "--intf=dummy")
    if instance is None:
        raise DecoderMissing(
            "reading m4a needs libVLC, which did not start (Debian: apt install vlc-plugin-base)"
        )
    media = instance.media_new(str(path))
    media.add_option(f":sout=#{chain}")
    player = instance.media_player_new()
    player.set_media(media)
    try:
        _play_to_end(vlc, player)
    finally:
        player.stop()
        player.release()
        media.release()
        instance.release()


def _play_to_end(vlc: Any, player: Any) -> None:
    ended, failed = threading.Event(), threading.Event()

    def fail(_event: object) -> None:
        failed.set()
        ended.set()

    events = player.event_manager()
    events.event_attach(vlc.EventType.MediaPlayerEndReached, lambda _event: ended.set())
    events.event_attach(vlc.EventType.MediaPlayerEncounteredError, fail)
    player.play()
    if not ended.wait(_TRANSCODE_LIMIT_SECONDS):
        raise LibraryError(f"libVLC did not finish reading it within {_TRANSCODE_LIMIT_SECONDS:.0f} s")
    if failed.is_set():
        raise LibraryError("libVLC cannot read it")


def _vlc() -> Any:
    """python-vlc, imported only where an m4a asks for it: it looks for the native library at import."""
    try:
        return importlib.import_module("vlc")
    except (ImportError, OSError) as error:
        raise DecoderMissing(
            "reading m4a needs libVLC (Debian: apt install libvlc5 vlc-plugin-base)"
        ) from error


def _sound_file(path: Path) -> soundfile.SoundFile:
    try:
        return soundfile.SoundFile(path)
    except (soundfile.SoundFileError, OSError) as error:
        raise LibraryError("no decoder here can read it") from error
