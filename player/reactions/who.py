"""Who of several faces is the viewer: the one that was there first, known again by its shape."""

from __future__ import annotations

from player.people.face_matching import SAME_PERSON_LIMIT, ShapeSampler, metric
from recognizer.affect import Reading
from recognizer.face_shape import Shape, at_rest, is_frontal, shape_of
from recognizer.faces import Face
from recognizer.pipeline import Analysis, main_face

STRANGER_LIMIT = 2 * SAME_PERSON_LIMIT
"""A face that comes alone and is less like the viewer than this is somebody else."""


class ViewerKeeper:
    """Follows one viewer through a recording or session: others who come into view are not measured in their place.

    The largest face is the viewer's at first. As long as it stays in view it is followed by the finder's own number;
    when it comes back, or others are there, the face most like the viewer's shape is the viewer's.
    """

    def __init__(self) -> None:
        self._look = ShapeSampler()
        self._face_id: int | None = None

    def front(self, analysis: Analysis) -> Reading | None:
        """The viewer's reading in one picture; None while the viewer is not in it."""
        faces = {face.face_id: face for face in analysis.faces}
        chosen = self._chosen(analysis, faces)
        if chosen is not None:
            self._face_id = chosen.face_id
            self._look.add(faces[chosen.face_id], chosen)
        return chosen

    def _chosen(self, analysis: Analysis, faces: dict[int, Face]) -> Reading | None:
        known = next((each for each in analysis.readings if each.face_id == self._face_id), None)
        shape = self._look.shape
        if known is not None or shape is None:
            return known or main_face(analysis)
        apart = {each.face_id: _distance(each, faces[each.face_id], shape) for each in analysis.readings}
        likest = min(analysis.readings, key=lambda each: apart[each.face_id], default=None)
        return likest if likest is not None and apart[likest.face_id] <= STRANGER_LIMIT else None


def _distance(reading: Reading, face: Face, shape: Shape) -> float:
    """How unlike a face is to a shape; one that cannot be measured from here might be anybody's."""
    if not is_frontal(reading.pose) or not at_rest(reading.blendshapes):
        return STRANGER_LIMIT
    return metric().distance(shape_of(face), shape)
