"""What several tests share: the face model, and where outside data lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from recognizer.errors import FaceModelError
from recognizer.face_model import checked
from tests.data import outside

# Machines are shared and noisy: no test may fail because it was slow. Fewer examples keep the suite short.
settings.register_profile("sonrisa", deadline=None, max_examples=40)
settings.load_profile("sonrisa")


@pytest.fixture(scope="session")
def face_model() -> Path:
    """The checked face landmark model; skips where it was not fetched."""
    try:
        return checked()
    except FaceModelError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def smiling_clip() -> Path:
    """A real face, neutral until 0.5 s, smiling from 0.7 s; 72 frames at 30 frames per second, 640x360."""
    return outside("videos", "pyfeat_single_face.mp4")


@pytest.fixture(scope="session")
def leaving_clip() -> Path:
    """A real face until frame 72, then a cartoon without any."""
    return outside("videos", "pyfeat_face_noface.mov")
