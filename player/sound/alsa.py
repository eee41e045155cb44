"""Keeps ALSA's own error lines off the terminal: where no card is, it prints a dozen; we say it in one."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools


@functools.cache
def hush_alsa() -> bool:
    """Hand ALSA a handler that says nothing; False where there is no ALSA (macOS, Windows).

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
