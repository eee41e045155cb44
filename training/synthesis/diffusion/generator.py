"""The diffusion generator: a prompt, some candidates, and the one that shows the wanted emotion best."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from training.data.data_recipe import LARGEST_SEED
from training.fitting.run_folder import load_net
from training.synthesis.diffusion.checkpoint import (
    choose_device,
    find_checkpoint,
    find_parts,
    fingerprint,
    import_diffusers,
    load_pipeline,
)
from training.synthesis.diffusion.decode import decode, to_picture
from training.synthesis.diffusion.emotion_scorer import EmotionScorer, LandmarkFaceLocator
from training.synthesis.diffusion.guidance import EmotionGuide
from training.synthesis.diffusion.options import DiffusionOptions
from training.synthesis.diffusion.phrases import load_phrases
from training.synthesis.diffusion.prompts import Prompt, expression_of, write_prompt
from training.synthesis.generator import Generator, Options, checked_options
from training.synthesis.request import FaceRequest, Provenance, SyntheticFace


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One drawing: uint8 BGR [draw_px, draw_px, 3], its seed, and the scorer's score (None: no face, or not asked)."""

    picture: NDArray[np.uint8]
    seed: int
    score: float | None


class DiffusionGenerator(Generator):
    """Faces from text by an SDXL checkpoint."""

    name = "diffusion"
    version = "1"
    fills_machine = True

    def __init__(self, options: DiffusionOptions) -> None:
        import_diffusers()
        self.options = options
        self.checkpoint = find_checkpoint(options.checkpoint)
        find_parts(self.checkpoint)
        self.phrases = load_phrases(options.phrases)
        self.device = choose_device(options.device)
        if options.best_of > 1:
            self._scorer = EmotionScorer(options.critic, self._locator)
        if options.gradient:
            self._net = load_net(options.gradient.run).requires_grad_(False)

    def check(self, request: FaceRequest) -> None:
        """Raise RecipeError for action units of which none has a word."""
        expression_of(request, self.phrases)

    @cached_property
    def provenance(self) -> Provenance:
        """With the checkpoint's name and hash (reading all of it takes some seconds, once)."""
        return Provenance(self.name, self.version, fingerprint(self.checkpoint), self.options.licence)

    @cached_property
    def pipeline(self) -> Any:
        """The loaded checkpoint."""
        return load_pipeline(self.checkpoint, self.device)

    @cached_property
    def _locator(self) -> LandmarkFaceLocator:
        return LandmarkFaceLocator()

    def generate(self, request: FaceRequest, size_px: int) -> SyntheticFace:
        """The best of the candidates that are drawn for the request's prompt."""
        prompt = write_prompt(request, self.phrases, self.options.style)
        candidates = [
            self._draw(request, prompt, candidate_seed(request.seed, number))
            for number in range(self.options.best_of)
        ]
        chosen = best(candidates)
        how = cv2.INTER_AREA if size_px < self.options.draw_px else cv2.INTER_CUBIC
        image = np.asarray(cv2.resize(chosen.picture, (size_px, size_px), interpolation=how), np.uint8)
        return SyntheticFace(
            request,
            image,
            prompt.action_units,
            self.record(
                request,
                prompt=prompt.text,
                negative_prompt=prompt.negative,
                candidate_seed=chosen.seed,
                scores=[candidate.score for candidate in candidates],
                **self.options.model_dump(
                    mode="json", include={"steps", "guidance_scale", "draw_px", "gradient"}
                ),
            ),
        )

    def _draw(self, request: FaceRequest, prompt: Prompt, seed: int) -> Candidate:
        latents = self.pipeline(
            prompt=prompt.text,
            negative_prompt=prompt.negative,
            width=self.options.draw_px,
            height=self.options.draw_px,
            num_inference_steps=self.options.steps,
            guidance_scale=self.options.guidance_scale,
            # Noise from the CPU's generator is the same on every device.
            generator=torch.Generator("cpu").manual_seed(seed),
            output_type="latent",
            callback_on_step_end=self._guide(request),
        ).images
        with torch.no_grad():
            picture = to_picture(decode(self.pipeline, latents))
        judged = self.options.best_of > 1 and request.emotion is not None
        return Candidate(
            picture,
            seed,
            self._scorer.score(picture, request.emotion) if judged and request.emotion else None,
        )

    def _guide(self, request: FaceRequest) -> EmotionGuide | None:
        gradient = self.options.gradient
        if gradient is None or request.emotion is None:
            return None
        return EmotionGuide(
            self._net.to(self.device),
            self._net.size_px,
            self._net.channels,
            request.emotion,
            self._locator,
            gradient.scale,
            gradient.span,
            gradient.judge_px,
        )

    def close(self) -> None:
        """Free the landmarker; the pipeline goes with the generator."""
        if "_locator" in self.__dict__:
            self._locator.close()


def candidate_seed(seed: int, number: int) -> int:
    """The seed of a request's candidate `number`; the first has the request's own."""
    return (
        seed
        if number == 0
        else int(np.random.SeedSequence([seed, number]).generate_state(1)[0]) % LARGEST_SEED
    )


def best(candidates: list[Candidate]) -> Candidate:
    """The highest score; no face counts as lowest, and the first wins a tie."""
    return max(candidates, key=lambda candidate: -1.0 if candidate.score is None else candidate.score)


def open_generator(options: Options) -> DiffusionGenerator:
    """The generator that these options describe; raises as `Generator` says."""
    return DiffusionGenerator(checked_options(DiffusionOptions, options))
