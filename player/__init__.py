"""The desktop program: music that follows the listener's face."""

import recognizer  # noqa: F401 - first of all: it keeps ONNX Runtime, which the music's model needs too, from sending

__version__ = "0.1.0"
