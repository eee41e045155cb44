"""Choice of who drives the music: the person in front, everybody on average, or somebody by name. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from recognizer.affect import Mood, Reading
from recognizer.circumplex import affect_of

RIVAL_FACTOR = 1.3
"""Another face must be this much larger to take the lead, so that two people side by side do not take turns."""


def leading_face(leader: int | None, readings: Iterable[Reading]) -> Reading | None:
    """The face in front: the largest one, but the one that leads stays unless another is clearly larger."""
    faces = {reading.face_id: reading for reading in readings}
    largest = max(faces.values(), key=lambda each: (each.box.area_px, -each.face_id), default=None)
    current = faces.get(leader) if leader is not None else None
    if largest is None or current is None:
        return largest
    return largest if largest.box.area_px > RIVAL_FACTOR * current.box.area_px else current


def named_face(name: str, names: Mapping[int, str], readings: Iterable[Reading]) -> Reading | None:
    """The face that is known by this name; `names` tells names by face id. None while that person is not in view."""
    return next((reading for reading in readings if names.get(reading.face_id) == name), None)


def average_reading(readings: Sequence[Reading], moods: Sequence[Mood], face_id: int) -> Reading | None:
    """Everybody in view as one face, each with the same say; None with nobody in view.

    The probabilities are the mean of the steadied ones, so that each person's resting face is taken off before they
    are mixed. The rest is that of the face in front. Poorly seen people keep their say: a look away is no opinion.
    """
    seen = {reading.face_id for reading in readings}
    columns = list(zip(*(mood.probabilities for mood in moods if mood.face_id in seen), strict=True))
    front = leading_face(None, readings)
    if front is None or not columns:
        return None
    mean = tuple(sum(column) / len(column) for column in columns)
    return Reading(
        time_seconds=front.time_seconds,
        frame_index=front.frame_index,
        face_id=face_id,
        box=front.box,
        probabilities=mean,
        affect=affect_of(mean),
        pose=front.pose,
        blendshapes=front.blendshapes,
        quality=1.0,
    )
