"""The desktop program: music that follows the listener's face."""

# First of all: the recognizer keeps ONNX Runtime, which the music's model needs too, from sending telemetry.
from recognizer import __version__ as __version__
