from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.training.synthesis.drawn_generator import TARGET
from training.synthesis.generator import GENERATORS


@pytest.fixture(scope="module")
def drawn() -> Iterator[str]:
    """The name under which recipes find the drawn faces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(GENERATORS, "drawn", TARGET)
        yield "drawn"
