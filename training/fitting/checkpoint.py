"""Files of a run that survive a kill -9: written beside their place, synced, then renamed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from recognizer.whole_file import replacing
from training.errors import DataError


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write `state` so that `path` holds either the old or the new checkpoint, never half of one."""
    with replacing(path) as file:
        torch.save(state, file)


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read a checkpoint.

    Raises:
        DataError: it is missing or unreadable.
    """
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True)
    except FileNotFoundError as error:
        raise DataError(f"{path}: no checkpoint there; fit the recipe first") from error
    except Exception as error:
        raise DataError(
            f"{path}: not a readable checkpoint ({type(error).__name__}); fit the recipe again"
        ) from error
    return state
