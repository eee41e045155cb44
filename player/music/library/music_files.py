"""The files of a music folder: which there are, each real one once, without what only looks like one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from player.music.library.sniff import MUSIC_ENDINGS, OTHER_ENDINGS

_NO_MUSIC = frozenset(
    {"$recycle.bin", "system volume information", "lost+found", "@eadir", "#recycle", "#snapshot"}
)
"""Folders of systems and network disks, in small letters: trash, thumbnails, old states."""

Identity = tuple[int, int]


def folder_identity(folder: Path) -> Identity | None:
    """Which folder lies under a name, by device and number there; None if there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def is_hidden(name: str) -> bool:
    """Whether a file or folder of that name is none of the listener's music: hidden, in the trash, a system's own."""
    return name.startswith(".") or name.lower() in _NO_MUSIC


class MusicFiles:
    """Walks a folder and those in it; an iterator over the regular files whose names end like music's.

    Links are followed, but no folder is looked into twice, and a link to a file that is there itself does not count.
    `other_kinds` counts, once walked, the files of sound and film that are not played, by how their names end.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.other_kinds: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Path]:
        self.other_kinds.clear()
        self._folders: set[Identity] = set()
        self._files: set[Identity] = set()
        links: list[Path] = []
        yield from self._walk(self._folder, links)
        for link in links:  # after all that has a name of its own, so that it comes by that name
            if link.is_dir():
                yield from self._walk(link, links)
            elif self._is_music(link.name) and link.is_file() and self._is_new(link):
                yield link

    def _walk(self, start: Path, links: list[Path]) -> Iterator[Path]:
        """The files below a folder, without following the links in it, which are put by."""
        waiting = [start]
        while waiting:
            here = waiting.pop()
            identity = folder_identity(here)
            if identity is None or identity in self._folders:
                continue
            self._folders.add(identity)
            for entry in _entries(here):
                path = here / entry.name
                if entry.is_symlink():
                    links.append(path)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif self._is_music(entry.name) and entry.is_file(follow_symlinks=False):
                    self._files.add((identity[0], entry.inode()))
                    yield path

    def _is_music(self, name: str) -> bool:
        ending = os.path.splitext(name)[1].lower()
        self.other_kinds[ending] += ending in OTHER_ENDINGS
        return ending in MUSIC_ENDINGS

    def _is_new(self, link: Path) -> bool:
        identity = folder_identity(link)
        new = identity is not None and identity not in self._files
        self._files |= {identity} if identity is not None else set()
        return new


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name, without what is hidden; nothing where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(
                (entry for entry in entries if not is_hidden(entry.name)), key=lambda entry: entry.name
            )
    except OSError:
        return []


def holds_music(folder: Path) -> bool:
    """Whether there is a file of music in a folder or those in it."""
    return any(True for _ in MusicFiles(folder))
