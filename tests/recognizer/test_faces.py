from __future__ import annotations

import itertools
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recognizer.capture import FolderSource, VideoSource
from recognizer.errors import FaceModelError
from recognizer.faces import BLENDSHAPES, Face, FaceFinder, pose_of
from recognizer.frames import Frame
from tests.data import outside

ANGLES = st.floats(-80, 80)


def faces_in(clip: Path, model: Path, last_frame: int = 1000) -> list[tuple[Face, ...]]:
    """The faces of each frame up to the last one asked for."""
    with VideoSource(clip) as source, FaceFinder(model) as finder:
        return [finder.find(frame) for frame in source if frame.index <= last_frame]


@pytest.fixture(scope="module")
def smiling(smiling_clip: Path, face_model: Path) -> list[tuple[Face, ...]]:
    return faces_in(smiling_clip, face_model, last_frame=40)


def test_one_face_is_found_in_every_frame_and_keeps_its_number(smiling: list[tuple[Face, ...]]) -> None:
    assert [[face.face_id for face in faces] for faces in smiling] == [[0]] * 41


def test_a_face_has_landmarks_within_its_box_and_a_frontal_pose(smiling: list[tuple[Face, ...]]) -> None:
    face = smiling[0][0]
    assert face.landmarks_px.shape == (478, 2)
    assert face.landmarks_px.dtype == np.float32
    assert face.landmarks_px.min(axis=0) == pytest.approx((face.box.left_px, face.box.top_px))
    assert 140 < face.box.width_px < 170
    assert abs(face.pose.yaw_degrees) < 5
    assert abs(face.pose.pitch_degrees) < 10


def test_the_smile_shows_in_the_blendshapes(smiling: list[tuple[Face, ...]]) -> None:
    smile = [faces[0].blendshapes[BLENDSHAPES.index("mouthSmileLeft")] for faces in smiling]
    assert len(smiling[0][0].blendshapes) == len(BLENDSHAPES) == len(set(BLENDSHAPES)) == 52
    assert max(smile[:15]) < 0.2
    assert min(smile[25:]) > 0.5


def test_the_same_clip_gives_the_same_faces_on_every_run(
    smiling: list[tuple[Face, ...]], smiling_clip: Path, face_model: Path
) -> None:
    for (first,), (again,) in zip(smiling, faces_in(smiling_clip, face_model, last_frame=10), strict=False):
        assert (first.landmarks_px == again.landmarks_px).all()
        assert (first.blendshapes == again.blendshapes).all()
        assert first.pose == again.pose


def test_a_face_that_leaves_is_gone_and_a_cartoon_is_none(leaving_clip: Path, face_model: Path) -> None:
    with VideoSource(leaving_clip) as clip, FaceFinder(face_model) as finder:
        found = {
            frame.index: len(finder.find(frame))
            for frame in clip
            if 66 <= frame.index < 76 or frame.index > 158
        }
    assert found == {index: int(index < 72) for index in found}
    assert len(found) == 20


def test_several_faces_in_a_photo_have_numbers_of_their_own_and_a_dog_has_none(face_model: Path) -> None:
    with FolderSource(outside("photos")) as photos, FaceFinder(face_model, consecutive=False) as finder:
        found = [[face.face_id for face in finder.find(frame)] for frame in photos]
    assert [len(ids) for ids in found] == [0, 3, 2, 0, 1]
    assert sorted(itertools.chain(*found)) == list(range(6))


def test_a_head_turned_in_the_image_has_that_roll(smiling_clip: Path, face_model: Path) -> None:
    with VideoSource(smiling_clip) as clip:
        frame = clip.read()
    assert frame is not None
    clockwise = cv2.getRotationMatrix2D((320, 200), -30, 1.0)
    turned = cv2.warpAffine(frame.image, clockwise, (640, 360), borderMode=cv2.BORDER_REPLICATE)
    with FaceFinder(face_model, consecutive=False) as finder:
        rolls = [
            finder.find(Frame(np.asarray(image, np.uint8), 0, 0.0, 0.0))[0].pose.roll_degrees
            for image in (frame.image, turned)
        ]
    assert rolls[1] - rolls[0] == pytest.approx(30, abs=4)


def test_a_nose_that_points_to_the_images_right_is_positive_yaw(face_model: Path) -> None:
    with FolderSource(outside("photos")) as photos:
        frames = {frame.index: frame for frame in photos}
    with FaceFinder(face_model, consecutive=False) as finder:
        faces = finder.find(frames[1])
    for face in faces:
        nose, cheeks = face.landmarks_px[4, 0], face.landmarks_px[[234, 454], 0]
        off_centre = (nose - cheeks.mean()) / (cheeks[1] - cheeks[0])
        if abs(face.pose.roll_degrees) < 10:
            assert math.copysign(1, off_centre) == math.copysign(1, face.pose.yaw_degrees)


@given(ANGLES, ANGLES, ANGLES, st.floats(0.5, 2))
def test_pose_reads_yaw_pitch_and_roll_back(yaw: float, pitch: float, roll: float, scale: float) -> None:
    a, b, c = (math.radians(angle) for angle in (yaw, -pitch, -roll))
    about_y = np.array([[math.cos(a), 0, math.sin(a)], [0, 1, 0], [-math.sin(a), 0, math.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    about_z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    matrix = np.eye(4)
    matrix[:3, :3] = scale * about_y @ about_x @ about_z
    pose = pose_of(matrix.astype(np.float32))
    assert (pose.yaw_degrees, pose.pitch_degrees, pose.roll_degrees) == pytest.approx(
        (yaw, pitch, roll), abs=0.01
    )


def test_frames_whose_times_stand_still_or_go_back_are_taken(face_model: Path) -> None:
    with FaceFinder(face_model) as finder:
        for seconds in (5.0, 5.0, 1.0, 5.0001):
            assert finder.find(Frame(np.zeros((120, 160, 3), np.uint8), 0, seconds, 0.0)) == ()


def test_starting_says_nothing_on_the_terminal(face_model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with FaceFinder(face_model) as finder:
        finder.find(Frame(np.zeros((120, 160, 3), np.uint8), 0, 0.0, 0.0))
    assert capfd.readouterr() == ("", "")


def test_a_missing_or_damaged_face_model_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(FaceModelError, match=r"not there; fetch it with: python -m recognizer\.face_model"):
        FaceFinder(tmp_path / "none.task")
    (tmp_path / "half.task").write_bytes(b"half")
    with pytest.raises(FaceModelError, match="is damaged"):
        FaceFinder(tmp_path / "half.task")


def test_a_closed_finder_says_so(face_model: Path) -> None:
    finder = FaceFinder(face_model)
    finder.close()
    finder.close()
    with pytest.raises(FaceModelError, match="was closed"):
        finder.find(Frame(np.zeros((120, 160, 3), np.uint8), 0, 0.0, 0.0))
