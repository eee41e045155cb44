"""Frames in, affect out: what the faces in a camera picture, a video or a stream express."""

import os

__version__ = "0.1.0"
"""The one place where the version of the three packages stands; pyproject.toml reads it here."""

# ONNX Runtime, from 1.29 on, sends telemetry to Microsoft on Linux too unless this is set before it is first loaded;
# its own disable_telemetry_events() comes too late. Nothing here may leave the computer.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
