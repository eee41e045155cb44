"""What an audience did, along scripted audiences whose answers are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from player.reactions.aggregate import (
    EMOTIONAL,
    SUMMARY,
    by_second,
    peaks,
    shares,
    summary,
    trace_band,
)
from player.reactions.gather import Reactions, gather
from player.reactions.moments import Marker, lifts, read_markers
from player.reactions.study import Study
from player.reactions.synchrony import correlation, leave_one_out, synchrony
from recognizer.affect import EMOTIONS, Emotion
from recognizer.errors import UsageError
from tests.player.reactions.people import NEUTRAL, Look, Script, film, keep, smiles, viewing

HAPPY = EMOTIONS.index(Emotion.HAPPY)


def audience(path: Path, *scripts: Script, films: tuple[str, ...] = ("tea",), group: str = "") -> Study:
    study = Study.open_or_create(path)
    for name in films:
        study.add_film(film(name))
        for number, script in enumerate(scripts):
            keep(study, viewing(f"{group or 'v'}{number}", name, group=group), script)
    return study


@pytest.fixture
def halves(tmp_path: Path) -> Reactions:
    """Two viewers who smile from 4 to 8 s and two who never do."""
    study = audience(tmp_path / "study", smiles(4, 8), smiles(4, 8), lambda t: NEUTRAL, lambda t: NEUTRAL)
    return gather(study)[0]


def test_the_share_of_viewers_who_show_an_emotion(halves: Reactions) -> None:
    happy = shares(halves)
    assert happy.mean[:, HAPPY] == pytest.approx([0] * 4 + [0.5] * 4 + [0] * 4)
    assert np.isnan(happy.low).all()
    assert (happy.viewers == 4).all()
    assert happy.mean.sum(axis=1) == pytest.approx(1)


def test_a_peak_is_found_where_it_is(halves: Reactions) -> None:
    (peak,) = peaks(halves, "smile")
    assert 4.5 < peak.seconds < 7.5
    assert peak.height.mean == pytest.approx(0.4)
    assert np.isnan(peak.p)
    assert peaks(halves, "jaw_drop") == ()


def test_a_peak_at_the_very_end_is_found(tmp_path: Path) -> None:
    study = audience(tmp_path / "study", smiles(10, 12), smiles(10, 12))
    (peak,) = peaks(gather(study)[0], "smile")
    assert peak.seconds > 10.5


def test_the_figures_of_a_film(halves: Reactions) -> None:
    figures = summary(halves)
    assert list(figures) == list(SUMMARY)
    assert figures["happy"].mean == pytest.approx(0.5 * 4 / 12)
    assert figures["any_emotion"].mean == pytest.approx(0.5 * 4 / 12)
    assert figures["attraction"].mean == pytest.approx(0.5 * 4 / 8)
    assert figures["smile_peak"].mean == pytest.approx(0.4)
    assert figures["attention"].mean == pytest.approx(1)
    assert figures["blinks"].mean == 0
    assert np.isnan(figures["smile"].low)


def test_peak_and_end_are_weighed_alike(tmp_path: Path) -> None:
    study = audience(tmp_path / "study", smiles(4, 8), smiles(4, 12))
    values = SUMMARY["peak_end"].of(gather(study)[0])
    assert values[1] == pytest.approx(2 * values[0], rel=0.05)


def test_who_looks_away_is_not_attracted(tmp_path: Path) -> None:
    def away(seconds: float) -> Look:
        look = smiles(0, 8)(seconds) or NEUTRAL
        return Look(look.emotion, shapes=look.shapes, yaw_degrees=60 if seconds >= 4 else 0)

    study = audience(tmp_path / "study", away)
    (reactions,) = gather(study, worst_used=6)
    assert SUMMARY["attraction"].of(reactions) == pytest.approx([0.5])


def test_a_film_without_its_file_is_as_long_as_its_recordings_usually_are(tmp_path: Path) -> None:
    """One recording that ran on must not make all others look cut off."""
    study = Study.open_or_create(tmp_path / "study")
    study.add_film(film(duration_seconds=None))
    for viewer, seconds in (("ada", 12.0), ("ben", 12.2), ("cleo", 40.0)):
        keep(study, viewing(viewer), smiles(), seconds=seconds, rate=10)
    (reactions,) = gather(study)
    assert reactions.duration_seconds == pytest.approx(12.1)
    assert reactions.viewers == ["ada", "ben", "cleo"]
    study.add_film(film(duration_seconds=30.0))
    assert gather(study)[0].viewers == ["cleo"]


def test_groups_are_taken_apart(tmp_path: Path) -> None:
    audience(tmp_path / "study", smiles(), smiles(), group="young")
    study = audience(tmp_path / "study", lambda t: NEUTRAL, group="old")
    (reactions,) = gather(study)
    assert reactions.groups == ("old", "young")
    assert summary(reactions.only("old"))["happy"].mean == 0
    assert summary(reactions.only("young"))["happy"].mean == pytest.approx(4 / 12)
    assert summary(reactions.only("young"))["happy"].viewers == 2


def test_without_viewers_everything_is_unknown_and_nothing_breaks(tmp_path: Path) -> None:
    study = Study.open_or_create(tmp_path / "study")
    study.add_film(film())
    (reactions,) = gather(study)
    assert all(np.isnan(each.mean) and each.viewers == 0 for each in summary(reactions).values())
    assert np.isnan(shares(reactions).mean).all()
    assert peaks(reactions, "smile") == ()
    assert np.isnan(synchrony(reactions.trace("smile")).mean)


def test_lift_around_a_moment(halves: Reactions) -> None:
    (found,) = lifts(halves, [Marker("tea", "logo", 4, 7), Marker("other", "logo", 1, 2)])
    assert found.lifts["smile"].mean == pytest.approx(0.4)
    assert found.lifts["attention"].mean == pytest.approx(0)
    (none,) = lifts(halves, [Marker("tea", "start", 0, 3)])
    assert np.isnan(none.lifts["smile"].mean)


def test_markers_are_read_from_a_table(tmp_path: Path) -> None:
    path = tmp_path / "brand.csv"
    path.write_text("film,name,start_seconds,end_seconds\ntea,logo,4,7.5\ntea,pack shot,9,\n")
    assert read_markers(path) == (Marker("tea", "logo", 4, 7.5), Marker("tea", "pack shot", 9, 12))


@pytest.mark.parametrize("row", ["tea,logo,soon,", "tea,logo,-1,", "tea,logo,5,4", "tea,logo,nan,"])
def test_a_marker_that_makes_no_sense_is_named(tmp_path: Path, row: str) -> None:
    path = tmp_path / "brand.csv"
    path.write_text(f"film,name,start_seconds,end_seconds\n{row}\n")
    with pytest.raises(UsageError, match="row 2"):
        read_markers(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_markers(tmp_path / "nothing.csv")


def test_viewers_who_react_together_are_in_synchrony(tmp_path: Path) -> None:
    together = gather(audience(tmp_path / "one", *[smiles(4, 8)] * 4))[0].trace("smile")
    assert leave_one_out(together) == pytest.approx([1] * 4)
    apart = gather(audience(tmp_path / "two", *[smiles(t, t + 3) for t in (0, 3, 6, 9)]))[0].trace("smile")
    assert (leave_one_out(apart) < 0).all()
    assert np.isnan(synchrony(together).p)


def test_any_emotion_means_one_thing(tmp_path: Path) -> None:
    """Two emotions at .4 each leave neutral at .03: no single one is shown, so none is, anywhere."""

    def mixed(seconds: float) -> Look:
        return Look(Emotion.HAPPY, share=0.45)

    study = audience(tmp_path / "study", lambda t: mixed(t) if t >= 0 else NEUTRAL)
    (reactions,) = gather(study, worst_used=6)
    assert SUMMARY["attraction"].of(reactions) == pytest.approx([0])
    assert SUMMARY["any_emotion"].of(reactions) == pytest.approx([0])
    assert sum(SUMMARY[name].of(reactions)[0] for name in EMOTIONAL) == pytest.approx(0)


def test_a_flat_trace_correlates_with_nothing() -> None:
    wave = np.sin(np.arange(50.0))
    assert np.isnan(correlation(wave, np.ones(50)))
    assert np.isnan(correlation(wave[:5], wave[:5]))
    assert correlation(wave, 3 - 2 * wave) == pytest.approx(-1)
    assert np.isnan(leave_one_out(wave[None])).all()


def test_seconds_of_which_little_is_known_are_unknown() -> None:
    bins = np.array([[1, 1, np.nan, np.nan, np.nan, 1, 1, 1, np.nan, np.nan, 1, 0]])
    assert by_second(bins)[0] == pytest.approx([np.nan, 1, 0.5], nan_ok=True)


def test_the_same_study_gives_the_same_bands(halves: Reactions) -> None:
    first, second = (trace_band(halves, "smile") for _ in range(2))
    assert np.array_equal(first.low, second.low, equal_nan=True)
    assert (first.mean == second.mean).all()
