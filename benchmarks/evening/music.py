"""The music of a simulated evening: real tracks in two folders, one of them on a network, and files that are broken."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from player.music.library.bundled_music import default_music

LOCAL_MOODS = ("energetic", "tender", "nostalgic")
_AWAY = ".not to be reached"


@dataclass(frozen=True, slots=True)
class MusicFolders:
    """A listener's music: `root` holds the local folder and, beside it, the one that can vanish."""

    root: Path

    @property
    def network(self) -> Path:
        """The folder that can vanish."""
        return self.root / "network"

    def vanish(self, away: bool) -> None:
        """Let the network folder go or come back; nothing happens where it is so already."""
        hidden = self.root.parent / _AWAY
        source, target = (self.network, hidden) if away else (hidden, self.network)
        if source.exists():
            source.rename(target)

    def break_file(self, draw: float) -> Path | None:
        """Overwrite one of the tracks that are there; `draw` in [0, 1) chooses. None where none is left."""
        tracks = sorted(self.root.rglob("*.opus"))
        if not tracks:
            return None
        track = tracks[int(draw * len(tracks))]
        track.write_bytes(b"this was a track once\n" * 100)
        return track


def lay_out(root: Path) -> MusicFolders:
    """Copy the tracks that come with the program into a listener's folders, with three broken files among them."""
    for track in sorted(default_music().rglob("*.opus")):
        part = "local" if track.parent.name in LOCAL_MOODS else "network"
        folder = root / part / track.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(track, folder / track.name)
    whole = sorted((root / "local").rglob("*.opus"))[0]
    (root / "local" / "cut off.opus").write_bytes(whole.read_bytes()[:5000])
    (root / "local" / "empty.mp3").touch()
    (root / "local" / "a letter.mp3").write_text("Dear friend, this is no music.\n" * 50, encoding="utf-8")
    return MusicFolders(root)
