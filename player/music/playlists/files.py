"""Playlist files: read into paths, with what is missing told one by one, and written from tracks."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from player.errors import LibraryError
from player.music.playlists.location import Entry, found_file, is_stream, relative_to, uri_of
from player.music.playlists.m3u import m3u, parse_m3u
from player.music.playlists.xspf import parse_xspf, xspf
from player.music.track import Track
from recognizer.whole_file import replacing

PLAYLIST_ENDINGS = (".m3u", ".m3u8", ".xspf")
_MOST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Playlist:
    """`files` in the playlist's order, each once; `missing` pairs each entry that leads nowhere with the reason."""

    files: tuple[Path, ...]
    missing: tuple[tuple[str, str], ...]


def is_playlist(path: Path) -> bool:
    """Whether a file's name ends like a playlist's."""
    return path.suffix.lower() in PLAYLIST_ENDINGS


def read_playlist(path: Path) -> Playlist:
    """Read a playlist. Raises LibraryError with one line where that is not possible."""
    path = path.expanduser().absolute()
    _check_name(path)
    files: dict[Path, None] = {}
    missing: list[tuple[str, str]] = []
    _take(path, files, missing, set())
    return Playlist(tuple(files), tuple(missing))


def _take(path: Path, files: dict[Path, None], missing: list[tuple[str, str]], seen: set[Path]) -> None:
    """Add what a playlist names, and what the playlists name that it names; each is read once."""
    seen.add(path.resolve())
    for entry, file in _found(_entries_of(path), path):
        if file is None:
            missing.append((entry.location.strip(), _why_missing(entry)))
        elif not is_playlist(file):
            files[file] = None
        elif file.resolve() not in seen:
            try:
                _take(file, files, missing, seen)
            except LibraryError as error:
                missing.append((entry.location.strip(), f"it is a playlist that cannot be read ({error})"))


def _entries_of(path: Path) -> list[Entry]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise LibraryError(f"{path}: is too big for a playlist")
        content = path.read_bytes()
    except OSError as error:
        raise LibraryError(f"{path}: the playlist cannot be read ({error.strerror})") from error
    try:
        return parse_xspf(content) if _is_xspf(path) else parse_m3u(_text(content))
    except LibraryError as error:
        raise LibraryError(f"{path}: {error}") from error


def write_playlist(path: Path, tracks: Sequence[Track], *, overwrite: bool = False) -> None:
    """Write tracks as a playlist; the name's ending says which kind. What lies beside the file is named relatively.

    The file is there as a whole or not at all. Raises LibraryError with one line.
    """
    path = path.expanduser().absolute()
    _check_name(path)
    if path.exists() and not overwrite:
        raise LibraryError(f"{path}: is there already; name a new file or say --force")
    if _is_xspf(path):
        content = xspf([_entry(track, uri_of(track.path, path.parent)) for track in tracks])
    else:
        content = m3u([_entry(track, _line(track.path, path.parent)) for track in tracks]).encode()
    try:
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise LibraryError(f"{path}: the playlist cannot be written ({error.strerror})") from error


def _found(entries: Iterable[Entry], playlist: Path) -> Iterator[tuple[Entry, Path | None]]:
    for entry in entries:
        yield entry, found_file(entry, playlist.parent, uri=_is_xspf(playlist))


def _why_missing(entry: Entry) -> str:
    if all(map(is_stream, (entry.location, *entry.others))):
        return "it is on the network; only files are played"
    return "there is no such file"


def _is_xspf(path: Path) -> bool:
    return path.suffix.lower() == ".xspf"


def _text(content: bytes) -> str:
    """UTF-8 or UTF-16 with or without its mark at the beginning; else what Windows wrote in western Europe."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _entry(track: Track, location: str) -> Entry:
    return Entry(location, track.title, track.artist, track.album, track.duration_seconds)


def _line(path: Path, folder: Path) -> str:
    """A path as a line of its own: neither a comment, nor a URI, nor cut or bent by whoever reads it."""
    line = relative_to(path, folder)
    if line != line.strip() or len(line.splitlines()) != 1 or "%" in line or "\\" in line:
        return path.as_uri()
    return (
        f"./{line}" if line.startswith("#") or is_stream(line) or line.lower().startswith("file:") else line
    )


def _check_name(path: Path) -> None:
    if not is_playlist(path):
        raise LibraryError(
            f"{path}: is no playlist by its name; playlists end in {', '.join(PLAYLIST_ENDINGS)}"
        )
