"""The music loader: opens the library, scans the folder in the background, and starts the analysis of its sound.

It then watches the folder, so that added, removed and moved music is known within seconds.

Each problem with the listener's own music is reported in one line, and the session goes on with the rest.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread

from player.config import MusicSettings
from player.errors import LibraryError
from player.messages.events import FolderAway, FolderBack, ScanDone, ScanFailed, ScanProgress
from player.music.analysis.worker import AnalysisEvent, AnalysisWorker
from player.music.library.bundled_music import default_music
from player.music.library.folder_watch import changed_places
from player.music.library.library import Library
from player.music.library.music_files import holds_music
from player.music.library.scan import ScanReport
from player.music.playlists.files import is_playlist
from recognizer.resources import data_folder

_JOIN_SECONDS = 10.0
_LOOK_FOR_SECONDS = 1.0
_PLACES_OF_DISKS = ("/media", "/run/media", "/mnt", "/Volumes")
_ELSEWHERE_SECONDS = 5.0
"""How often at most the tracks are read anew because another program wrote to the library."""

Post = Callable[[ScanProgress | ScanDone | ScanFailed | FolderAway | FolderBack | AnalysisEvent], None]


def library_path(settings: MusicSettings) -> Path:
    """The file that remembers the listener's tracks."""
    return settings.library.expanduser() if settings.library is not None else data_folder() / "library.db"


def open_library(settings: MusicSettings, say: Callable[[str], None], stack: ExitStack) -> Library:
    """The listener's library; where it cannot be used, one for this session only. Closed with the stack."""
    path = library_path(settings)
    try:
        library = Library(path, loudness=settings.loudness)
    except LibraryError as error:
        say(f"{error}; this session uses a library of its own and forgets it at the end")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sonrisa-")))
        library = Library(folder / "library.db", loudness=settings.loudness)
    return stack.enter_context(library)


def check_folder(folder: Path | None) -> Path | None:
    """The music folder, or playlist, of the settings, there or away. Raises LibraryError for any other file."""
    if folder is None:
        return None
    folder = folder.expanduser()
    if folder.exists() and not folder.is_dir() and not _is_playlist_file(folder):
        raise LibraryError(f"{folder}: is neither a music folder nor a playlist; check the path")
    return folder


def check_spelling(folder: Path) -> None:
    """Raises LibraryError where a folder that was just typed is missing, and not because its disk is away."""
    place = (
        folder.expanduser().absolute().resolve()
    )  # the end of a link, which may lead to a disk that is away
    of_disks = os.path.ismount(place.parent) or any(place.is_relative_to(each) for each in _PLACES_OF_DISKS)
    if not place.exists() and place.parent.is_dir() and not of_disks:
        raise LibraryError(f"{folder}: there is no such music folder; check the path")


def _is_playlist_file(path: Path) -> bool:
    return is_playlist(path) and path.is_file()


class _Closing(Exception):
    """The player ends while the music is being looked through."""


class MusicLoader:
    """Scans a folder or playlist in the background, starts the analysis of new tracks, and follows changes.

    `watch` says whether the folder is watched for changes.
    """

    def __init__(self, library: Library, folder: Path | None, post: Post, watch: bool = True) -> None:
        self._library, self._folder, self._post, self._watch = library, folder, post, watch
        self._worker: AnalysisWorker | None = None
        self._stop = Event()
        self._told: set[str] = set()
        self._more = False
        self._own_music = self._away = False
        self._ask_due = 0.0
        self._thread = Thread(target=self._work, name="music scan", daemon=True)

    def start(self) -> None:
        """Begin; ScanProgress, then ScanDone or ScanFailed, then Analysed events follow, and ScanDone with changes."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking and the analysis; what was found and measured is kept."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_SECONDS)
        if self._worker is not None:
            self._worker.stop()

    def _work(self) -> None:
        try:
            waited = self._wait_until_there()
            self._own_music = self._scan()
            if waited and self._own_music:
                self._post(FolderBack(f"{self._folder}: your music folder is back"))
            self._analyse()
            watched = self._watch and self._folder is not None and not _is_playlist_file(self._folder)
            self._keep_up(self._folder if watched else None)
        except _Closing:
            return
        except (LibraryError, OSError) as error:
            self._post(ScanFailed(str(error)))

    def _wait_until_there(self) -> bool:
        """Whether the listener's folder was away, as a disk that is not plugged in; until then ours play."""
        if self._folder is None or self._folder.exists():
            return False
        away = f"{self._folder}: your music folder is away; it is looked for all the time, and our own tracks play"
        report = self._library.scan(default_music(), self._progress)
        self._post(ScanDone(report.added, (away, *report.lines())))
        self._analyse()
        while not self._folder.exists():
            if self._stop.wait(_LOOK_FOR_SECONDS):
                raise _Closing
        if self._worker is not None:
            self._worker.stop()
        self._library.leave(default_music())
        return True

    def _scan(self) -> bool:
        """The listener's folder, or the tracks that come with the program (False) where that holds no music."""
        faults: tuple[str, ...] = ()
        if self._folder is not None:
            try:
                playlist = _is_playlist_file(self._folder)
                if not playlist and self._library.remember(self._folder):
                    self._post(ScanDone(0, ()))  # the music need not wait until all of it was looked through
                take = self._library.take_playlist if playlist else self._library.scan
                report = take(self._folder, self._progress)
            except LibraryError as error:
                faults = (f"{error}; playing the tracks that come with the program",)
            else:
                if self._library.tracks():
                    self._post(ScanDone(report.added, self._new(report.lines())))
                    return True
                faults = (*report.lines(), f"{self._folder}: no track can be played; playing our own tracks")
        report = self._library.scan(default_music(), self._progress)
        self._post(ScanDone(report.added, (*faults, *report.lines())))
        return False

    def _keep_up(self, folder: Path | None) -> None:
        """Until the end: take in what changes, in the folder or by other programs that use the same library."""
        for places in _seconds(self._stop) if folder is None else changed_places(folder, self._stop):
            try:
                if folder is None or not self._is_away(folder, places):
                    self._take_in(places)
            except LibraryError as error:  # the library may be free again in a second
                for line in self._new((str(error),)):
                    self._post(ScanFailed(line))

    def _take_in(self, places: Sequence[Path]) -> None:
        """Look at these places, and tell and measure what is new."""
        report = self._look_at(places) if places else ScanReport()
        elsewhere = self._changed_elsewhere()
        faults = self._new(report.lines())
        if report.changed or elsewhere or faults:
            self._post(ScanDone(report.added, faults))
        self._more |= report.changed
        if self._more and (self._worker is None or self._worker.join(0)):
            self._analyse()

    def _look_at(self, places: Sequence[Path]) -> ScanReport:
        """What changed there; where the listener's folder held no music until now, all of it."""
        if self._own_music or self._folder is None:
            return self._library.look_again(places)
        if not holds_music(self._folder):
            return ScanReport()
        report = self._library.scan(self._folder)
        if self._library.holds(self._folder):
            self._own_music = True
            self._library.leave(default_music())
        return report

    def _is_away(self, folder: Path, places: Sequence[Path]) -> bool:
        """Whether the listener's folder is gone, as a disk that was taken out; its going and coming are told."""
        if not self._own_music:
            return False
        away = not folder.is_dir() or ((self._away or bool(places)) and not holds_music(folder))
        if away and not self._away:
            self._post(FolderAway(f"{folder}: your music folder is away; it is looked for all the time"))
        elif self._away and not away:
            self._library.look_again((folder,))
            self._post(FolderBack(f"{folder}: your music folder is back"))
        self._away = away
        return away

    def _changed_elsewhere(self) -> bool:
        """Whether another program wrote to the library, asked every now and then."""
        now = time.monotonic()
        if now < self._ask_due:
            return False
        self._ask_due = now + _ELSEWHERE_SECONDS
        return self._library.changed_elsewhere()

    def _analyse(self) -> None:
        """Have the sound of all tracks measured that wait for it now."""
        self._more = False
        if self._stop.is_set() or not self._library.pending():
            return
        self._worker = AnalysisWorker(self._library, self._post)
        self._worker.start()

    def _new(self, lines: Sequence[str]) -> tuple[str, ...]:
        """Faults that were not reported yet."""
        new = tuple(line for line in lines if line not in self._told)
        self._told.update(new)
        return new

    def _progress(self, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _Closing
        self._post(ScanProgress(done, total))


def _seconds(stop: Event) -> Iterator[tuple[Path, ...]]:
    """None, once a second, until `stop` is set."""
    while not stop.wait(1.0):
        yield ()
