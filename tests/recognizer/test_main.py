"""The command as a person uses it: what it writes, what it says, how it ends."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from recognizer.__main__ import main
from recognizer.affect import EMOTIONS
from recognizer.capture import VideoSource
from recognizer.card import InputSpec
from recognizer.classify import Classifier
from recognizer.crop import crop_for
from recognizer.faces import FaceFinder
from tests.data import REPOSITORY, outside
from tests.recognizer.models import write_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_model(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def short_clip(tmp_path_factory: pytest.TempPathFactory, smiling_clip: Path) -> Path:
    """The first frames of a real clip."""
    path = tmp_path_factory.mktemp("clip") / "short.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 30.0, (640, 360))
    with VideoSource(smiling_clip) as source:
        for _ in range(20):
            frame = source.read()
            assert frame is not None
            writer.write(frame.image)
    writer.release()
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("face_model")
def test_rows_and_an_annotated_video_are_made_from_a_clip(
    short_clip: Path, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, video = tmp_path / "rows.csv", tmp_path / "seen.mp4"
    assert main([str(short_clip), "--model", model, "--out", str(out), "--video", str(video)]) == 0
    rows = rows_of(out)
    assert [int(row["frame"]) for row in rows] == list(range(20))
    assert {row["face_id"] for row in rows} == {"0"}
    with VideoSource(video) as source:
        assert len(list(source)) == 20
    said = capsys.readouterr()
    assert "20 frames, 1 face\n20 rows in " in said.out
    assert said.err == ""


def test_another_model_reads_the_faces_in_its_own_size_and_colours(
    short_clip: Path, face_model: Path, tmp_path: Path
) -> None:
    spec = InputSpec((112, 112), 3, "NHWC", "rgb", 1 / 255, (0.5,) * 3, (0.5,) * 3, "input")
    card = write_model(
        tmp_path, labels=("happy", "sad", "fear", "anger", "calm", "disgust", "surprise"), spec=spec
    )
    written = []
    for model in (card, card.with_name("tiny.onnx")):
        out = tmp_path / f"{model.suffix[1:]}.csv"
        assert main([str(short_clip), "--model", str(model), "--out", str(out), "--quiet"]) == 0
        written.append(out.read_text())
    assert written[0] == written[1]
    with VideoSource(short_clip) as clip, FaceFinder(face_model) as finder:
        frame = next(iter(clip))
        crop = crop_for(spec, frame.image, finder.find(frame)[0].landmarks_px)
    assert crop.shape == (112, 112, 3)
    read = Classifier.load(card).probabilities(crop[None])[0]
    row = rows_of(tmp_path / "yaml.csv")[0]
    assert [float(row[f"p_{emotion}"]) for emotion in EMOTIONS] == pytest.approx(read, abs=1e-4)


@pytest.mark.usefixtures("face_model")
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_every_run_gives_the_same_file(short_clip: Path, model: str, tmp_path: Path, ending: str) -> None:
    files = [tmp_path / f"{name}.{ending}" for name in "ab"]
    for file in files:
        assert main([str(short_clip), "--model", model, "--out", str(file), "--quiet"]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.usefixtures("face_model")
def test_several_faces_have_numbers_of_their_own(model: str, tmp_path: Path) -> None:
    photo = outside("photos", "dlib_2008_001322.jpg")
    out = tmp_path / "rows.csv"
    assert main([str(photo), "--model", model, "--out", str(out), "--quiet"]) == 0
    rows = rows_of(out)
    assert len(rows) == 3
    assert len({row["face_id"] for row in rows}) == 3
    assert main([str(photo), "--model", model, "--out", str(out), "--quiet", "--faces", "1"]) == 0
    assert len(rows_of(out)) == 1


@pytest.mark.usefixtures("face_model")
def test_a_folder_of_pictures_is_read_in_order_and_broken_ones_are_left_out(
    short_clip: Path, model: str, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    with VideoSource(short_clip) as source:
        frame = source.read()
    assert frame is not None
    cv2.imwrite(str(folder / "a.png"), frame.image)
    (folder / "b.jpg").write_bytes(b"not a picture")
    cv2.imwrite(str(folder / "c.png"), np.zeros((200, 300, 3), np.uint8))
    cv2.imwrite(str(folder / "d.png"), frame.image)
    out = tmp_path / "rows.csv"
    assert main([str(folder), "--model", model, "--out", str(out)]) == 0
    assert [row["frame"] for row in rows_of(out)] == ["0", "3"]


@pytest.mark.usefixtures("face_model")
def test_only_so_much_as_wanted_is_read(short_clip: Path, model: str, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    assert main([str(short_clip), "--model", model, "--out", str(out), "--seconds", "0.2", "--quiet"]) == 0
    assert len(rows_of(out)) == 6


@pytest.mark.usefixtures("face_model")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.mp4"], 1, "nowhere.mp4"),
        (["broken.mp4"], 1, "broken.mp4"),
        (["empty"], 1, "no images"),
        (["ftp://example.org/a.mp4"], 1, "ftp"),
        (["97"], 1, "camera 97"),
        (["broken.mp4", "--out", "rows.xlsx"], 2, ".csv"),
        (["broken.mp4", "--out", "nowhere/rows.csv"], 1, "no folder"),
        (["broken.mp4", "--video", "seen.avi"], 2, ".mp4"),
        (["broken.mp4", "--video", "broken.mp4"], 2, "overwrite the source"),
        (["broken.mp4", "--faces", "0"], 2, "--faces"),
        (["broken.mp4", "--faces", "many"], 2, "--faces"),
        (["broken.mp4", "--seconds", "-1"], 2, "--seconds"),
        (["broken.mp4", "--colour"], 2, "--colour"),
        ([], 2, "source"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    arguments: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.mp4").write_bytes(b"\0" * 1000)
    (tmp_path / "empty").mkdir()
    assert main(arguments) == code
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert says in said.err


@pytest.mark.usefixtures("face_model")
def test_a_model_or_face_model_that_is_missing_is_said_in_one_line(
    short_clip: Path, model: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    absent = str(tmp_path / "absent")
    for wrong in (["--model", absent], ["--model", model, "--face-model", absent]):
        assert main([str(short_clip), *wrong]) == 1
        said = capfd.readouterr().err
        assert said.count("\n") == 1
        assert "absent" in said


@pytest.mark.usefixtures("face_model")
@pytest.mark.skipif(os.name != "posix", reason="sends a POSIX signal")
def test_ctrl_c_keeps_what_was_written(smiling_clip: Path, model: str, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    command = [sys.executable, "-m", "recognizer", str(smiling_clip), "--model", model, "--out", str(out)]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    part = tmp_path / ".rows.csv.part"
    while process.poll() is None and not (part.exists() and part.stat().st_size > 5000):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said, complaints = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "kept" in said
    assert complaints == ""
    rows = rows_of(out)
    assert 0 < len(rows) <= 72
    assert all(None not in row.values() for row in rows)
    assert not part.exists()


def test_help_explains_the_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(option in said for option in ("--out", "--video", "--model", "--faces", "SOURCE"))
