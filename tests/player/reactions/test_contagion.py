"""Contagion, with actors and viewers whose smiles are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from player.reactions.contagion import contagion, film_smile
from player.reactions.gather import gather
from player.reactions.study import Study
from tests.player.reactions.people import NEUTRAL, Script, film, keep, readings, smiles, viewing


def audience(path: Path, *scripts: Script) -> Study:
    study = Study.open_or_create(path)
    study.add_film(film())
    for number, script in enumerate(scripts):
        keep(study, viewing(f"v{number}"), script)
    return study


def test_viewers_who_follow_the_actor_are_found_with_their_lag(tmp_path: Path) -> None:
    (reactions,) = gather(audience(tmp_path / "study", smiles(4.8, 8.8), smiles(4.8, 8.8)))
    found = contagion(reactions, readings(smiles(4, 8), rest=0))
    assert found.face_share == 1
    assert found.correlation == pytest.approx(1)
    assert found.lag_seconds == pytest.approx(0.8)


def test_viewers_who_smile_elsewhere_do_not_follow(tmp_path: Path) -> None:
    (reactions,) = gather(audience(tmp_path / "study", smiles(0, 3)))
    assert contagion(reactions, readings(smiles(6, 9), rest=0)).correlation < 0


def test_without_a_face_or_a_smile_nothing_is_claimed(tmp_path: Path) -> None:
    (reactions,) = gather(audience(tmp_path / "study", smiles()))
    nobody = contagion(reactions, readings(lambda seconds: None, rest=0))
    assert nobody.face_share == 0
    assert np.isnan(nobody.correlation)
    still = contagion(reactions, readings(lambda seconds: NEUTRAL, rest=0))
    assert still.face_share == 1
    assert np.isnan(still.correlation)


def test_a_smile_that_the_film_opens_with_is_seen() -> None:
    """An actor has no neutral stretch: who smiles from the first picture on must not be taken as resting so."""
    assert film_smile(readings(smiles(0, 6), rest=0), 12)[:30] == pytest.approx(0.8)
