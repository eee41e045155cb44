"""Rendered viewers of films: the same recipe gives the same people, and what they show is told as it was acted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from recognizer.affect import Emotion
from training.errors import RecipeError
from training.synthesis.clips.audience import (
    EXAMPLE,
    AudienceRecipe,
    load_audience_recipe,
    reactions,
    recordings,
)
from training.synthesis.clips.clip import sample_character

ROOT = Path(__file__).resolve().parents[4]
FILMS = {
    "drinks": [{"film": "tea", "scenes": [["happy", 2.0], ["neutral", 1.0]]}],
    "cars": [
        {"film": "race", "scenes": [["fear", 1.5]]},
        {"film": "picnic", "scenes": [["surprise", 1.5]]},
    ],
}


def recipe(**changes: object) -> AudienceRecipe:
    """Three films of two categories."""
    return AudienceRecipe.model_validate({"name": "small", "films": FILMS, "viewers": 4} | changes)


def test_everybody_watches_every_film_with_the_same_face() -> None:
    made = list(recordings(recipe()))
    assert len(made) == len({one.path for one in made}) == 12
    assert made[0].path == "drinks/tea/V001.mp4"
    for viewer in ("V001", "V004"):
        faces = {
            (one.request.seed, one.request.age_group, one.request.ethnicity, one.request.lighting)
            for one in made
            if one.viewer == viewer
        }
        assert len(faces) == 1
    assert len({one.request.seed for one in made}) == 4


def test_a_viewer_is_at_rest_the_same_before_every_film() -> None:
    requests = [one.request for one in recordings(recipe(intensity=[0.2, 1.0], viewers=20))]
    for seed in {request.seed for request in requests}:
        same = [sample_character(seed, request.intensity) for request in requests if request.seed == seed]
        assert len(same) == 3
        assert all(
            (one.resting, one.units[Emotion.NEUTRAL]) == (same[0].resting, same[0].units[Emotion.NEUTRAL])
            for one in same
        )


def test_the_same_recipe_gives_the_same_recordings_and_more_viewers_change_nobody() -> None:
    few, many = list(recordings(recipe())), list(recordings(recipe(viewers=6)))
    assert few == list(recordings(recipe()))
    assert many[: len(few)] == few
    assert few != list(recordings(recipe(seed=1)))


@pytest.mark.parametrize(("share", "least", "most"), [(1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (0.5, 0.35, 0.65)])
def test_viewers_answer_as_often_as_asked(share: float, least: float, most: float) -> None:
    made = recordings(recipe(viewers=60, answer_share=share))
    shown = Counter(one.request.plan[1][0] for one in made if one.film == "race")
    assert least <= shown[Emotion.FEAR] / 60 <= most
    assert set(shown) <= {Emotion.FEAR, Emotion.NEUTRAL}


def test_a_reaction_is_told_from_its_apex_to_its_offset() -> None:
    (first, *_) = recordings(recipe(answer_share=1.0, rest_seconds=2.0))
    told = reactions(first)
    assert [one.emotion for one in told] == [Emotion.NEUTRAL, Emotion.HAPPY, Emotion.NEUTRAL]
    assert (told[0].start_seconds, told[0].end_seconds) == (0.0, 2.0)
    assert 2.0 < told[1].start_seconds < told[1].end_seconds < 4.0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"intensity": [0.9, 0.2]}, "low, high"),
        ({"films": {"drinks": FILMS["cars"][:1] * 2}}, "two films have the same name"),
        ({"films": {"drinks": [{"film": "tea", "scenes": [["happy", 0.2]]}]}}, "greater than 0.9"),
        ({"films": {"../drinks": FILMS["cars"]}}, "pattern"),
        ({"viewer": 3}, "did you mean viewers"),
    ],
)
def test_a_fault_is_one_line(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    path = tmp_path / "audience.yaml"
    path.write_text(yaml.safe_dump({"name": "small", "films": FILMS} | changes))
    with pytest.raises(RecipeError) as error:
        load_audience_recipe(path)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_the_shipped_audience_shows_every_emotion_in_the_films_kept_for_the_test_too() -> None:
    shipped = load_audience_recipe(ROOT / EXAMPLE)
    called = {
        category: {emotion for film in films for emotion, _ in film.scenes}
        for category, films in shipped.films.items()
    }
    strong = set(Emotion) - {Emotion.NEUTRAL}
    assert called["cars"] == strong
    assert called["drinks"] | called["insurance"] | called["cleaning"] >= strong
