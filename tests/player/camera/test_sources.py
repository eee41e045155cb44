from __future__ import annotations

from pathlib import Path

import pytest

from player.camera.sources import open_for_player
from recognizer.errors import SourceError
from tests.recognizer.clips import write_pictures, write_video

NO_CAMERA = "977"


def test_recordings_are_played_at_their_pace_again_and_again(tmp_path: Path) -> None:
    for spec in (write_video(tmp_path / "clip.mp4", frames=3), write_pictures(tmp_path / "pictures", 1)):
        opened = open_for_player(str(spec))
        with opened.source as source:
            frames = [source.read() for _ in range(2)]
            assert source.live
        assert all(frames)
        assert not opened.is_camera
        assert opened.remark == ""


def test_a_camera_that_is_not_there_is_replaced_by_the_demo_clip_with_one_line(tmp_path: Path) -> None:
    demo = write_video(tmp_path / "demo.mp4")
    for configured, part in (
        ("auto", "no camera found"),
        (NO_CAMERA, f"camera {NO_CAMERA}: cannot be opened"),
    ):
        opened = open_for_player(configured, demo)
        opened.source.close()
        if configured == "auto" and opened.is_camera:
            continue  # this machine has one
        assert part in opened.remark
        assert "demo clip" in opened.remark
        assert "\n" not in opened.remark
        assert not opened.is_camera


def test_without_camera_and_demo_clip_the_cameras_error_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"camera {NO_CAMERA}"):
        open_for_player(NO_CAMERA, tmp_path / "none.mp4")


def test_a_mistyped_file_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such video"):
        open_for_player(str(tmp_path / "typo.mp4"), write_video(tmp_path / "demo.mp4"))
