"""The one interface of all generators of faces, and the list of those that we have.

Add one: subclass Generator, name its factory in GENERATORS, and let it pass the contract test
(tests/training/synthesis/test_generator_contract.py).
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from training.errors import DataError, RecipeError
from training.recipe_file import fault_in_words
from training.synthesis.request import FaceRequest, Provenance, SyntheticFace

ModelT = TypeVar("ModelT", bound=BaseModel)

INSTALL = "`pip install -e .[training]`"

Options = Mapping[str, Any]
"""A generator's own settings: the recipe's section `options`, not yet checked."""

GENERATORS: dict[str, str] = {
    "rendered": "training.synthesis.rendered.generator:open_generator",
    "diffusion": "training.synthesis.diffusion.generator:open_generator",
    "gan": "training.synthesis.gan.generator:open_generator",
}
"""Name to "module:function" with the signature `(options: Options) -> Generator`; imported only when asked for."""


class Generator(ABC):
    """Draws faces on request. One lives in each process; it is used from one thread.

    Making one is cheap and says what is wrong: it checks its options, its packages and files (RecipeError for an
    option, DataError for what is missing) but loads weights and opens devices only for the first picture.
    """

    name: str
    """The key in GENERATORS."""
    version: str
    """Changes whenever the same request gives another picture."""
    fills_machine: bool = False
    """True where one process already takes the whole machine (a GPU): several are started only when asked for."""

    @property
    @abstractmethod
    def provenance(self) -> Provenance:
        """What holds for all pictures: generator, version, weights and licence."""

    @abstractmethod
    def generate(self, request: FaceRequest, size_px: int) -> SyntheticFace:
        """One picture, uint8 BGR [size_px, size_px, 3]; equal requests give equal bytes on one machine."""

    def check(self, request: FaceRequest) -> None:
        """Raise RecipeError for action units that it cannot draw; quick, so that it can be asked before all work."""
        return

    def prepare(self) -> None:
        """Make what all processes share, before they start: called once, in the process that starts them."""
        return

    def record(self, request: FaceRequest, **parameters: Any) -> Provenance:
        """The provenance of one picture; `parameters` must be values that JSON knows."""
        return replace(self.provenance, seed=request.seed, parameters=parameters)

    def close(self) -> None:
        """Free what was opened; more than once is fine."""
        return

    def __enter__(self) -> Self:
        """The generator itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def target_of(name: str) -> str:
    """Where the factory of this generator lives, as "module:function"; raises RecipeError for an unknown name."""
    if name not in GENERATORS:
        raise RecipeError(f"generator: {name} is unknown; choose one of {', '.join(GENERATORS)}")
    return GENERATORS[name]


def open_target(target: str, options: Options) -> Generator:
    """The generator that the factory "module:function" makes of `options`.

    Raises:
        RecipeError: an option is unknown or out of range.
        DataError: a package or a file that it needs is missing.
    """
    module, function = target.split(":")
    try:
        make: Callable[[Options], Generator] = getattr(importlib.import_module(module), function)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "training":
            raise
        raise DataError(
            f"this generator needs the package {error.name}; install it with {INSTALL}"
        ) from error
    return make(options)


def open_generator(name: str, options: Options) -> Generator:
    """The generator of this name; raises as `target_of` and `open_target` do."""
    return open_target(target_of(name), options)


def checked_options(model: type[ModelT], options: Options) -> ModelT:
    """A generator's options as its own pydantic model; raises RecipeError that names the first fault."""
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        raise RecipeError(fault_in_words(model, error, "options")) from error
