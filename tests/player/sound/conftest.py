"""Real tracks, real engines, and a real sound server whose loudspeaker is a null sink that can be recorded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path

import pytest

from benchmarks.loudspeaker import NoLoudspeaker, null_sink, write_tone
from player.errors import SoundError
from player.sound.backend import AudioBackend, Deck, DeckEvent
from player.sound.backends import BACKENDS


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
        return write_tone(folder / f"tone_{frequency_hz:.0f}_{seconds:.2f}.wav", frequency_hz, seconds)

    return write


@pytest.fixture(scope="session")
def sound_server() -> Iterator[str]:
    """A PulseAudio of our own with the null sink `ear`; yields its address. Skips where PulseAudio is missing."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(null_sink())
        except NoLoudspeaker as error:
            pytest.skip(str(error))
        yield address


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[AudioBackend]:
    """Each backend in turn, on the best output that a test machine has."""
    if request.param == "vlc":
        monkeypatch.setenv("PULSE_SERVER", request.getfixturevalue("sound_server"))
    if request.param == "mixer":
        monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    try:
        opened = BACKENDS[request.param](lambda event: None)
    except SoundError as error:
        pytest.skip(str(error))
    yield opened
    opened.close()


def hear(deck: Deck, kind: type[DeckEvent], limit_seconds: float = 15.0) -> DeckEvent:
    """Poll the deck until it reports something of this kind; fails on another end or after the limit."""
    give_up_at = time.monotonic() + limit_seconds
    heard: list[DeckEvent] = []
    while time.monotonic() < give_up_at:
        for event in deck.poll():
            heard.append(event)
            if isinstance(event, kind):
                return event
        time.sleep(0.01)
    raise AssertionError(f"no {kind.__name__} from {deck.path.name}; heard {heard}")
