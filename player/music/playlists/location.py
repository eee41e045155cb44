"""Playlist entries and the files they mean: paths and URIs, written by this system or by others."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]+):")
"""Two letters at least: a single one is a drive of Windows."""
_DRIVE = re.compile(r"^/[a-zA-Z]:")


@dataclass(frozen=True, slots=True)
class Entry:
    """`location` is what the file says: a path or a URI; `others` are further ones of the same piece, in their order.

    The rest is for people, empty or None where it is not said.
    """

    location: str
    title: str = ""
    artist: str = ""
    album: str = ""
    duration_seconds: float | None = None
    others: tuple[str, ...] = ()


def is_stream(location: str) -> bool:
    """Whether it names something on the network rather than a file (http, https, rtsp, spotify, ...)."""
    scheme = _SCHEME.match(location)
    return scheme is not None and scheme[1].lower() != "file"


def candidates(location: str, folder: Path, *, uri: bool = False) -> Iterator[Path]:
    """The files that a location may mean, the likeliest first; a relative one begins in the playlist's folder.

    Beside the path as it stands: without percent signs (some write URIs where paths belong; where `uri` says that
    they do belong, this is the likelier one), with the separators of another system, and with accents written the
    other way (Unicode's NFC and NFD; systems differ in what they store).
    """
    seen: set[Path] = set()
    for text in _readings(location, uri):
        for form in (text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)):
            if "\0" in form:
                continue
            path = Path(os.path.normpath(folder / form))
            if path not in seen:
                seen.add(path)
                yield path


def found_file(entry: Entry, folder: Path, *, uri: bool = False) -> Path | None:
    """The file that an entry means: the first candidate of its locations that is one; None where none is."""
    for location in (entry.location, *entry.others):
        for path in candidates(location, folder, uri=uri):
            if _is_file(path):
                return path
    return None


def relative_to(path: Path, folder: Path) -> str:
    """How a playlist in `folder` names a file: relative where it lies inside, so that both can move together."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def uri_of(path: Path, folder: Path) -> str:
    """The same as a URI (RFC 8089 where it is absolute)."""
    if path.is_relative_to(folder):
        return quote(path.relative_to(folder).as_posix())
    return path.as_uri()


def _readings(location: str, uri: bool) -> Iterator[str]:
    if location.strip().lower().startswith("file:"):
        yield from _of_uri(location)
        return
    for text in dict.fromkeys((location, location.strip())):
        readings = (unquote(text), text) if uri else (text, unquote(text))
        yield from readings
        if os.sep != "\\":
            yield from (reading.replace("\\", "/") for reading in readings if "\\" in reading)


def _of_uri(uri: str) -> Iterator[str]:
    """The path in file:///a, file://localhost/a, file:/a and file:a; "#" and "?" may stand in it unescaped."""
    try:
        parts = urlsplit(uri.strip(), allow_fragments=False)
    except ValueError:  # a host that is none
        return
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if parts.netloc not in ("", "localhost") and os.sep == "\\":
        path = f"//{parts.netloc}{path}"
    plain = unquote(path)
    for text in (plain, path):
        yield text.removeprefix("/") if _DRIVE.match(text) else text
        if "\\" in text and os.sep != "\\":
            yield text.replace("\\", "/")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
