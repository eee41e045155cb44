"""What every generator promises, whichever it is: data sets, filters and studies rely on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recognizer.affect import EMOTIONS, Emotion
from recognizer.errors import SonrisaError
from tests.training.synthesis.drawn_generator import TARGET
from tests.training.synthesis.gan.small import small_recipe
from training.errors import RecipeError
from training.synthesis.gan.train import train
from training.synthesis.generator import GENERATORS, Generator, Options, open_target
from training.synthesis.pictures import picture_path, read_picture
from training.synthesis.rendered.engine.renderer import RendererError
from training.synthesis.rendered.geometry.bake import AnatomyError
from training.synthesis.request import ATTRIBUTES, FaceRequest
from training.synthesis.workers import Job, Task, generate_all

SIZE_PX = 48

# Two new interpreters load all of diffusers: a busy machine takes its time.
PROCESSES_TIMEOUT_SECONDS = 900

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@dataclass(frozen=True)
class Case:
    """A generator that can draw here and now."""

    name: str
    target: str
    options: Options
    generator: Generator


@pytest.fixture(scope="module", params=[*GENERATORS, "drawn"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Each generator of the project, and the tests' own, open for all tests of this module."""
    name = request.param
    target = {**GENERATORS, "drawn": TARGET}[name]
    options = smallest_options(name, request, tmp_path_factory)
    with open_target(target, options) as generator:
        yield Case(name, target, options, generator)


def smallest_options(
    name: str, request: pytest.FixtureRequest, folders: pytest.TempPathFactory
) -> dict[str, Any]:
    """Those with which a generator draws quickest; weights that it needs are made."""
    if name == "diffusion":
        checkpoint = request.getfixturevalue("tiny_sdxl")
        return {"checkpoint": checkpoint, "draw_px": 64, "steps": 2, "device": "cpu"}
    if name == "gan":
        run = folders.mktemp("gan") / "run"
        train(small_recipe(folders.mktemp("faces")), run)
        return {"run": run}
    return {}


def generate(case: Case, request: FaceRequest, size_px: int = SIZE_PX) -> Any:
    try:
        return case.generator.generate(request, size_px)
    except (RendererError, AnatomyError) as error:
        pytest.skip(f"this machine cannot render: {error}")


REQUEST = FaceRequest(Emotion.HAPPY, 11)


def one_of_each(number: int) -> FaceRequest:
    """Requests 0 to 6 go together through every emotion and every value of every attribute."""
    values: dict[str, Any] = {name: list(kind)[number % len(kind)] for name, kind in ATTRIBUTES.items()}
    return FaceRequest(emotion=EMOTIONS[number], seed=100 + number, intensity=0.9, **values)


def test_the_same_request_gives_the_same_bytes_whatever_was_drawn_between(case: Case) -> None:
    first = generate(case, REQUEST)
    other = generate(case, replace(REQUEST, seed=12))
    assert np.array_equal(generate(case, REQUEST).image, first.image)
    assert not np.array_equal(other.image, first.image)


@pytest.mark.parametrize("size_px", [32, 75])
def test_the_size_is_honoured(case: Case, size_px: int) -> None:
    image = generate(case, REQUEST, size_px).image
    assert image.shape == (size_px, size_px, 3)
    assert image.dtype == np.uint8
    assert image.max() > image.min()


@pytest.mark.parametrize("number", range(len(EMOTIONS)))
def test_every_emotion_and_attribute_is_accepted_and_comes_back_with_the_picture(
    case: Case, number: int
) -> None:
    request = one_of_each(number)
    face = generate(case, request)
    assert face.request == request
    assert face.image.shape == (SIZE_PX, SIZE_PX, 3)
    assert all(isinstance(unit, int) and 0 <= value <= 1 for unit, value in face.action_units.items())


def test_action_units_may_stand_in_for_an_emotion(case: Case) -> None:
    request = FaceRequest(None, 3, {6: 0.6, 12: 1.0, 25: 0.5})
    face = generate(case, request)
    assert face.request.emotion is None
    # A gaze and a little that strays in are allowed, and told.
    unasked = [value for unit, value in face.action_units.items() if unit not in {6, 12, 25}]
    assert max(unasked, default=0.0) < min(request.action_units.values())


def test_the_provenance_is_complete_and_can_be_written(case: Case) -> None:
    origin = case.generator.provenance
    made = generate(case, REQUEST).provenance
    assert (origin.generator, case.generator.name) == (case.name, case.name)
    assert origin.version
    assert origin.licence
    assert made.seed == REQUEST.seed
    assert replace(made, seed=0, parameters={}) == origin
    assert json.loads(json.dumps(made.parameters)) == made.parameters


def test_an_unknown_option_is_named(case: Case) -> None:
    with pytest.raises(RecipeError, match=r"options\.colour_of_socks"):
        open_target(case.target, {**case.options, "colour_of_socks": "red"})


@pytest.mark.timeout(PROCESSES_TIMEOUT_SECONDS)
def test_a_process_of_its_own_draws_the_same_bytes(case: Case, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    here = generate(case, REQUEST)
    tasks = [Task(replace(REQUEST, seed=REQUEST.seed + number), picture_path(number)) for number in (0, 1)]
    job = Job(case.target, case.options, SIZE_PX, tmp_path)
    assert len(list(generate_all(job, tasks, 2))) == 2
    assert np.array_equal(read_picture(tmp_path / picture_path(0))[:, :, ::-1], here.image)


def test_closing_twice_is_fine(case: Case) -> None:
    opened = open_target(case.target, case.options)
    opened.close()
    opened.close()


def test_an_error_of_a_generator_reaches_the_person_from_another_process(tmp_path: Path) -> None:
    job = Job(TARGET, {"wants": tmp_path / "pen"}, SIZE_PX, tmp_path)
    with pytest.raises(SonrisaError):
        list(generate_all(job, [Task(REQUEST, picture_path(0))], 2))
