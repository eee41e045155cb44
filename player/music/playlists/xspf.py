"""XSPF playlists ("spiff", xspf.org/spec): XML, with URIs for locations and milliseconds for lengths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from player.errors import LibraryError
from player.music.playlists.location import Entry

_NAMESPACE = "http://xspf.org/ns/0/"
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
    entries = [_entry(track) for track in root.iter() if _name(track) == "track"]
    return [entry for entry in entries if entry.location]


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


def _entry(track: Element) -> Entry:
    """A track with its first location; the names count in any namespace, because old writers give none."""
    texts: dict[str, str] = {}
    for child in track:
        texts.setdefault(_name(child), (child.text or "").strip())
    milliseconds = texts.get("duration", "")
    return Entry(
        location=texts.get("location", ""),
        title=texts.get("title", ""),
        artist=texts.get("creator", ""),
        album=texts.get("album", ""),
        duration_seconds=int(milliseconds) / 1000 if milliseconds.isdecimal() else None,
    )


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
