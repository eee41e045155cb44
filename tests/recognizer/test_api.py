"""The recognizer as another program uses it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

import recognizer
from recognizer import (
    Emotion,
    FaceModelError,
    ModelError,
    Recognizer,
    Row,
    SourceError,
    SteadySettings,
    UsageError,
    to_frame,
)
from recognizer.rows import COLUMNS
from tests.data import REPOSITORY, outside
from tests.recognizer.models import write_model

NAMES = {
    *("BLENDSHAPES", "EMOTIONS", "Affect", "Analysis", "Emotion", "FaceBox", "FaceModelError", "HeadPose"),
    *("ImageBGR", "ModelError", "Mood", "Reading", "Recognizer", "Row", "SonrisaError", "SourceError"),
    *("SteadySettings", "UsageError", "to_frame"),
}


@pytest.fixture(scope="module")
def reader(face_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recognizer]:
    with Recognizer(write_model(tmp_path_factory.mktemp("model")), face_model) as opened:
        yield opened


@pytest.fixture
def party() -> Path:
    return outside("photos", "pyfeat_single_face.jpg")


def run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_the_interface_has_these_names_and_each_is_there() -> None:
    assert set(recognizer.__all__) == NAMES
    assert len(recognizer.__all__) == len(NAMES)
    for name in recognizer.__all__:
        assert getattr(recognizer, name) is not None
    assert set(dir(recognizer)) >= NAMES
    with pytest.raises(AttributeError, match="no attribute 'Recogniser'"):
        _ = recognizer.Recogniser


def test_importing_it_loads_nothing_heavy() -> None:
    heavy = ("cv2", "mediapipe", "numpy", "onnxruntime", "pydantic")
    answer = run(f"import recognizer, sys; print([name for name in {heavy} if name in sys.modules])")
    assert answer.stdout == "[]\n", answer.stderr


@pytest.mark.usefixtures("face_model")
def test_the_quick_start_of_the_documentation_runs_word_for_word(party: Path, tmp_path: Path) -> None:
    page = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
    lines = page.split("```python\n")[1].split("```")[0]
    assert len(lines.splitlines()) <= 5
    (tmp_path / "party.jpg").write_bytes(party.read_bytes())
    program = f"import os, sys; sys.path.insert(0, os.getcwd()); os.chdir({str(tmp_path)!r})\n{lines}"
    answer = run(program)
    assert answer.stderr == ""
    emotion, valence, box = answer.stdout.split(maxsplit=2)
    assert Emotion(emotion) is Emotion.HAPPY
    assert 0 < float(valence) <= 1
    assert box.startswith("FaceBox(left_px=")


def test_a_picture_may_be_a_path_or_pixels(reader: Recognizer, party: Path) -> None:
    by_path, by_text = reader.read(party), reader.read(str(party))
    by_pixels = reader.read(cv2.imread(str(party)))  # type: ignore[arg-type]
    assert [len(found) for found in (by_path, by_text, by_pixels)] == [1, 1, 1]
    assert by_path[0].box == by_text[0].box == by_pixels[0].box
    assert by_path[0].probabilities == by_pixels[0].probabilities


def test_faces_come_from_the_left_to_the_right(reader: Recognizer, party: Path) -> None:
    image = np.asarray(cv2.imread(str(party)), np.uint8)
    found = reader.read(np.concatenate([image, image[:, ::-1]], axis=1))
    assert len(found) == 2
    assert found[0].box.left_px < image.shape[1] < found[1].box.left_px


def test_a_picture_without_a_face_has_none(reader: Recognizer) -> None:
    assert reader.read(np.zeros((48, 64, 3), np.uint8)) == ()


@pytest.mark.parametrize(
    "pixels", [np.zeros((48, 64), np.uint8), np.zeros((48, 64, 3)), np.zeros((0, 0, 3), np.uint8)]
)
def test_other_pixels_are_refused_with_what_is_wanted(reader: Recognizer, pixels: np.ndarray) -> None:  # type: ignore[type-arg]
    with pytest.raises(UsageError, match=r"must be uint8 \[height, width, 3\] in BGR, not"):
        reader.read(pixels)


def test_a_file_that_is_no_picture_is_named(reader: Recognizer, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"party\.jpg: there is no such picture"):
        reader.read(tmp_path / "party.jpg")
    (tmp_path / "party.jpg").write_text("not a picture")
    with pytest.raises(SourceError, match=r"party\.jpg: not a picture that can be read"):
        reader.read(tmp_path / "party.jpg")


def test_models_that_are_not_there_are_named(tmp_path: Path, face_model: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.yaml"):
        Recognizer(tmp_path / "none.yaml", face_model)
    with pytest.raises(FaceModelError, match=r"none\.task"):
        Recognizer(write_model(tmp_path), tmp_path / "none.task")


def test_a_video_is_rows_with_times_and_the_same_on_every_run(reader: Recognizer, smiling_clip: Path) -> None:
    first, second = (list(islice(reader.video(smiling_clip), 5)) for _ in range(2))
    assert first == second
    assert [row.time_seconds for row in first] == pytest.approx([index / 30 for index in range(5)], abs=1e-3)
    assert {row.face_id for row in first} == {0}
    assert set(first[0].as_dict()) == set(COLUMNS)
    assert first[-1].emotion == (first[-1].mood.emotion if first[-1].mood else None)


def test_a_folder_of_pictures_is_read_like_a_video(reader: Recognizer, tmp_path: Path, party: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(party.read_bytes())
    rows = list(reader.video(tmp_path))
    assert [row.time_seconds for row in rows] == [0.0, 1.0]
    assert all(row.mood and row.mood.probabilities == row.reading.probabilities for row in rows)


def test_what_cannot_be_opened_is_said_at_once(reader: Recognizer, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.mp4"):
        reader.video(tmp_path / "none.mp4")
    with pytest.raises(SourceError, match=r"none\.mp4"):
        reader.watch(tmp_path / "none.mp4")
    with pytest.raises(SourceError, match="camera 97"):
        reader.watch(97)


def test_a_live_source_gives_the_newest_and_drops_what_is_late(
    reader: Recognizer, smiling_clip: Path
) -> None:
    indices = []
    for analysis in reader.watch(smiling_clip):
        indices.append(analysis.frame.index)
        assert analysis.frame.image.shape == (360, 640, 3)
        assert [row.reading for row in analysis.rows] == list(analysis.readings)
        time.sleep(0.4)
    assert indices == sorted(set(indices))
    assert indices[-1] == 71
    assert len(indices) < 20


def test_patience_is_taken_from_the_settings(face_model: Path, tmp_path: Path, smiling_clip: Path) -> None:
    quick = SteadySettings(dwell_seconds=0.0, enter_probability=0.0, leave_probability=0.0)
    with Recognizer(write_model(tmp_path), face_model, steadying=quick) as reader:
        assert next(iter(reader.video(smiling_clip))).emotion is not None


def test_rows_make_a_frame_of_pandas(reader: Recognizer, smiling_clip: Path) -> None:
    pytest.importorskip("pandas")
    rows: list[Row] = list(islice(reader.video(smiling_clip), 3))
    frame = to_frame(rows)
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == 3
    assert list(to_frame([]).columns) == list(COLUMNS)


def test_without_pandas_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match="pip install pandas"):
        to_frame([])


LEAVING = {
    "a recognizer": "reader = Recognizer(); reader.read(picture)",
    "a video": "rows = Recognizer().video(clip); next(rows)",
    "a stream": "analyses = Recognizer().watch(clip); next(analyses)",
    "an error": "reader = Recognizer(); reader.read(picture); raise SystemExit(0)",
}


@pytest.mark.usefixtures("face_model")
@pytest.mark.parametrize("program", LEAVING.values(), ids=LEAVING.keys())
def test_leaving_without_close_says_nothing(program: str, party: Path, smiling_clip: Path) -> None:
    names = f"picture, clip = {str(party)!r}, {str(smiling_clip)!r}"
    answer = run(f"from recognizer import Recognizer\n{names}\n{program}")
    assert (answer.returncode, answer.stderr) == (0, "")
