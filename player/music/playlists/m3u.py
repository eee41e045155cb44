"""M3U playlists: a line for each file, and comments for people (`#EXTINF`, `#EXTALB`).

There is no standard; this follows what players write. `.m3u8` is UTF-8, `.m3u` may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from player.music.playlists.location import Entry

_INFO = re.compile(
    r"#EXTINF:\s*(?P<seconds>-?\d+(?:\.\d+)?)?(?P<attributes>(?:\s+[\w-]+=\"[^\"]*\")*)\s*,?(?P<name>.*)"
)
_DASH = " - "
_LINE_END = re.compile(r"\r\n|\n|\r")
"""Nothing else: what Python takes for line ends beside these may stand in names."""


def parse_m3u(text: str) -> list[Entry]:
    """The entries of a playlist; whatever else stands in it is passed over."""
    entries: list[Entry] = []
    said = Entry("")
    for raw in _LINE_END.split(text):
        line = raw.strip()
        if line.startswith("#EXTINF:"):
            said = _said(line)
        elif line.startswith("#EXTALB:"):
            said = Entry(
                "", said.title, said.artist, line.removeprefix("#EXTALB:").strip(), said.duration_seconds
            )
        elif line and not line.startswith("#"):
            # Spaces may belong to the name: whoever looks for the file tries it with and without.
            entries.append(Entry(raw, said.title, said.artist, said.album, said.duration_seconds))
            said = Entry("")
    return entries


def m3u(entries: Sequence[Entry]) -> str:
    """The text of an `.m3u8` file."""
    return "\n".join(["#EXTM3U", *(line for entry in entries for line in _lines(entry)), ""])


def _said(line: str) -> Entry:
    found = _INFO.match(line)
    if found is None:
        return Entry("")
    artist, dash, title = found["name"].strip().partition(_DASH)
    if not dash:
        artist, title = "", artist
    seconds = float(found["seconds"] or -1)
    return Entry("", title.strip(), artist.strip(), "", seconds if seconds > 0 else None)


def _lines(entry: Entry) -> list[str]:
    seconds = -1 if entry.duration_seconds is None else round(entry.duration_seconds)
    name = _DASH.join(filter(None, (entry.artist, entry.title)))
    lines = [f"#EXTINF:{seconds},{_one_line(name)}"]
    if entry.album:
        lines.append(f"#EXTALB:{_one_line(entry.album)}")
    return [*lines, entry.location]


def _one_line(text: str) -> str:
    return " ".join(text.split())
