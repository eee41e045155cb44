"""Sample files that libraries and other projects ship for their own tests: none may hang, crash, or be lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.errors import LibraryError
from player.music.analysis.analyse import analyse
from player.music.analysis.mood_model import MoodModel
from player.music.library.music_files import MusicFiles
from player.music.library.tags import read_tags
from tests.data import shared_data

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
PATIENCE_SECONDS = 5.0
KNOWN_REASONS = ("silent throughout", "lasts only", "decoded", "decoder")
"""Why a mood may stay unknown; such a track is played all the same."""


def sample_files() -> Iterator[Path]:
    """In the installed packages, and in `../samples` beside the outside data (the samples of tinytag's repository)."""
    yield from MusicFiles(Path(np.__file__).parents[1])
    data = shared_data()
    if data is not None and (data.parent / "samples").is_dir():
        yield from MusicFiles(data.parent / "samples")


@pytest.fixture(scope="module")
def vlc_plays() -> Any:
    """Tells whether libVLC decodes any sound of a file; skips the test where there is none."""
    vlc = pytest.importorskip("vlc")
    try:
        instance = vlc.Instance("--quiet", "--intf=dummy", "--no-video", "--aout=dummy")
    except (NameError, OSError):
        instance = None
    if instance is None:
        pytest.skip("needs libVLC")

    def plays(path: Path) -> bool:
        media, player, statistics = (
            instance.media_new_path(str(path)),
            instance.media_player_new(),
            vlc.MediaStats(),
        )
        player.set_media(media)
        player.play()
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at and not statistics.decoded_audio:
            over = media.get_state() in (vlc.State.Ended, vlc.State.Error)
            media.get_stats(statistics)
            if over:
                break
            time.sleep(0.02)
        player.stop()
        return bool(statistics.decoded_audio)

    return plays


def test_every_sample_is_scanned_and_measured_or_refused_by_vlc_too(vlc_plays: Any) -> None:
    files = list(sample_files())
    if not files:
        pytest.skip("no package here ships sound")
    model = MoodModel.load()
    lost: list[str] = []
    for path in files:
        try:
            read_tags(path)
        except LibraryError as reason:
            if vlc_plays(path):
                lost.append(f"{path}: {reason}")
            continue
        try:
            assert analyse(path, model).duration_seconds > 0
        except LibraryError as reason:
            if not any(word in str(reason) for word in KNOWN_REASONS):
                lost.append(f"{path}: {reason}")
    assert lost == []
