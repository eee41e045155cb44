"""What a person sees of a fit while it runs: a bar, a line for each epoch, and TensorBoard's files."""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self

from tqdm import tqdm

from recognizer.words import clock
from training.fit_recipe import FitRecipe
from training.fitting.history import Epoch, summary_line
from training.fitting.schedule import seconds_left, size_of_epoch

if TYPE_CHECKING:
    from training.fitting.fitter import Fitter

log = logging.getLogger(__name__)


class FitProgress:
    """Follows one fit; used as a context, so that the terminal and the files are left whole."""

    def __init__(self, folder: Path, recipe: FitRecipe, net_size_px: int, first_epoch: int) -> None:
        """`folder` is where TensorBoard's files go; what it holds of `first_epoch` and later is superseded."""
        from torch.utils.tensorboard import SummaryWriter

        self._recipe = recipe
        self._net_size_px = net_size_px
        self._writer = SummaryWriter(folder, purge_step=first_epoch)
        self._bar: tqdm[NoReturn] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close_bar()
        self._writer.close()

    def after_step(self, fitter: Fitter, done: int, of: int) -> None:
        """Move the bar on: the epoch with its time left, and the time left of the whole fit."""
        if self._bar is None:
            name = f"epoch {fitter.next_epoch + 1}/{self._recipe.epochs}"
            # No bar where nobody looks: a log file would be full of it.
            self._bar = tqdm(total=of, initial=done - 1, desc=name, leave=False, disable=None, unit="batch")
        left = self._left(fitter.next_epoch + done / of, fitter.epoch_seconds * of / done, fitter.next_epoch)
        self._bar.set_postfix_str(
            f"loss {fitter.epoch_loss / done:.3f}, fit {clock(left)} left", refresh=False
        )
        self._bar.update()

    def after_epoch(self, epoch: Epoch) -> None:
        """Say how the epoch went."""
        self._close_bar()
        left = self._left(epoch.epoch + 1, epoch.seconds, epoch.epoch)
        log.info(summary_line(epoch, self._recipe.epochs, left))
        figures = {
            "loss/train": epoch.loss,
            "loss/valid": epoch.valid_loss,
            "valid/accuracy": epoch.valid_accuracy,
            "valid/macro_f1": epoch.valid_macro_f1,
            "course/learning_rate": epoch.learning_rate,
            "course/images_per_second": epoch.images_per_second,
        }
        for name, value in figures.items():
            if value is not None:
                self._writer.add_scalar(name, value, epoch.epoch + 1)
        self._writer.flush()

    def _left(self, epochs_done: float, seconds_per_epoch: float, epoch: int) -> float:
        size_px = size_of_epoch(self._recipe, epoch, self._net_size_px)
        return seconds_left(self._recipe, self._net_size_px, epochs_done, seconds_per_epoch, size_px)

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
