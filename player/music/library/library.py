"""The listener's library: which tracks there are, how they feel, and what the listener thought of them."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from pathlib import Path
from threading import Event

from player.config import Loudness
from player.errors import LibraryError
from player.music.analysis.bundled_moods import MOOD_MODEL, BundledMoods, sha256_if_readable
from player.music.analysis.sampling import LONG_SECONDS, SAMPLED_SECONDS
from player.music.library.catalogue import Catalogue
from player.music.library.covers import cover
from player.music.library.database import Database, OneAtATime
from player.music.library.mood_store import MoodStore, keep_curve
from player.music.library.music_files import MusicFiles, holds_music
from player.music.library.scan import OnProgress, ScanReport, among, inside, scan
from player.music.library.search import Condition, SearchPage
from player.music.playlists.files import read_playlist
from player.music.track import Measured, Track
from recognizer.affect import Affect

_SPREAD = 2_654_435_761
"""Knuth's multiplier: orders the ids so that the first few analysed represent the whole library."""
_MOST_STARS = 5
_USUAL_SECONDS = 240.0
"""What a track of unknown length is taken to last."""
_SHORT_SECONDS = 600.0
"""Longer recordings are measured last, the shortest of them first: nobody waits for a podcast."""
_LOCK_POLL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Pending:
    """A track whose sound was not analysed yet; `work_seconds` is how much sound has to be measured for that."""

    track_id: int
    path: Path
    work_seconds: float = _USUAL_SECONDS


class Library:
    """Tracks and feedback in one SQLite file. Methods may be called from any thread; all raise LibraryError.

    After a scan, `tracks`, `search` and `pending` speak of the folders and playlists scanned since this object was
    made; before one, of all. `database` is open to those who keep other things about the listener in the same file.
    """

    def __init__(
        self, database_path: Path, known: BundledMoods | None = None, loudness: Loudness = "track"
    ) -> None:
        self.path = database_path
        self.database = Database(database_path)
        self._known = BundledMoods() if known is None else known
        self._folders: list[Path] = []
        self._places: list[Condition] = []
        self._catalogue = Catalogue(self.database, self._playable, loudness)
        self._seen_foreign_changes = self.database.foreign_changes()
        self.moods = MoodStore(self.database, self._catalogue.scale)
        self._model = sha256_if_readable(MOOD_MODEL)

    def scan(self, folder: Path, on_progress: OnProgress | None = None) -> ScanReport:
        """Bring the library up to date with a folder and those in it, looking only into new and changed files.

        Sizes and times tell what changed; the sound is not decoded here (see `player.music.analysis.worker`), but
        the moods of tracks that come with the program are known at once. A track that was moved or renamed is known
        again by its content. Files that went away are kept with their feedback and come back with them. Whatever
        `on_progress` raises ends the scan; what was read is kept. Raises LibraryError where the folder cannot be
        read or holds no music files at all.
        """
        folder = _readable(folder)
        walk = MusicFiles(folder)
        files = sorted(walk)
        if not files:
            raise LibraryError(f"{folder}: holds no music{_others(walk)}")
        self._show(folder)
        report = self._scanned(inside(folder), files, on_progress)
        return replace(report, other_kinds=+walk.other_kinds)

    def remember(self, folder: Path) -> bool:
        """Speak of a folder as it was when it was last scanned; False, and no word of it, if there is no music now."""
        folder = _readable(folder)
        if not holds_music(folder):
            return False
        self._show(folder)
        self._catalogue.reload()
        return bool(self.tracks())

    def take_playlist(self, path: Path, on_progress: OnProgress | None = None) -> ScanReport:
        """The same for the files that a playlist (M3U, M3U8 or XSPF) names, wherever they lie.

        Entries that lead nowhere are `missing` in the report. Raises LibraryError where the playlist cannot be read
        or none of its entries leads to a file.
        """
        playlist = read_playlist(path)
        if not playlist.files:
            raise LibraryError(f"{path}: none of its {len(playlist.missing)} entries leads to a file")
        report = self._scanned(among(playlist.files), playlist.files, on_progress)
        return replace(report, missing=playlist.missing)

    def look_again(self, places: Sequence[Path]) -> ScanReport:
        """Bring the library up to date with places inside scanned folders in which something changed.

        A scanned folder that is away as a whole (a network or a disk that is not there) leaves all as it is.
        """
        report = ScanReport()
        for folder in self._folders:
            inner = [place for place in places if place.is_relative_to(folder)]
            # The whole folder is walked, or a link in it could lead to what is known by another name.
            files = sorted(MusicFiles(folder)) if inner else []
            for place in inner if files else ():
                own = [file for file in files if file.is_relative_to(place)]
                report += scan(self.database, inside(place), own, time.time())
        if report.changed:
            self._take_known()
            self._catalogue.reload()
        return report

    def holds(self, folder: Path) -> bool:
        """Whether a playable track lies in a folder."""
        folder = folder.expanduser().absolute()
        return any(track.path.is_relative_to(folder) for track in self.tracks())

    def leave(self, folder: Path) -> None:
        """Speak no more of a folder that was scanned in this session."""
        folder = folder.expanduser().absolute()
        self._folders = [each for each in self._folders if each != folder]
        self._places = [place for place in self._places if place != inside(folder)]
        self._catalogue.reload()

    def changed_elsewhere(self) -> bool:
        """Whether another program has written to the library since the last call; its tracks are read anew then."""
        changes = self.database.foreign_changes()
        changed, self._seen_foreign_changes = changes != self._seen_foreign_changes, changes
        if changed:
            self._catalogue.reload()
        return changed

    def read_anew(self) -> None:
        """The tracks were changed in the file itself."""
        self._catalogue.reload()

    def tracks(self) -> tuple[Track, ...]:
        """The playable tracks, analysed or not, by path; moods are ranked among those that are known."""
        return self._catalogue.tracks()

    def track(self, track_id: int) -> Track | None:
        """A playable track by its id."""
        return self._catalogue.track(track_id)

    def search(self, text: str, limit: int, offset: int = 0) -> SearchPage:
        """A stretch of the playable tracks that a text finds; all of them for an empty one.

        Every word of it begins a word of the title, artist, album or genre. The order is artist, album, disc, number.
        """
        return self._catalogue.page(text, limit, offset)

    def cover(self, track_id: int) -> bytes | None:
        """The picture of a track's album as a file in memory (JPEG or PNG); None without one. Reads the disk."""
        track = self.track(track_id)
        return None if track is None else cover(track.path)

    def rate(self, track_id: int, stars: int) -> None:
        """Keep the listener's 1 to 5 stars for a track; 0 takes them back."""
        if not 0 <= stars <= _MOST_STARS:
            raise LibraryError(f"{stars} stars are not possible; give 1 to {_MOST_STARS}, or 0 for none")
        with self.database.transaction() as connection:
            connection.execute("UPDATE track SET rating = ? WHERE id = ?", (stars or None, track_id))
        self._catalogue.refresh(track_id)

    def correct_mood(self, track_id: int, mood: Affect | None, at_seconds: float) -> None:
        """Keep the listener's word about a track's mood, said at a Unix time; None takes it back."""
        self.moods.correct(track_id, mood, at_seconds)
        self._catalogue.refresh(track_id)

    def pending(self) -> tuple[Pending, ...]:
        """The tracks that wait for an analysis: short ones, folders and albums mixed, then long ones."""

        def order(row: sqlite3.Row) -> tuple[float, int]:
            seconds = row["duration_seconds"] or _USUAL_SECONDS
            return (seconds if seconds > _SHORT_SECONDS else 0.0, row["id"] * _SPREAD % 2**32)

        waiting = sorted(self._unanalysed(), key=order)
        return tuple(Pending(row["id"], Path(row["path"]), _work_seconds(row)) for row in waiting)

    @contextmanager
    def measuring_alone(self, stop: Event) -> Iterator[bool]:
        """Wait until no other program measures this library; False where a stop was wanted before."""
        lock = OneAtATime(self.path.with_name(f"{self.path.name}-measuring"))
        try:
            while not lock.taken():
                if stop.wait(_LOCK_POLL_SECONDS):
                    yield False
                    return
            yield True
        finally:
            lock.give_back()

    def store(self, track_id: int, measured: Measured) -> None:
        """Keep what an analysis found."""
        self._keep(track_id, measured)
        self._catalogue.mood_added(track_id)

    def mark_unmeasured(self, track_id: int, reason: str) -> None:
        """Keep why a track's mood cannot be known until its file changes; it is played like any other."""
        with self.database.transaction() as connection:
            connection.execute("UPDATE track SET problem = ? WHERE id = ?", (reason, track_id))
        self._catalogue.refresh(track_id)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self.database.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _show(self, folder: Path) -> None:
        """Let a folder belong to this session."""
        self._folders = list(dict.fromkeys([*self._folders, folder]))
        self._places = list(dict.fromkeys([*self._places, inside(folder)]))

    def _scanned(self, here: Condition, files: Sequence[Path], on_progress: OnProgress | None) -> ScanReport:
        """Take in all files of a place, which belongs to this session from then on."""
        report = scan(self.database, here, files, time.time(), on_progress)
        self._places = list(dict.fromkeys([*self._places, here]))
        self.moods.renew(self._model)
        self._take_known()
        self._catalogue.reload()
        return report

    def _keep(self, track_id: int, measured: Measured) -> None:
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE track SET analysed = 1, duration_seconds = ?, valence = ?, arousal = ?,"
                " sound_start_seconds = ?, gain_db = ? WHERE id = ?",
                (
                    measured.duration_seconds,
                    measured.valence,
                    measured.arousal,
                    measured.sound_start_seconds,
                    measured.gain_db,
                    track_id,
                ),
            )
            keep_curve(connection, track_id, measured.curve, self._model)

    def _playable(self) -> Condition:
        """Which tracks this session can play."""
        present = Condition("present = 1")
        return present & reduce(or_, self._places) if self._places else present

    def _unanalysed(self) -> list[sqlite3.Row]:
        wanted = self._playable() & Condition("analysed = 0 AND problem IS NULL")
        columns = "id, path, size_bytes, duration_seconds"
        return self.database.rows(f"SELECT {columns} FROM track WHERE {wanted.sql}", wanted.values)

    def _take_known(self) -> None:
        """Store the answers that are known before any analysis."""
        for row in self._unanalysed():
            measured = self._known.of(Path(row["path"]), row["size_bytes"])
            if measured is not None:
                self._keep(row["id"], measured)


def _work_seconds(row: sqlite3.Row) -> float:
    """How much of a track is measured; of long ones only samples."""
    seconds = float(row["duration_seconds"] or _USUAL_SECONDS)
    return seconds if seconds <= LONG_SECONDS else SAMPLED_SECONDS


def _others(walk: MusicFiles) -> str:
    """What there is in the place of music, as words that follow "holds no music"."""
    kinds = ", ".join(f"{count} {ending}" for ending, count in sorted((+walk.other_kinds).items()))
    return f", only files of kinds that are not played ({kinds})" if kinds else ""


def _readable(folder: Path) -> Path:
    folder = folder.expanduser().absolute()
    if not folder.exists():
        raise LibraryError(f"{folder}: there is no such music folder")
    if not folder.is_dir():
        raise LibraryError(f"{folder}: is a file; name the folder that holds the music")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise LibraryError(f"{folder}: may not be read; check its permissions")
    return folder
