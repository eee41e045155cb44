"""From the data part of a recipe to faces that a fit can use."""

from __future__ import annotations

from training.data.faces import FaceSet
from training.data.fer2013 import read_fer2013
from training.data.ferplus import join_votes
from training.data.recipe import DataRecipe


def load_faces(recipe: DataRecipe) -> FaceSet:
    """The recipe's faces, with the crowd's votes where it names them; raises DataError."""
    faces = read_fer2013(recipe.faces)
    return join_votes(faces, recipe.votes) if recipe.votes else faces
