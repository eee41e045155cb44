"""The bundled music, for listeners who name no folder of their own.

`python -m player.music.library.bundled_music` lists it with its moods; `--measure` analyses it and writes the
answers that are shipped. That is due again whenever the mood model, the analysis or the package of tracks changes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from immich_memories_music import tracks_dir

from player.music.analysis.bundled_moods import (
    MOOD_MODEL,
    SHIPPED,
    BundledMoods,
    bundled_track,
    write_bundled_moods,
)
from recognizer.errors import SonrisaError


def default_music() -> Path:
    """The folder of 28 Opus tracks (MIT licence) in five moods, one subfolder each."""
    return tracks_dir()


def sample_tracks() -> tuple[Path, ...]:
    """All tracks of `default_music`, by path."""
    return tuple(sorted(default_music().rglob("*.opus")))


def main(arguments: Sequence[str]) -> int:
    """List the tracks, or measure them; 1 where the analysis is not possible."""
    parser = argparse.ArgumentParser(
        "python -m player.music.library.bundled_music", description="The tracks that come with the program."
    )
    parser.add_argument("--measure", action="store_true", help="analyse them all and write what is found")
    parser.add_argument(
        "--out", type=Path, default=SHIPPED, help="where --measure writes (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    try:
        if options.measure:
            measure(options.out)
        show(BundledMoods(options.out))
    except (SonrisaError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def measure(out: Path) -> None:
    """Analyse all tracks (some two seconds each) and write the answers; raises SonrisaError where one cannot be."""
    from player.music.analysis.analyse import analyse  # loads librosa, which nobody else here waits for
    from player.music.analysis.mood_model import MoodModel

    model = MoodModel.load()
    folder = default_music()
    tracks = [
        bundled_track(path, path.relative_to(folder).as_posix(), analyse(path, model))
        for path in sample_tracks()
    ]
    write_bundled_moods(out, MOOD_MODEL, tracks)


def show(known: BundledMoods) -> None:
    """One line for each track: its name, and its valence and arousal from 1 to 9 as far as they are known."""
    for path in sample_tracks():
        measured = known.of(path, path.stat().st_size)
        mood = f"{measured.valence:.2f}  {measured.arousal:.2f}" if measured else "not known"
        print(f"{path.stem:<30} {mood}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
