"""Neighbours on an album follow each other without a gap at a track's end; all else crossfades."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from player.config import SoundSettings
from player.playback.controller import Turntable
from player.playback.policy_state import Wish
from player.sound import Audible
from recognizer.affect import Affect
from tests.player.rig import rig

WISH = Wish(Affect(0.0, 0.0))


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
        table = Turntable(rigged.repertoire, rigged.fader, settings, lambda *_, **__: None)
        tracks = [
            replace(track, album="Harbour", track_number=number)
            for track, number in zip(rigged.library.tracks(), numbers, strict=False)
        ]
        choices = [rigged.repertoire.asked_for(track, WISH, "asked for") for track in tracks]
        table.play(choices[0], "start", WISH, "match", rigged.now)
        table.heard(Audible(tracks[0].path, rigged.now), rigged.now)
        table.play(choices[1], cause, WISH, "match", rigged.now)
        assert rigged.fader.followers == ([tracks[1].path.stem] if joins else [])
        assert len(rigged.titles) == (1 if joins else 2)
        assert table.coming == choices[1]
