"""Playlist files: read into paths, with what is missing told one by one, and written from tracks."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
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
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise LibraryError(f"{path}: is too big for a playlist")
        content = path.read_bytes()
    except OSError as error:
        raise LibraryError(f"{path}: the playlist cannot be read ({error.strerror})") from error
    uri = path.suffix.lower() == ".xspf"
    try:
        entries = parse_xspf(content) if uri else parse_m3u(_text(content))
    except LibraryError as error:
        raise LibraryError(f"{path}: {error}") from error
    return _found(entries, path.parent, uri)


def write_playlist(path: Path, tracks: Sequence[Track], *, overwrite: bool = False) -> None:
    """Write tracks as a playlist; the name's ending says which kind. What lies beside the file is named relatively.

    The file is there as a whole or not at all. Raises LibraryError with one line.
    """
    path = path.expanduser().absolute()
    _check_name(path)
    if path.exists() and not overwrite:
        raise LibraryError(f"{path}: is there already; name a new file or say --force")
    if path.suffix.lower() == ".xspf":
        content = xspf([_entry(track, uri_of(track.path, path.parent)) for track in tracks])
    else:
        content = m3u([_entry(track, _line(track.path, path.parent)) for track in tracks]).encode()
    try:
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise LibraryError(f"{path}: the playlist cannot be written ({error.strerror})") from error


def _found(entries: Iterable[Entry], folder: Path, uri: bool) -> Playlist:
    files: dict[Path, None] = {}
    missing: list[tuple[str, str]] = []
    for entry in entries:
        if is_stream(entry.location):
            missing.append((entry.location, "it is on the network; only files are played"))
            continue
        file = found_file(entry.location, folder, uri=uri)
        if file.is_file():
            files[file] = None
        else:
            missing.append((entry.location, "there is no such file"))
    return Playlist(tuple(files), tuple(missing))


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
