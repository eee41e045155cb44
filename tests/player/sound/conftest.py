"""Real tracks, real engines, and a real sound server whose loudspeaker is a null sink that can be recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import wave
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from player.errors import SoundError
from player.sound.stage import Deck, DeckEvent, Stage
from player.sound.stages import STAGES

RATE_HZ = 48_000


@pytest.fixture(scope="session")
def tracks() -> Path:
    """The folder of real Opus tracks that the player starts with."""
    return Path(str(files("immich_memories_music"))) / "tracks"


@pytest.fixture(scope="session")
def calm(tracks: Path) -> Path:
    return tracks / "calm" / "calm_acoustic_1.opus"


@pytest.fixture(scope="session")
def happy(tracks: Path) -> Path:
    return tracks / "happy" / "happy_acoustic_1.opus"


@pytest.fixture(scope="session")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[float, float], Path]:
    """Writes a steady tone: tone(frequency_hz, seconds) -> wav file of amplitude 0.3."""
    folder = tmp_path_factory.mktemp("tones")

    def write(frequency_hz: float, seconds: float) -> Path:
        time_seconds = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
        mono = (0.3 * 32767 * np.sin(2 * np.pi * frequency_hz * time_seconds)).astype("<i2")
        path = folder / f"tone_{frequency_hz:.0f}_{seconds:.2f}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(np.repeat(mono, 2).tobytes())
        return path

    return write


@pytest.fixture(scope="session")
def sound_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PulseAudio of our own with the null sink `ear`; yields its address. Skips where PulseAudio is missing."""
    if not all(shutil.which(tool) for tool in ("pulseaudio", "pactl", "parec")):
        pytest.skip("needs PulseAudio (Debian: apt install pulseaudio pulseaudio-utils)")
    folder = tmp_path_factory.mktemp("pulse")
    folder.chmod(0o700)
    socket = folder / "native"
    environment = os.environ | {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
    modules = [
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
        f"module-null-sink sink_name=ear rate={RATE_HZ} channels=2",
    ]
    for module in modules:
        command += ["-L", module]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if socket.exists() or server.poll() is not None:
            break
        time.sleep(0.05)
    if not socket.exists():
        server.kill()
        pytest.skip("PulseAudio does not start here")
    yield f"unix:{socket}"
    server.terminate()
    server.wait(10)


@pytest.fixture(params=sorted(STAGES))
def stage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Each stage in turn, on the best output that a test machine has."""
    if request.param == "vlc":
        monkeypatch.setenv("PULSE_SERVER", request.getfixturevalue("sound_server"))
    if request.param == "mixer":
        monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    try:
        opened = STAGES[request.param](lambda event: None)
    except SoundError as error:
        pytest.skip(str(error))
    yield opened
    opened.close()


def hear(deck: Deck, kind: type[DeckEvent], limit_seconds: float = 15.0) -> DeckEvent:
    """Poll the deck until it reports something of this kind; fails on another end or after the limit."""
    give_up_at = time.monotonic() + limit_seconds
    heard: list[DeckEvent] = []
    while time.monotonic() < give_up_at:
        for news in deck.poll():
            heard.append(news)
            if isinstance(news, kind):
                return news
        time.sleep(0.01)
    raise AssertionError(f"no {kind.__name__} from {deck.path.name}; heard {heard}")
