"""The offline half: data, fitting, evaluation and export of the models that the recognizer and the player run."""

import recognizer  # noqa: F401 - first of all: it keeps ONNX Runtime from sending telemetry
