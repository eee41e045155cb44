"""Keeps ALSA's own error lines off the terminal: where no card is, it prints a dozen; we say it in one."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools

_HANDLER_TYPE = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)


def _say_nothing(_file: bytes, _line: int, _function: bytes, _error: int, _format: bytes) -> None:
    """ALSA's handler; the further arguments of its C type are left alone."""


_HANDLER = _HANDLER_TYPE(_say_nothing)
"""ALSA keeps a pointer to it, so it must live as long as the module."""


@functools.cache
def hush_alsa() -> bool:
    """Hand ALSA a handler that says nothing; False where there is no ALSA (macOS, Windows)."""
    name = ctypes.util.find_library("asound")
    if name is None:
        return False
    try:
        ctypes.CDLL(name).snd_lib_error_set_handler(_HANDLER)
    except (OSError, AttributeError):
        return False
    return True
