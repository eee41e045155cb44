from __future__ import annotations

import numpy as np

from player.config import Settings, settings_of
from player.listener import ABSENCE_SECONDS, Listener
from recognizer.affect import EMOTIONS, Affect, Emotion, FaceBox, HeadPose, Mood, Reading
from recognizer.frames import Frame
from recognizer.pipeline import Analysis

POSE = HeadPose(0.0, 0.0, 0.0)


def reading(face_id: int, side_px: float) -> Reading:
    box = FaceBox(0, 0, side_px, side_px)
    even = (1 / 7,) * 7
    return Reading(0.0, 0, face_id, box, even, Affect(0.0, 0.0), POSE, (0.0,) * 52, 1.0)


def mood(face_id: int, emotion: Emotion | None) -> Mood:
    return Mood(0.0, face_id, emotion, 0.8, Affect(0.5, 0.5), (1 / 7,) * len(EMOTIONS))


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
