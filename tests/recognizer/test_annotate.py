"""What is drawn: everything stays inside the picture, hides no face, and the video holds every frame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recognizer.affect import Emotion, FaceBox, Mood
from recognizer.annotate import AnnotatedVideo, check_video_path, draw
from recognizer.capture import VideoSource
from recognizer.circumplex import affect_of
from recognizer.errors import OutputError, UsageError
from recognizer.frames import Frame
from recognizer.pipeline import Analysis
from tests.recognizer.timelines import reading, showing

HAPPY = showing(Emotion.HAPPY)
GREY = 100


def scene(
    *boxes: FaceBox,
    size: tuple[int, int] = (640, 480),
    emotion: Emotion | None = Emotion.HAPPY,
    seconds: float = 0.0,
) -> Analysis:
    picture = np.full((size[1], size[0], 3), GREY, np.uint8)
    readings = tuple(
        replace(reading(seconds, HAPPY, face_id=number), box=box) for number, box in enumerate(boxes)
    )
    moods = tuple(Mood(seconds, n, emotion, 0.9, affect_of(HAPPY), HAPPY) for n in range(len(boxes)))
    return Analysis(Frame(picture, 0, seconds, seconds), (), readings, moods, {})


def changed(analysis: Analysis) -> NDArray[np.bool_]:
    return np.asarray((draw(analysis) != analysis.frame.image).any(axis=2))


def test_without_faces_nothing_is_drawn() -> None:
    assert not changed(scene()).any()


def test_the_frame_itself_is_left_alone() -> None:
    analysis = scene(FaceBox(200, 150, 160, 200))
    draw(analysis)
    assert (analysis.frame.image == GREY).all()


def test_a_face_gets_a_box_a_name_and_bars_but_stays_visible() -> None:
    marked = changed(scene(FaceBox(200, 150, 160, 200)))
    assert marked[140:160, 195:215].any()
    assert marked[110:145, 200:260].any()
    assert marked[150:300, 375:500].any()
    assert not marked[200:300, 230:330].any()


def test_the_emotion_can_be_told_by_its_colour_and_not_sure_is_drawn_too() -> None:
    box = FaceBox(200, 150, 160, 200)
    pictures = [draw(scene(box, emotion=emotion)) for emotion in (*Emotion, None)]
    corners = {tuple(int(v) for v in picture[150, 220]) for picture in pictures}
    assert len(corners) == 8


@pytest.mark.parametrize(
    "boxes",
    [
        [FaceBox(-60, -80, 200, 260)],
        [FaceBox(560, 400, 200, 260)],
        [FaceBox(-100, -100, 900, 900)],
        [FaceBox(10, 10, 6, 6)],
        [FaceBox(40 * n, 100, 36, 44) for n in range(16)],
    ],
)
@pytest.mark.parametrize("size", [(640, 480), (160, 120), (1920, 1080), (90, 320)])
def test_faces_anywhere_in_pictures_of_any_size_can_be_drawn(
    boxes: list[FaceBox], size: tuple[int, int]
) -> None:
    assert changed(scene(*boxes, size=size)).any()


def test_the_bars_of_one_person_hide_no_other_face() -> None:
    first, second = FaceBox(120, 150, 120, 150), FaceBox(280, 150, 100, 130)
    marked = changed(scene(first, second))
    assert not marked[190:250, 310:350].any()
    assert not marked[190:260, 150:210].any()


def test_a_video_has_every_frame_and_appears_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "seen.mp4"
    with AnnotatedVideo(path, 30.0) as video:
        for index in range(12):
            video.write(scene(FaceBox(200, 150, 160, 200), seconds=index / 30))
        assert not path.exists()
    video.close()
    with VideoSource(path) as source:
        assert len(list(source)) == 12
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["seen.mp4", "seen:1.mp4"])
def test_every_frame_of_a_video_keeps_its_own_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with AnnotatedVideo(path, 10.0) as video:
        for seconds in (5.0, 5.033, 5.5, 30.0):
            video.write(scene(seconds=seconds))
    with VideoSource(path) as source:
        assert [frame.time_seconds for frame in source] == pytest.approx([0, 0.033, 0.5, 25.0])
        assert source.duration_seconds == pytest.approx(25.1)


def test_pictures_of_several_sizes_share_one_video(tmp_path: Path) -> None:
    path = tmp_path / "seen.mp4"
    with AnnotatedVideo(path, 1.0) as video:
        for size in ((640, 480), (200, 600), (1280, 720)):
            video.write(scene(size=size))
    with VideoSource(path) as source:
        assert {frame.image.shape for frame in source} == {(480, 640, 3)}


def test_no_frames_make_no_video(tmp_path: Path) -> None:
    AnnotatedVideo(tmp_path / "seen.mp4", 30.0).close()
    assert not list(tmp_path.iterdir())


def test_only_mp4_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.mp4"):
        check_video_path(tmp_path / "seen.avi")


def test_a_video_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="cannot be written"),
        AnnotatedVideo(tmp_path / "no" / "x.mp4", 30) as video,
    ):
        video.write(scene())
