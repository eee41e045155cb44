"""File matching: finds the track of a file that was read: the one of its path, one that was moved, or a new one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from player.errors import LibraryError
from player.music.library.content import content_key
from player.music.library.database import Database
from player.music.library.search import sort_key
from player.music.library.tags import Tags, read_tags

_MOST_TWINS = 16
"""Where a sound lies in more files than this, not all of them are asked whether they are still there."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells cheaply whether a file was changed."""

    size_bytes: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """A file's present one. Raises LibraryError with the reason only."""
        try:
            str(path).encode()
            status = path.stat()
        except UnicodeEncodeError as error:
            raise LibraryError("its name is not valid UTF-8; rename it") from error
        except OSError as error:
            raise LibraryError(f"it cannot be read ({error.strerror})") from error
        return cls(status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class FileRead:
    """A music file that was looked into."""

    path: Path
    stamp: Stamp
    content_key: str
    tags: Tags

    @classmethod
    def of(cls, path: Path, stamp: Stamp) -> FileRead:
        """Look into a file. Raises LibraryError with the reason only."""
        tags = read_tags(path)
        try:
            return cls(path, stamp, content_key(path), tags)
        except OSError as error:
            raise LibraryError(f"it cannot be read ({error.strerror})") from error


class FileMatcher:
    """Writes files that were read into the library, and counts what became of them."""

    def __init__(self, database: Database, now_seconds: float) -> None:
        self._database, self._now_seconds = database, now_seconds
        self.added = self.updated = self.moved = 0

    def take(self, files: Sequence[FileRead]) -> list[int]:
        """Keep these files, all or none; the ids of their tracks.

        Files whose names were exchanged must come together: all that are known by their content find their track
        before any other file may take a track's place.
        """
        with self._database.transaction() as connection:
            known = {file.path: self._recognised(connection, file) for file in files}
            return [known[file.path] or self._settled(connection, file) for file in files]

    def returned(self, track_ids: Sequence[int]) -> None:
        """Note that the files of these tracks are there again, unchanged."""
        with self._database.transaction() as connection:
            changes = [(track_id,) for track_id in track_ids]
            connection.executemany("UPDATE track SET present = 1 WHERE id = ?", changes)
        self.updated += len(track_ids)

    def _recognised(self, connection: sqlite3.Connection, file: FileRead) -> int | None:
        """The track with this very sound, at its old place or moved to the file's; None where there is none."""
        same = "content_key = ? OR (content_key IS NULL AND size_bytes = ? AND modified_ns = ?)"
        values = (file.content_key, file.stamp.size_bytes, file.stamp.modified_ns)
        here = connection.execute(
            f"SELECT id FROM track WHERE path = ? AND ({same})", (str(file.path), *values)
        ).fetchone()
        if here is not None:
            self.updated += 1
            _write(connection, here["id"], file)
            return int(here["id"])
        rows = connection.execute(
            f"SELECT id, path, size_bytes, modified_ns FROM track WHERE {same} ORDER BY present LIMIT ?",
            (*values, _MOST_TWINS),
        )
        left = [row for row in rows.fetchall() if _has_left(row)]
        if not left:
            return None
        row = max(left, key=lambda row: Path(row["path"]).name == file.path.name)
        _make_way(connection, file.path)
        self.moved += 1
        _write(connection, row["id"], file)
        return int(row["id"])

    def _settled(self, connection: sqlite3.Connection, file: FileRead) -> int:
        """The track that a file of unknown sound is from now on: that of its place, or a new one."""
        row = connection.execute("SELECT id FROM track WHERE path = ?", (str(file.path),)).fetchone()
        if row is not None:
            self.updated += 1
            _forget_sound(connection, row["id"])
            _write(connection, row["id"], file)
            return int(row["id"])
        self.added += 1
        track_id = connection.execute(
            "INSERT INTO track (path, size_bytes, modified_ns, title, artist, album, added_seconds)"
            " VALUES (?, 0, 0, '', '', '', ?)",
            (str(file.path), self._now_seconds),
        ).lastrowid
        assert track_id is not None
        _write(connection, track_id, file)
        _copy_twin(connection, track_id, file.content_key)
        return track_id


def _has_left(row: sqlite3.Row) -> bool:
    """Whether a track's file is no longer where it was, or another one lies there."""
    try:
        return Stamp.of(Path(row["path"])) != Stamp(row["size_bytes"], row["modified_ns"])
    except LibraryError:
        return True


def _make_way(connection: sqlite3.Connection, path: Path) -> None:
    """Take the track away whose place another one takes; it is absent until its sound turns up somewhere."""
    connection.execute("UPDATE track SET path = 'nowhere:' || id, present = 0 WHERE path = ?", (str(path),))


def _write(connection: sqlite3.Connection, track_id: int, file: FileRead) -> None:
    """What a file says about itself. One that could not be measured before is given another chance."""
    tags, stamp = file.tags, file.stamp
    artist = tags.album_artist or tags.artist
    connection.execute(
        "UPDATE track SET path = ?, size_bytes = ?, modified_ns = ?, content_key = ?, present = 1,"
        " analysed = analysed AND problem IS NULL, problem = NULL,"
        " title = ?, artist = ?, album = ?, album_artist = ?, genre = ?, year = ?, track_number = ?,"
        " disc_number = ?, duration_seconds = CASE WHEN analysed THEN duration_seconds ELSE ? END,"
        " replaygain_track_db = ?, replaygain_album_db = ?,"
        " has_cover = ?, sort_key = ? WHERE id = ?",
        (
            str(file.path),
            stamp.size_bytes,
            stamp.modified_ns,
            file.content_key,
            tags.title,
            tags.artist,
            tags.album,
            tags.album_artist,
            tags.genre,
            tags.year,
            tags.track_number,
            tags.disc_number,
            tags.duration_seconds,
            tags.replaygain_track_db,
            tags.replaygain_album_db,
            tags.has_cover,
            sort_key(artist, tags.album, tags.disc_number, tags.track_number, tags.title),
            track_id,
        ),
    )


def _forget_sound(connection: sqlite3.Connection, track_id: int) -> None:
    """Forget what the analysis of another sound found; the listener's own words about the track stay."""
    connection.execute(
        "UPDATE track SET analysed = 0, problem = NULL, valence = NULL, arousal = NULL,"
        " sound_start_seconds = 0, gain_db = 0 WHERE id = ?",
        (track_id,),
    )
    connection.execute("DELETE FROM mood_curve WHERE track_id = ?", (track_id,))


def _copy_twin(connection: sqlite3.Connection, track_id: int, key: str) -> None:
    """What is known of the sound already, where the library holds it twice."""
    twin = connection.execute(
        "SELECT id FROM track WHERE content_key = ? AND analysed = 1 AND id != ?", (key, track_id)
    ).fetchone()
    if twin is None:
        return
    connection.execute(
        "UPDATE track SET (analysed, duration_seconds, valence, arousal, sound_start_seconds, gain_db) ="
        " (SELECT analysed, duration_seconds, valence, arousal, sound_start_seconds, gain_db FROM track"
        " WHERE id = ?) WHERE id = ?",
        (twin["id"], track_id),
    )
    connection.execute(
        "INSERT INTO mood_curve (track_id, step_seconds, valence, arousal, model)"
        " SELECT ?, step_seconds, valence, arousal, model FROM mood_curve WHERE track_id = ?",
        (track_id, twin["id"]),
    )
