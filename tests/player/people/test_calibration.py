"""What the listener is told while a neutral face is captured."""

from __future__ import annotations

from player.people.calibration import BLIND_SECONDS, SHOWN_SECONDS, Calibration
from player.people.neutral import Captured, CaptureObstacle
from tests.player.people.faces import seen


def run(calibration: Calibration, start: float, seconds: float) -> Captured | None:
    """Show a resting face for so long."""
    for index in range(round(seconds * 20)):
        now = start + index / 20
        result = calibration.take([seen(now)], now)
        if result is not None:
            return result
    return None


def test_nothing_is_shown_until_a_capture_begins() -> None:
    assert Calibration().view(0.0) is None
    assert Calibration().take([seen(0.0)], 0.0) is None


def test_progress_grows_and_the_seconds_left_are_counted_down() -> None:
    calibration = Calibration()
    calibration.begin(0.0, 10.0, "Ada")
    shares = []
    for half in range(6):
        assert run(calibration, half * 1.5, 1.5) is None
        view = calibration.view(half * 1.5 + 1.5)
        assert view is not None
        assert view.running
        shares.append(view.progress)
        assert view.words.endswith(f"{round(10 * (1 - view.progress) + 0.49)} s")
    assert shares == sorted(shares)
    captured = run(calibration, 9.0, 3.0)
    assert isinstance(captured, Captured)
    done = calibration.view(10.5)
    assert done is not None
    assert (done.progress, done.running, done.failed) == (1.0, False, False)
    assert "Ada" in done.words
    assert calibration.view(10.5 + SHOWN_SECONDS) is None


def test_what_is_in_the_way_is_said_at_once() -> None:
    calibration = Calibration()
    calibration.begin(0.0, 10.0, "")
    calibration.take([seen(0.0, yaw_degrees=40)], 0.0)
    view = calibration.view(0.1)
    assert view is not None
    assert view.words == CaptureObstacle.TURNED


def test_without_any_picture_it_ends_by_itself() -> None:
    calibration = Calibration()
    calibration.begin(0.0, 10.0, "")
    for second in range(40):
        view = calibration.view(float(second))
        if view is not None and not view.running:
            assert view.failed
            assert view.words.startswith(str(CaptureObstacle.NOBODY))
            assert second > 30 - BLIND_SECONDS
            return
    raise AssertionError("the capture went on for ever")


def test_a_camera_that_closes_ends_it_with_a_word() -> None:
    calibration = Calibration()
    calibration.stop()
    assert calibration.view(0.0) is None
    calibration.begin(0.0, 10.0, "")
    run(calibration, 0.0, 2.0)
    calibration.stop()
    view = calibration.view(2.5)
    assert view is not None
    assert view.failed
    assert "camera was closed" in view.words


def test_beginning_again_forgets_what_was_seen() -> None:
    calibration = Calibration()
    calibration.begin(0.0, 10.0, "")
    run(calibration, 0.0, 8.0)
    calibration.begin(8.0, 10.0, "")
    view = calibration.view(8.0)
    assert view is not None
    assert view.progress == 0
