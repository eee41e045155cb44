"""A prompt says what was asked for, in the paper's sentence and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recognizer.affect import EMOTIONS, Emotion
from training.errors import RecipeError
from training.synthesis.diffusion.phrases import PHRASES, load_phrases, strength
from training.synthesis.diffusion.prompts import MOST_TOKENS, MOST_UNITS, write_prompt
from training.synthesis.request import (
    ATTRIBUTES,
    AgeGroup,
    Angle,
    Blur,
    Ethnicity,
    FaceRequest,
    Gender,
    Lighting,
    Obstruction,
)

SHIPPED = load_phrases()
OF_THE_PAPER = (
    "An image of a child, Middle Eastern male with a scowling expression and tight lips, captured in shadowy light,"
    " from a side angle, covered with hair, with slight blur, expressing anger."
)
ANGRY_CHILD = FaceRequest(
    emotion=Emotion.ANGRY,
    seed=0,
    age_group=AgeGroup.CHILD,
    gender=Gender.MALE,
    ethnicity=Ethnicity.MIDDLE_EASTERN,
    lighting=Lighting.SHADOWY,
    angle=Angle.SIDE,
    obstruction=Obstruction.HAIR,
    blur=Blur.SLIGHT,
)
STYLE = "close-up portrait photograph, realistic skin"
MANY_UNITS = dict.fromkeys((1, 9, 11, 12, 16, 29), 0.9)
"""Six whose words are long."""

requests = st.builds(
    FaceRequest,
    emotion=st.sampled_from(EMOTIONS),
    seed=st.integers(0, 1000),
    action_units=st.just(MANY_UNITS)
    | st.dictionaries(st.sampled_from(sorted(SHIPPED.action_units)), st.floats(0, 1), max_size=8),
    intensity=st.floats(0, 1),
    **{name: st.sampled_from(list(kind)) for name, kind in ATTRIBUTES.items()},
)


def test_the_papers_own_example_comes_out_word_for_word() -> None:
    texts = {write_prompt(replace(ANGRY_CHILD, seed=seed), SHIPPED).text for seed in range(30)}
    assert OF_THE_PAPER in texts
    assert len(texts) == len(SHIPPED.expressions[Emotion.ANGRY])


def test_the_action_units_of_the_papers_words_are_known() -> None:
    prompts = (write_prompt(replace(ANGRY_CHILD, seed=seed), SHIPPED) for seed in range(30))
    scowl = next(prompt for prompt in prompts if prompt.text == OF_THE_PAPER)
    assert set(scowl.action_units) == {4, 7, 23}


@given(requests)
def test_every_attribute_is_said_and_the_prompt_is_short_enough_to_be_read(request: FaceRequest) -> None:
    prompt = write_prompt(request, SHIPPED, STYLE)
    for name in ATTRIBUTES:
        assert getattr(SHIPPED, name)[getattr(request, name)] in prompt.text
    assert SHIPPED.emotions[request.emotion or Emotion.NEUTRAL] in prompt.text
    assert not re.search(r",\s*,|\s,|  ", prompt.text)
    assert prompt.text.endswith(STYLE)
    # What the text encoders read. An English word is about 1.1 tokens, a mark one.
    words, marks = len(re.findall(r"\w+", prompt.text)), len(re.findall(r"[.,-]", prompt.text))
    assert 1.1 * words + marks <= MOST_TOKENS
    assert all(0 <= value <= 1 for value in prompt.action_units.values())


def test_equal_requests_give_equal_prompts_and_a_style_follows_the_sentence() -> None:
    plain, styled = write_prompt(ANGRY_CHILD, SHIPPED), write_prompt(ANGRY_CHILD, SHIPPED, "photograph")
    assert plain == write_prompt(ANGRY_CHILD, SHIPPED)
    assert styled.text == f"{plain.text} photograph"


def test_action_units_become_words_by_their_strength() -> None:
    request = replace(ANGRY_CHILD, action_units={1: 1.0, 2: 0.2, 9: 0.95, 26: 0.5}, emotion=None)
    prompt = write_prompt(request, SHIPPED)
    assert (
        "with strongly raised inner brows, slightly raised outer brows, a strongly wrinkled nose and a dropped jaw,"
        in prompt.text
    )
    assert "expressing" not in prompt.text
    assert prompt.action_units == request.action_units


def test_only_the_strongest_units_are_named_and_unknown_ones_are_left_out() -> None:
    units = {1: 0.9, 2: 0.8, 4: 0.7, 5: 0.6, 6: 0.5, 7: 0.4, 9: 0.3, 99: 1.0}
    prompt = write_prompt(replace(ANGRY_CHILD, action_units=units), SHIPPED)
    assert list(prompt.action_units) == [1, 2, 4, 5, 6, 7]
    assert len(prompt.action_units) == MOST_UNITS
    with pytest.raises(RecipeError, match="no words for the action units 99"):
        write_prompt(replace(ANGRY_CHILD, action_units={99: 1.0}), SHIPPED)


def test_where_the_prompt_grows_too_long_the_weakest_units_are_left_out() -> None:
    units = {**MANY_UNITS, 9: 0.5, 16: 0.7}
    prompt = write_prompt(replace(ANGRY_CHILD, action_units=units, intensity=0.3), SHIPPED, STYLE)
    assert list(prompt.action_units) == [1, 11, 12, 29]
    assert "wrinkled nose" not in prompt.text
    endless = write_prompt(replace(ANGRY_CHILD, action_units=units), SHIPPED, "soft light, " * 30)
    assert list(endless.action_units) == [1]


@pytest.mark.parametrize(
    ("intensity", "words"),
    [(0.2, "expressing slight anger"), (0.5, "expressing moderate anger"), (1.0, "expressing anger")],
)
def test_the_intensity_is_said_and_scales_the_action_units(intensity: float, words: str) -> None:
    full, part = (write_prompt(replace(ANGRY_CHILD, intensity=i), SHIPPED) for i in (1.0, intensity))
    assert part.text.endswith(f"{words}.")
    assert part.action_units == pytest.approx({unit: v * intensity for unit, v in full.action_units.items()})


def test_what_contradicts_the_request_is_not_wanted() -> None:
    clear = replace(ANGRY_CHILD, obstruction=Obstruction.NONE, blur=Blur.NONE, angle=Angle.FRONTAL)
    unwanted = write_prompt(clear, SHIPPED).negative
    assert all(word in unwanted for word in ("cartoon", "smile", "glasses", "blurry", "profile"))
    unwanted = write_prompt(ANGRY_CHILD, SHIPPED).negative
    assert not any(word in unwanted for word in ("glasses", "blurry", "profile"))


def test_each_emotion_has_expressions_of_its_own() -> None:
    for emotion in EMOTIONS:
        words = [expression.words for expression in SHIPPED.expressions[emotion]]
        others = [e.words for other in EMOTIONS if other != emotion for e in SHIPPED.expressions[other]]
        assert len(words) >= 2
        assert not set(words) & set(others)


def test_every_unit_of_an_expression_has_words_of_its_own() -> None:
    used = {unit for choices in SHIPPED.expressions.values() for e in choices for unit in e.action_units}
    assert used <= set(SHIPPED.action_units)


@given(st.floats(0, 1))
def test_there_is_a_word_for_every_strength(intensity: float) -> None:
    assert strength(SHIPPED.unit_strengths, intensity) in SHIPPED.unit_strengths.values()


def test_a_vocabulary_of_ones_own_is_used_and_checked(tmp_path: Path) -> None:
    words = yaml.safe_load(PHRASES.read_text())
    words["age_group"]["child"] = "a kid"
    path = tmp_path / "phrases.yaml"
    path.write_text(yaml.safe_dump(words))
    assert "a kid, Middle Eastern male" in write_prompt(ANGRY_CHILD, load_phrases(path)).text
    del words["lighting"]["low"]
    path.write_text(yaml.safe_dump(words))
    with pytest.raises(RecipeError, match="lighting: words are missing for low"):
        load_phrases(path)
