"""`python -m player library`: look after the music from the terminal, also while the player runs.

`scan` brings the library up to date with a folder, `search` finds tracks, `import` takes in the files of a playlist,
`export` writes one, `rate` gives stars. The player itself plays a playlist with `--music FILE`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tqdm import tqdm

from player.command_line import command_parser
from player.config import MusicSettings, load_settings
from player.core.music_loader import library_path
from player.errors import LibraryError
from player.music.analysis.worker import AnalysisEvent, AnalysisFailed, AnalysisWorker
from player.music.library.library import Library
from player.music.library.scan import OnProgress, ScanReport
from player.music.playlists.files import PLAYLIST_ENDINGS, write_playlist
from player.music.track import Track
from recognizer.errors import UsageError
from recognizer.words import counted, printable

_SHOWN = 50
_ALL = sys.maxsize


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code. Raises SonrisaError."""
    options = _options(arguments)
    settings = load_settings(options.config).music
    path = library_path(settings) if options.library is None else options.library.expanduser()
    with Library(path, loudness=settings.loudness) as library:
        return _ACTIONS[options.action](library, settings, options)


def _scan(library: Library, settings: MusicSettings, options: argparse.Namespace) -> int:
    folder = options.folder or settings.folder
    if folder is None:
        raise UsageError("name the folder with your music, here or as music.folder in config.yaml")
    report = _with_bar("reading", lambda tell: library.scan(folder, tell))
    _tell(report, library)
    return _measure(library) if options.measure else 0


def _import(library: Library, _: MusicSettings, options: argparse.Namespace) -> int:
    for playlist in options.playlists:
        report = _with_bar(printable(playlist.name), lambda tell: library.take_playlist(playlist, tell))  # noqa: B023 - at once
        _tell(report, library)
    return 0


def _search(library: Library, _: MusicSettings, options: argparse.Namespace) -> int:
    page = library.search(" ".join(options.words), options.limit)
    if options.json:
        print(json.dumps([_facts(track) for track in page.tracks], ensure_ascii=False, indent=1))
        return 0
    for track in page.tracks:
        print(printable(_row(track)))
    if page.total > len(page.tracks):
        print(f"... and {page.total - len(page.tracks)} more; --limit shows more of them", file=sys.stderr)
    return 0


def _export(library: Library, _: MusicSettings, options: argparse.Namespace) -> int:
    found = library.search(" ".join(options.words), _ALL).tracks
    tracks = [track for track in found if (track.rating or 0) >= options.stars]
    if not tracks:
        raise LibraryError("no track is like that; nothing was written")
    write_playlist(options.playlist, tracks, overwrite=options.force)
    print(printable(f"{options.playlist}: {counted(len(tracks), 'track')}"))
    return 0


def _rate(library: Library, _: MusicSettings, options: argparse.Namespace) -> int:
    track = _meant(library, options.track)
    library.rate(track.id, options.stars)
    given = counted(options.stars, "star") if options.stars else "no stars"
    print(printable(f"{track.label}: {given}"))
    return 0


_ACTIONS: Mapping[str, Callable[[Library, MusicSettings, argparse.Namespace], int]] = {
    "scan": _scan,
    "search": _search,
    "import": _import,
    "export": _export,
    "rate": _rate,
}


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = command_parser("library", __doc__)
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings, instead of config.yaml")
    parser.add_argument(
        "--library", type=Path, metavar="FILE", help="the library's file, if not the usual one"
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="scan|search|import|export|rate")
    scan = actions.add_parser("scan", help="bring the library up to date with a folder")
    scan.add_argument(
        "folder", type=Path, nargs="?", metavar="DIR", help="default: music.folder of config.yaml"
    )
    scan.add_argument(
        "--measure", action="store_true", help="measure the mood of new tracks now, not while playing"
    )
    search = actions.add_parser("search", help="find tracks by the beginnings of words")
    search.add_argument(
        "words", nargs="*", metavar="WORD", help="of title, artist, album or genre; none: all tracks"
    )
    search.add_argument(
        "--limit", type=_count, default=_SHOWN, metavar="N", help="show so many (default: %(default)s)"
    )
    search.add_argument("--json", action="store_true", help="for programs")
    take = actions.add_parser("import", help="take in the files of playlists")
    endings = ", ".join(PLAYLIST_ENDINGS)
    take.add_argument(
        "playlists", type=Path, nargs="+", metavar="PLAYLIST", help=f"a file that ends in {endings}"
    )
    export = actions.add_parser("export", help="write tracks as a playlist")
    export.add_argument(
        "playlist", type=Path, metavar="PLAYLIST", help=f"its ending says which kind: {endings}"
    )
    export.add_argument("words", nargs="*", metavar="WORD", help="as for search; none: all tracks")
    export.add_argument(
        "--stars", type=int, choices=range(1, 6), default=0, help="only tracks with so many or more"
    )
    export.add_argument("--force", action="store_true", help="overwrite the file")
    rate = actions.add_parser("rate", help="give a track stars")
    rate.add_argument("stars", type=int, choices=range(6), help="1 to 5; 0 takes them back")
    rate.add_argument(
        "track", nargs="+", metavar="TRACK", help="its file, or words that find it and no other"
    )
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


def _meant(library: Library, words: Sequence[str]) -> Track:
    """The one track that a file or some words name."""
    path = Path(words[0]).expanduser().absolute()
    if len(words) == 1 and path.is_file():
        track = next((track for track in library.tracks() if track.path == path), None)
        if track is None:
            raise LibraryError(f"{path}: is not in the library; python -m player library scan {path.parent}")
        return track
    text = " ".join(words)
    found = library.search(text, 2)
    if found.total != 1:
        others = f"{found.total} tracks; say more, or name its file" if found.total else "no track"
        raise LibraryError(f"{text!r} finds {others}")
    return found.tracks[0]


def _with_bar(what: str, work: Callable[[OnProgress], ScanReport]) -> ScanReport:
    """Do some work with a bar in the terminal, if there is one."""
    with closing(tqdm(desc=what, unit=" files", disable=None, leave=False)) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return work(tell)


def _measure(library: Library) -> int:
    """Have all waiting tracks analysed, with a bar; 1 where that cannot be done."""
    failed: list[str] = []
    with closing(
        tqdm(total=len(library.pending()), desc="moods", unit=" tracks", disable=None, leave=False)
    ) as bar:

        def take(event: AnalysisEvent) -> None:
            if isinstance(event, AnalysisFailed):
                failed.append(event.message)
                return
            bar.update(1)
            if event.problem is not None:
                tqdm.write(printable(f"{event.path}: mood unknown, {event.problem}"), file=sys.stderr)

        worker = AnalysisWorker(library, take)
        worker.start()
        try:
            while not worker.join(0.2):
                pass
        finally:
            worker.stop()
    for message in failed:
        print(printable(message), file=sys.stderr)
    return 1 if failed else 0


def _tell(report: ScanReport, library: Library) -> None:
    """The report's figures, and on stderr a line for each file that was left out."""
    for line in report.lines():
        print(line, file=sys.stderr)
    kinds = {"new": report.added, "changed": report.updated, "moved": report.moved, "gone": report.removed}
    figures = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count) or "nothing new"
    print(f"{figures}; {counted(len(library.tracks()), 'track')} can be played")


def _row(track: Track) -> str:
    stars = "*" * (track.rating or 0)
    names = " - ".join(filter(None, (track.artist, track.album, track.title)))
    return f"{stars:<5}  {names}  ({track.path})"


def _facts(track: Track) -> dict[str, Any]:
    """A track for programs; the mood in [-1, 1], None until it is known."""
    return {
        "path": str(track.path),
        "title": track.title,
        "artist": track.artist,
        "album": track.album,
        "stars": track.rating,
        "duration_seconds": track.duration_seconds,
        "valence": track.mood.valence if track.mood_known else None,
        "arousal": track.mood.arousal if track.mood_known else None,
        "gain_db": track.gain_db,
    }
