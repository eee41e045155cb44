"""Gets the music ready: opens the library, reads the folder in the background, and has its sound analysed.

Whatever is wrong with the listener's own music is said in one line each, and the evening goes on with what there is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

from player.config import MusicSettings, data_folder
from player.errors import LibraryError
from player.events import ScanDone, ScanFailed, ScanProgress
from player.music.library import Library
from player.music.samples import default_music
from player.music.worker import AnalysisEvent, AnalysisWorker

_JOIN_SECONDS = 10.0

Post = Callable[[ScanProgress | ScanDone | ScanFailed | AnalysisEvent], None]


def open_library(settings: MusicSettings, say: Callable[[str], None], stack: ExitStack) -> Library:
    """The listener's library; where it cannot be used, one for this session only. Closed with the stack."""
    path = settings.library.expanduser() if settings.library is not None else data_folder() / "library.db"
    try:
        library = Library(path)
    except LibraryError as error:
        say(f"{error}; this session uses a library of its own and forgets it at the end")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sonrisa-")))
        library = Library(folder / "library.db")
    return stack.enter_context(library)


def check_folder(folder: Path | None) -> Path | None:
    """The music folder that was asked for. Raises LibraryError where there is none of that name."""
    if folder is None:
        return None
    folder = folder.expanduser()
    if not folder.is_dir():
        raise LibraryError(f"{folder}: there is no such music folder; check the path")
    return folder


class MusicRoom:
    """Reads a folder into the library in the background, then has the new tracks' moods measured."""

    def __init__(self, library: Library, folder: Path | None, post: Post) -> None:
        self._library, self._folder, self._post = library, folder, post
        self._worker: AnalysisWorker | None = None
        self._closing = False
        self._thread = Thread(target=self._work, name="music scan", daemon=True)

    def start(self) -> None:
        """Begin; ScanProgress, then ScanDone or ScanFailed, then Analysed events follow."""
        self._thread.start()

    def close(self) -> None:
        """Stop the analysis; what was measured is kept."""
        self._closing = True
        if self._thread.ident is not None:
            self._thread.join(_JOIN_SECONDS)
        if self._worker is not None:
            self._worker.stop()

    def _work(self) -> None:
        try:
            self._scan()
            if not self._closing:
                self._worker = AnalysisWorker(self._library, self._post)
                self._worker.start()
        except (LibraryError, OSError) as error:
            self._post(ScanFailed(str(error)))

    def _scan(self) -> None:
        """The listener's folder, or the tracks that come with the program where that holds no music."""
        faults: tuple[str, ...] = ()
        if self._folder is not None:
            try:
                report = self._library.scan(self._folder, self._progress)
            except LibraryError as error:
                faults = (f"{error}; playing the tracks that come with the program",)
            else:
                if self._library.tracks():
                    self._post(ScanDone(report.added, report.lines()))
                    return
                faults = (*report.lines(), f"{self._folder}: no track can be played; playing our own tracks")
        report = self._library.scan(default_music(), self._progress)
        self._post(ScanDone(report.added, (*faults, *report.lines())))

    def _progress(self, done: int, total: int) -> None:
        self._post(ScanProgress(done, total))
