from __future__ import annotations

import pytest

from tests.training.synthesis.drawn_generator import TARGET
from training.synthesis.generator import GENERATORS


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name under which recipes find the drawn faces."""
    monkeypatch.setitem(GENERATORS, "drawn", TARGET)
    return "drawn"
