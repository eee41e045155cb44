"""Norms: where a film stands among others, and what a norm file must not hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.__main__ import main
from player.errors import NormError
from player.reactions.gather import Reactions, gather
from player.reactions.norms import Norm, make_norm, mark_of, percentile, read_norm, standings, write_norm
from player.reactions.study import Study
from tests.player.reactions.people import VERSIONS, film, keep, smiles, viewing

VIEWERS = ("adelheid", "bertram", "cunigunde")


@pytest.fixture(scope="module")
def study_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven films; in film k everybody smiles for k/2 seconds, more or less. A twelfth has one viewer."""
    study = Study.open_or_create(tmp_path_factory.mktemp("norms") / "study")
    for number in range(11):
        study.add_film(film(f"film{number:02}"))
        for index, viewer in enumerate(VIEWERS):
            keep(study, viewing(viewer, f"film{number:02}"), smiles(0, number / 2 + index / 10), rate=10)
    study.add_film(film("lonely"))
    keep(study, viewing("adelheid", "lonely"), smiles(0, 12), rate=10)
    return study.path


@pytest.fixture(scope="module")
def films(study_path: Path) -> tuple[Reactions, ...]:
    return gather(Study(study_path))


@pytest.fixture(scope="module")
def norm(films: tuple[Reactions, ...]) -> Norm:
    return make_norm(films, "drinks")


def test_a_film_is_placed_among_the_others(films: tuple[Reactions, ...], norm: Norm) -> None:
    places = {each.figure: each for each in standings(films[10], norm)}
    assert places["smile"].percentile == 100
    assert places["smile"].films == 10
    middle = {each.figure: each for each in standings(films[5], norm)}["smile"]
    assert middle.percentile == 50
    assert np.isnan(middle.low)  # three viewers


def test_a_percentile_has_an_interval_from_five_viewers_on(films: tuple[Reactions, ...], norm: Norm) -> None:
    more = replace(films[5], used=films[5].used + films[4].used[:2])
    place = {each.figure: each for each in standings(more, norm)}["smile"]
    assert place.low < 40
    assert place.high > 55
    together = {each.figure: each for each in standings(more, norm)}["synchrony_smile"]
    assert together.low <= together.percentile <= together.high


def test_a_norm_holds_neither_viewers_nor_films_by_name(norm: Norm, tmp_path: Path) -> None:
    path = tmp_path / "drinks.yaml"
    write_norm(path, norm)
    text = path.read_text()
    assert not [name for name in (*VIEWERS, "film0", "lonely") if name in text]
    assert len(norm.films) == 11
    assert read_norm(path) == norm


def test_too_few_films_are_no_norm(films: tuple[Reactions, ...], norm: Norm, tmp_path: Path) -> None:
    with pytest.raises(NormError, match=r"9 films .* too few"):
        make_norm(films[:9], "drinks")
    with pytest.raises(NormError, match="0 films"):
        make_norm(films, "cars")
    small = norm.model_copy(update={"films": norm.films[:9]})
    write_norm(tmp_path / "small.yaml", small)
    with pytest.raises(NormError, match="9 films"):
        read_norm(tmp_path / "small.yaml")
    ten = norm.model_copy(update={"films": norm.films[:10]})
    inside = next(each for each in films if mark_of(each) == norm.films[0].mark)
    with pytest.raises(NormError, match="without this film"):
        standings(inside, ten)


def test_another_category_is_refused(films: tuple[Reactions, ...], norm: Norm) -> None:
    with pytest.raises(NormError, match="the norm is of cars"):
        standings(films[0], norm.model_copy(update={"category": "cars"}))


@pytest.mark.parametrize(
    "content", ["", "format: 1", "films: 7", "{", "format: 9\ncategory: a\nmade: b\nfilms: []"]
)
def test_a_damaged_norm_is_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "norm.yaml"
    path.write_text(content)
    with pytest.raises(NormError) as caught:
        read_norm(path)
    assert "\n" not in str(caught.value)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.floats(-1, 1), st.floats(-1, 1))
def test_percentiles_rise_with_the_value(among: list[float], first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert 0 <= percentile(low, np.array(among)) <= percentile(high, np.array(among)) <= 100


def test_norms_are_made_and_used_on_the_command_line(
    films: tuple[Reactions, ...], tmp_path: Path, study_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "drinks.yaml"
    assert main(["norms", str(study_path), "--category", "drinks", "--out", str(out)]) == 0
    assert "a norm of 11 films" in capsys.readouterr().out
    assert main(["norms", str(study_path), "--against", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("film00: percentile among drinks")
    assert "lonely" in said
    for wrong, code in (
        (["--category", "cars", "--out", str(out)], 1),
        (["--out", str(out)], 2),
        (["--against", str(tmp_path / "nothing")], 1),
    ):
        assert main(["norms", str(study_path), *wrong]) == code
        assert capsys.readouterr().err.count("\n") == 1


def test_nothing_but_a_norm_is_written_over(study_path: Path, norm: Norm, tmp_path: Path) -> None:
    write_norm(tmp_path / "drinks.yaml", norm)
    (tmp_path / "shopping.yaml").write_text("milk: 2\n")
    for path, code in (
        (tmp_path / "shopping.yaml", 2),
        (study_path / "study.yaml", 2),
        (tmp_path / "drinks.yaml", 0),
    ):
        assert main(["norms", str(study_path), "--category", "drinks", "--out", str(path)]) == code
    assert (tmp_path / "shopping.yaml").read_text() == "milk: 2\n"


def test_what_was_measured_differently_does_not_mix(films: tuple[Reactions, ...], norm: Norm) -> None:
    def measured_anew(film: Reactions) -> Reactions:
        newer = VERSIONS.model_copy(update={"emotion_model": "newer", "emotion_model_sha256": "ff" * 32})
        viewed = [
            replace(each, facts=each.facts.model_copy(update={"versions": newer})) for each in film.used
        ]
        return replace(film, used=tuple(viewed))

    with pytest.raises(NormError, match=r"was measured with newer ffffffff .* they do not compare"):
        standings(measured_anew(films[0]), norm)
    with pytest.raises(NormError, match="these do not mix"):
        make_norm([measured_anew(films[0]), *films[1:]], "drinks")
    assert norm.versions == VERSIONS
