"""The clip that ships: small, with a face in every frame, showing what its ground truth says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from recognizer.affect import EMOTIONS
from recognizer.card import load_card
from recognizer.classify import Classifier
from recognizer.crop import crop_for
from recognizer.errors import OutputError
from recognizer.faces import FaceFinder
from recognizer.frames import Frame, Image
from training.__main__ import main as training_main
from training.synthesis.clips.clip import write_clip
from training.synthesis.clips.demo import ClipTruth, demo_performance, parser

ROOT = Path(__file__).resolve().parents[4]
CLIP = ROOT / "player" / "assets" / "demo.mp4"
MODEL_CARD = ROOT / "models" / "emotion.yaml"
STRIDE = 5


Truth = dict[str, Any]


@pytest.fixture(scope="module")
def truth() -> Truth:
    """The ground truth that lies beside the clip."""
    return dict(yaml.safe_load(CLIP.with_suffix(".yaml").read_text(encoding="utf-8")))


def clip_frames() -> Iterator[Image]:
    """Every frame of the clip."""
    capture = cv2.VideoCapture(str(CLIP))
    there, image = capture.read()
    while there:
        yield np.asarray(image, dtype=np.uint8)
        there, image = capture.read()
    capture.release()


@pytest.fixture(scope="module")
def crops(truth: Truth, face_model: Path) -> list[Image]:
    """The aligned face of every frame; fails where a frame has no face, or more than one."""
    aligned = []
    with FaceFinder(face_model) as finder:
        for index, image in enumerate(clip_frames()):
            faces = finder.find(Frame(image, index, index / truth["frames_per_second"], 0.0))
            assert len(faces) == 1, f"frame {index}: {len(faces)} faces"
            aligned.append(crop_for(load_card(MODEL_CARD).input, image, faces[0].landmarks_px))
    return aligned


def test_the_clip_is_small_and_as_long_as_it_says(truth: Truth) -> None:
    assert CLIP.stat().st_size <= 1_000_000
    capture = cv2.VideoCapture(str(CLIP))
    assert (capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (640, 480)
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(truth["frames_per_second"])
    capture.release()
    last = truth["segments"][-1]["end_seconds"]
    assert truth["frame_count"] == pytest.approx(last * truth["frames_per_second"])
    assert 20.0 <= last <= 40.0


def test_the_ground_truth_is_the_story_the_command_tells(truth: Truth) -> None:
    told = demo_performance(truth["seed"]).segments
    assert [segment["emotion"] for segment in truth["segments"]] == [str(segment.emotion) for segment in told]
    assert [segment["onset_seconds"] for segment in truth["segments"]] == pytest.approx(
        [segment.onset_seconds for segment in told]
    )


def test_every_frame_shows_one_face(truth: Truth, crops: list[Image]) -> None:
    assert len(crops) == truth["frame_count"]


def test_each_hold_reads_as_meant(truth: Truth, crops: list[Image]) -> None:
    """In each hold the mean of the default model's probabilities names the emotion that was meant."""
    if not MODEL_CARD.is_file():
        pytest.skip(f"{MODEL_CARD.name} is missing: the default emotion model was not made yet")
    classifier = Classifier.load(MODEL_CARD)
    rate = truth["frames_per_second"]
    for segment in truth["segments"]:
        hold = range(int(segment["apex_seconds"] * rate), int(segment["offset_seconds"] * rate), STRIDE)
        mean = classifier.probabilities(np.stack([crops[index] for index in hold])).mean(axis=0)
        assert EMOTIONS[int(mean.argmax())] == segment["emotion"], f"{segment}: {mean.round(2)}"


def test_the_clip_loops_without_a_jump() -> None:
    images = list(clip_frames())
    seam = np.abs(images[0].astype(int) - images[-1].astype(int)).mean()
    assert seam < 2.0, "grey levels, mean over the picture"


def test_a_clip_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    images = [np.full((48, 64, 3), shade, dtype=np.uint8) for shade in (0, 100, 200)]
    write_clip(tmp_path / "a.mp4", images, 25.0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]

    def broken() -> Iterator[Image]:
        yield images[0]
        raise OutputError("stopped")

    with pytest.raises(OutputError, match="stopped"):
        write_clip(tmp_path / "b.mp4", broken(), 25.0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_the_same_frames_make_the_same_file(tmp_path: Path) -> None:
    images = [np.full((48, 64, 3), shade, dtype=np.uint8) for shade in range(0, 200, 10)]
    for name in ("a.mp4", "b.mp4"):
        write_clip(tmp_path / name, images, 25.0)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize(("name", "reason"), [("nowhere/a.mp4", "no such folder"), ("a.avi", "ends in .mp4")])
def test_a_target_that_cannot_work_is_refused_in_one_line_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, reason: str
) -> None:
    assert training_main(["demo-clip", "--out", str(tmp_path / name)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert reason in lines[0]


def test_wrong_usage_is_exit_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        parser().parse_args(["--seed", "many"])
    assert stop.value.code == 2
    assert "--seed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "wanted"),
    [
        ("--seed", "-1", "from 0 to 4294967295"),
        ("--seed", "4294967296", "from 0 to 4294967295"),
        ("--supersample", "0", "from 1 to 4"),
        ("--supersample", "nan", "from 1 to 4"),
        ("--supersample", "much", "from 1 to 4"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_those_that_can(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, wanted: str
) -> None:
    with pytest.raises(SystemExit) as stop:
        training_main(["demo-clip", "--out", str(tmp_path / "a.mp4"), option, value])
    assert stop.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert f"{option}: {value} is not a" in last
    assert wanted in last


def test_ground_truth_is_readable(tmp_path: Path) -> None:
    told = ClipTruth("x.mp4", (640, 480), 25, 720, 7, demo_performance().segments)
    told.save(tmp_path / "x.yaml")
    back = yaml.safe_load((tmp_path / "x.yaml").read_text(encoding="utf-8"))
    assert back["size_px"] == [640, 480]
    assert {segment["emotion"] for segment in back["segments"]} >= {
        "neutral",
        "happy",
        "surprise",
        "sad",
        "angry",
    }
