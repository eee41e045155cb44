"""What a recipe says about the course of a fit: which size when, and how long the rest will take."""

from __future__ import annotations

from training.fit_recipe import FitRecipe


def steps_per_epoch(recipe: FitRecipe, train_faces: int) -> int:
    """How many whole batches an epoch learns from: one pass, or the recipe's `epoch_steps` where they are fewer."""
    one_pass = max(1, train_faces // recipe.batch)
    return min(one_pass, recipe.epoch_steps or one_pass)


def size_of_epoch(recipe: FitRecipe, epoch: int, net_size_px: int) -> int:
    """The image size in pixels at which this epoch is shown; the net's own where the recipe names no sizes."""
    sizes = [phase.size_px for phase in recipe.sizes if phase.from_epoch <= epoch]
    return sizes[-1] if sizes else net_size_px


def seconds_left(
    recipe: FitRecipe, net_size_px: int, epochs_done: float, seconds_per_epoch: float, size_px: int
) -> float:
    """About how long the rest of a fit takes, when an epoch at `size_px` takes `seconds_per_epoch`.

    A step's work grows with the area of its images. `epochs_done` may have a fraction.
    """
    whole = int(epochs_done)
    areas = [size_of_epoch(recipe, epoch, net_size_px) ** 2 for epoch in range(whole, recipe.epochs)]
    if not areas:
        return 0.0
    rest = sum(areas) - areas[0] * (epochs_done - whole)
    return seconds_per_epoch * rest / size_px**2
