"""Suppression of ALSA's own error lines: without a sound card it prints a dozen; the player prints one."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools


@functools.cache
def hush_alsa() -> bool:
    """Give ALSA an error handler that prints nothing; False where there is no ALSA (macOS, Windows).

    The handler is a C function that takes no notice of its arguments. One written in Python would need the
    interpreter's lock, and SDL's hotplug thread calls it while the main thread, holding that lock, waits for it.
    """
    name = ctypes.util.find_library("asound")
    if name is None:
        return False
    try:
        harmless = ctypes.cast(ctypes.CDLL(None).getppid, ctypes.c_void_p)
        ctypes.CDLL(name).snd_lib_error_set_handler(harmless)
    except (OSError, AttributeError, TypeError):
        return False
    return True
