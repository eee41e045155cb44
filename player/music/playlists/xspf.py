"""XSPF playlists ("spiff", xspf.org/spec): XML, with URIs for locations and milliseconds for lengths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from player.errors import LibraryError
from player.music.playlists.location import Entry

_NAMESPACE = "http://xspf.org/ns/0/"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")
_MOST_DIGITS = 12
"""Of a duration in milliseconds: thirty years."""
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""


def parse_xspf(content: bytes) -> list[Entry]:
    """The entries of a playlist, those without a location left out.

    Raises LibraryError with the reason only. A document type is refused: no playlist needs one, and its entities can
    be made to fill the memory.
    """
    if b"<!DOCTYPE" in content[:4096].upper():
        raise LibraryError("it declares a document type, which a playlist does not need")
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise LibraryError(f"it is not valid XML ({error})") from error
    if _name(root) != "playlist":
        raise LibraryError(f"it is no XSPF playlist but <{_name(root)}>")
    return [entry for entry in _entries(root, "") if entry.location]


def xspf(entries: Sequence[Entry]) -> bytes:
    """The content of an `.xspf` file; locations must be URIs."""
    root = Element("playlist", version="1", xmlns=_NAMESPACE)
    tracks = SubElement(root, "trackList")
    for entry in entries:
        track = SubElement(tracks, "track")
        SubElement(track, "location").text = entry.location
        for name, text in (("title", entry.title), ("creator", entry.artist), ("album", entry.album)):
            if text:
                SubElement(track, name).text = _NO_XML.sub("", text)
        if entry.duration_seconds is not None:
            SubElement(track, "duration").text = str(round(entry.duration_seconds * 1000))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _entries(element: Element, base: str) -> Iterator[Entry]:
    """The tracks in an element; `base` is where relative locations begin (XML Base), as far as it was said outside."""
    base = _joined(base, element.get(_BASE, ""))
    if _name(element) == "track":
        yield _entry(element, base)
        return
    for child in element:
        yield from _entries(child, base)


def _joined(base: str, location: str) -> str:
    """A location as seen from a base; where the base is relative itself, both stay relative to the playlist."""
    if _SCHEME.match(base):
        try:
            return urljoin(base, location)
        except ValueError:  # a host that is none
            return location
    if _SCHEME.match(location) or location.startswith("/"):
        return location
    return base[: base.rfind("/") + 1] + location


def _entry(track: Element, base: str) -> Entry:
    """A track with all its locations; the names count in any namespace, because old writers give none."""
    texts: dict[str, str] = {}
    locations: list[str] = []
    for child in track:
        text = (child.text or "").strip()
        texts.setdefault(_name(child), text)
        if _name(child) == "location" and text:
            locations.append(_joined(_joined(base, child.get(_BASE, "")), text))
    milliseconds = texts.get("duration", "")
    known = milliseconds.isdecimal() and len(milliseconds) <= _MOST_DIGITS
    return Entry(
        location=locations[0] if locations else "",
        others=tuple(locations[1:]),
        title=texts.get("title", ""),
        artist=texts.get("creator", ""),
        album=texts.get("album", ""),
        duration_seconds=int(milliseconds) / 1000 if known else None,
    )


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
