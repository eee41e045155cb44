"""The one error of set-up: `str(error)` is the line that says what is missing and what to type."""


class SetupError(Exception):
    """Set-up cannot go on."""
