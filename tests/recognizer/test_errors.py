from __future__ import annotations

import pytest

from recognizer import errors


@pytest.mark.parametrize(
    "kind",
    [errors.SourceError, errors.SourceStopped, errors.ModelError, errors.FaceModelError, errors.OutputError],
)
def test_what_cannot_go_on_exits_with_1(kind: type[errors.SonrisaError]) -> None:
    error = kind("this is wrong; do that")
    assert isinstance(error, errors.SonrisaError)
    assert error.exit_code == 1
    assert str(error) == "this is wrong; do that"


def test_wrong_usage_exits_with_2() -> None:
    assert errors.UsageError("no").exit_code == 2


def test_a_lost_source_is_a_source_error() -> None:
    assert issubclass(errors.SourceStopped, errors.SourceError)
