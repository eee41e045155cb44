from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from player.config import Settings, settings_of
from player.messages.view_state import PersonView
from player.music.library.database import Database
from player.people.listener import ABSENCE_SECONDS, Listener
from player.people.store import PersonStore
from recognizer.affect import EMOTIONS, Affect, Emotion, FaceBox, HeadPose, Mood, Reading
from recognizer.frames import Frame
from recognizer.pipeline import Analysis
from recognizer.steady import Baseline, log_odds
from tests.player.people.faces import GLOOMY, analysed, seen
from tests.recognizer.timelines import showing

POSE = HeadPose(0.0, 0.0, 0.0)


def reading(face_id: int, side_px: float) -> Reading:
    box = FaceBox(0, 0, side_px, side_px)
    even = (1 / 7,) * 7
    return Reading(0.0, 0, face_id, box, even, Affect(0.0, 0.0), POSE, (0.0,) * 52, 1.0)


def mood(face_id: int, emotion: Emotion | None) -> Mood:
    probabilities = (1 / 7,) * len(EMOTIONS) if emotion is None else showing(emotion)
    return Mood(0.0, face_id, emotion, 0.8, Affect(0.5, 0.5), probabilities)


def analysis(readings: list[Reading], moods: list[Mood], index: int = 0) -> Analysis:
    frame = Frame(np.empty((0, 0, 3), np.uint8), index, 0.0, 12.5)
    return Analysis(frame, (), tuple(readings), tuple(moods), {})


def test_a_changed_emotion_is_told_once() -> None:
    listener = Listener(Settings())
    seen = [reading(1, 100)]
    first = listener.take(analysis(seen, [mood(1, Emotion.HAPPY)], 4), 10.0)
    assert first is not None
    assert (first.before, first.mood.emotion, first.frame_index) == (None, Emotion.HAPPY, 4)
    assert listener.take(analysis(seen, [mood(1, Emotion.HAPPY)]), 10.1) is None
    second = listener.take(analysis(seen, [mood(1, None)]), 10.2)
    assert second is not None
    assert (second.before, second.mood.emotion) == (Emotion.HAPPY, None)


def test_somebody_else_in_front_changes_the_mood_without_changing_their_own() -> None:
    listener = Listener(Settings())
    moods = [mood(1, Emotion.HAPPY), mood(2, Emotion.SAD)]
    listener.take(analysis([reading(1, 100), reading(2, 50)], moods), 10.0)
    change = listener.take(analysis([reading(1, 100), reading(2, 200)], moods), 10.1)
    assert change is not None
    assert change.mood.emotion is Emotion.SAD
    assert [face.leads for face in listener.faces] == [False, True]


def test_a_face_out_of_sight_leads_a_moment_longer_and_then_nobody_does() -> None:
    listener = Listener(Settings())
    moods = [mood(1, Emotion.HAPPY)]
    listener.take(analysis([reading(1, 100)], moods), 10.0)
    listener.take(analysis([], moods), 10.0 + ABSENCE_SECONDS / 2)
    assert listener.emotion is Emotion.HAPPY
    listener.take(analysis([], moods), 10.1 + ABSENCE_SECONDS)
    assert listener.mood is None
    assert listener.mood_view() is None


def test_the_history_has_few_points_and_forgets_the_old_ones() -> None:
    listener = Listener(settings_of({"window": {"history_minutes": 0.5}}, "test"))
    for step in range(30 * 60):
        listener.take(analysis([reading(1, 100)], [mood(1, Emotion.HAPPY)]), step / 30)
    times = [point.time_seconds for point in listener.history]
    assert 60 <= len(times) <= 140
    assert times[-1] - times[0] <= 30.3
    assert times == sorted(times)


def test_a_closed_camera_forgets_who_was_seen() -> None:
    listener = Listener(Settings())
    listener.take(analysis([reading(1, 100)], [mood(1, Emotion.HAPPY)]), 10.0)
    listener.forget_faces()
    assert (listener.mood, listener.emotion, listener.faces) == (None, None, ())
    again = listener.take(analysis([reading(1, 100)], [mood(1, Emotion.HAPPY)]), 11.0)
    assert again is not None


GLOOMY_AT_REST = pytest.approx(log_odds(GLOOMY))


def listening(**listener: object) -> Listener:
    return Listener(settings_of({"listener": listener}, "test"))


def show(listener: Listener, start: float, seconds: float, face_id: int = 1) -> None:
    """Let somebody gloomy rest before the camera."""
    for index in range(round(seconds * 20)):
        now = start + index / 20
        listener.take(analysed([seen(now, GLOOMY, face_id)]), now)


def test_a_capture_is_asked_for_seen_through_and_handed_to_the_steadying(tmp_path: Path) -> None:
    adopted: list[tuple[int, Baseline]] = []
    database = Database(tmp_path / "library.db")
    store = PersonStore(database)
    listener = Listener(Settings(), store, lambda *told: adopted.append(told))
    assert listener.calibration(0.0) is None
    show(listener, 0.0, 1.0)
    listener.begin_neutral(1.0, "Ada")
    show(listener, 1.0, 5.0)
    half = listener.calibration(6.0)
    assert half is not None
    assert 0.4 < half.progress < 0.6
    show(listener, 6.0, 6.0)
    done = listener.calibration(12.0)
    assert done is not None
    assert done.progress == 1
    ((face_id, baseline),) = adopted
    assert face_id == 1
    assert baseline.captured_logits == GLOOMY_AT_REST
    assert listener.people() == (PersonView("Ada", in_view=True),)
    (kept,) = store.everybody()
    database.close()
    assert kept.name == "Ada"
    assert kept.baseline.captured_logits == GLOOMY_AT_REST


def test_a_name_that_cannot_be_kept_is_said_in_the_window(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")
    listener = Listener(Settings(), PersonStore(database))
    listener.begin_neutral(0.0, "x" * 99)
    show(listener, 0.0, 11.0)
    view = listener.calibration(11.0)
    database.close()
    assert view is not None
    assert view.failed
    assert "cannot be a person's name" in view.words


def test_the_name_in_the_settings_is_the_one_to_keep() -> None:
    listener = listening(name="Ada")
    listener.begin_neutral(0.0)
    show(listener, 0.0, 11.0)
    assert [person.name for person in listener.people()] == ["Ada"]


def test_who_is_followed_leads_and_nobody_in_their_place() -> None:
    listener = Listener(Settings())
    listener.begin_neutral(0.0, "Ada")
    show(listener, 0.0, 11.0)
    assert listener.follow("Ada") == "The music follows Ada"
    moods = [mood(1, Emotion.SAD), mood(2, Emotion.HAPPY)]
    big = seen(12.0, face_id=2, side_px=400)
    change = listener.take(analysed([seen(12.0, face_id=1), big], moods), 12.0)
    assert change is not None
    assert change.mood.emotion is Emotion.SAD
    listener.take(analysed([big], moods), 12.1 + ABSENCE_SECONDS)
    assert listener.mood is None
    assert listener.people() == (PersonView("Ada", in_view=False, followed=True),)
    listener.follow(None)
    listener.take(analysed([big], moods), 15.0)
    assert listener.emotion is Emotion.HAPPY


def test_the_listener_is_believed_about_who_is_in_front() -> None:
    listener = Listener(Settings())
    listener.begin_neutral(0.0, "Ada")
    show(listener, 0.0, 11.0)
    show(listener, 20.0, 1.0, face_id=5)
    assert not listener.people()[0].in_view
    listener.follow("Ada")
    assert listener.people()[0].in_view


def test_nobody_unknown_can_be_followed() -> None:
    listener = Listener(Settings())
    assert "Nobody is known as Bo" in listener.follow("Bo")
    assert listener.followed is None


def test_everybody_together_leads_with_one_steady_mood() -> None:
    listener = listening(follow="average")
    changes = []
    for index in range(60):
        now = index / 20
        both = [mood(1, Emotion.HAPPY), mood(2, Emotion.HAPPY)]
        changes.append(listener.take(analysed([seen(now, face_id=1), seen(now, face_id=2)], both), now))
    told = [change.mood.emotion for change in changes if change is not None]
    assert told == [Emotion.HAPPY]
    assert all(face.leads for face in listener.faces)
    listener.take(analysed([]), 3.0)
    assert listener.emotion is Emotion.HAPPY
    listener.take(analysed([]), 3.1 + ABSENCE_SECONDS)
    assert listener.mood is None


def test_people_who_are_forgotten_are_followed_no_longer() -> None:
    listener = Listener(Settings())
    listener.begin_neutral(0.0, "Ada")
    show(listener, 0.0, 11.0)
    listener.follow("Ada")
    listener.forget_people()
    assert listener.people() == ()
    assert listener.followed is None
