"""What can go wrong offline.

SonrisaError
├── DataError    a data set that is missing, broken or not in the layout that was asked for
├── RecipeError  a recipe with an unknown key or a value out of range (wrong usage)
├── ExportError  an exported model that does not agree with the one that was trained
└── DivergedError a fit whose loss grows beyond all bounds
"""

from recognizer.errors import SonrisaError, UsageError


class DataError(SonrisaError):
    """A data set is missing, broken or in another layout."""


class RecipeError(UsageError):
    """A recipe names an unknown key or a value out of range."""


class ExportError(SonrisaError):
    """An exported model differs from the trained one."""


class DivergedError(SonrisaError):
    """A fit whose loss is no number any more, or grows beyond all bounds."""
