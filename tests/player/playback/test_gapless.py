"""Neighbours on an album follow each other without a gap at a track's end; all else crossfades."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from player.config import SoundSettings
from player.playback.controller import PlaybackController
from player.playback.policy_state import MoodTarget
from player.sound import Audible
from recognizer.affect import Affect
from tests.player.rig import rig

TARGET = MoodTarget(Affect(0.0, 0.0))


@pytest.mark.parametrize(
    ("cause", "numbers", "gapless", "joins"),
    [
        ("end", (4, 5), True, True),
        ("end", (4, 6), True, False),
        ("end", (None, None), True, False),
        ("end", (4, 5), False, False),
        ("skip", (4, 5), True, False),
        ("mood", (4, 5), True, False),
    ],
)
def test_only_at_its_end_a_track_is_joined_by_the_next_of_its_album(
    tmp_path: Path, cause: str, numbers: tuple[int | None, int | None], gapless: bool, joins: bool
) -> None:
    with rig(tmp_path) as rigged:
        settings = SoundSettings(gapless=gapless)
        table = PlaybackController(rigged.selector, rigged.fader, settings, lambda *_, **__: None)
        tracks = [
            replace(track, album="Harbour", track_number=number)
            for track, number in zip(rigged.library.tracks(), numbers, strict=False)
        ]
        choices = [rigged.selector.requested_choice(track, TARGET, "asked for") for track in tracks]
        table.play(choices[0], "start", TARGET, "match", rigged.now)
        table.heard(Audible(tracks[0].path, rigged.now), rigged.now)
        table.play(choices[1], cause, TARGET, "match", rigged.now)
        assert rigged.fader.followers == ([tracks[1].path.stem] if joins else [])
        assert len(rigged.titles) == (1 if joins else 2)
        assert table.pending == choices[1]
