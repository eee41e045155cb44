"""Fitting a recipe: material, losses, steps, checkpoints, and the folder of a run."""
