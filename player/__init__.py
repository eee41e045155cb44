"""The desktop program: music that follows the listener's face."""

__version__ = "0.1.0"
