"""Whether a file holds sound: a look at its first bytes, and where those do not tell, the decoder's word."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import BinaryIO

from player.errors import LibraryError
from player.music.analysis.decode import SoundFile
from player.music.library.content import id3_bytes
from recognizer.media_file import Undecodable


def _endings(kinds: str) -> frozenset[str]:
    return frozenset(f".{kind}" for kind in kinds.split())


MUSIC_ENDINGS = _endings(
    "mp3 mp2 mp1 mpga flac ogg oga opus spx wav wave w64 rf64 m4a m4b m4r aac adts wma asf aiff aif aifc wv ape mka"
    " weba ac3 eac3 dts dsf dff tta mpc tak au snd caf amr"
)
"""How the names of files end that are played."""
OTHER_ENDINGS = _endings(
    "mid midi kar mod xm it s3m sid nsf spc vgm m4p aax aa ra rm ram voc 8svx gsm shn la ofr cda"
    " mp4 m4v mkv webm avi mov wmv flv mpg mpeg 3gp ogv"
)
"""Sound and films that are not played; they are counted, so that nobody wonders where they are."""

_HEAD_BYTES = 4096
_KNOWN_MAGICS = (b"fLaC", b"OggS", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")
_UNKNOWN_MAGICS = (
    *b"RF64 riff wvpk MAC TTA1 MPCK MP+ tBaK caff .snd DSD FRM8 #!AMR".split(),
    *(b"\x1a\x45\xdf\xa3", b"\x0b\x77", b"\xff\xf1", b"\xff\xf9"),
)
"""Kinds that tinytag does not read; some of them it would take for MP3."""


def check_regular(path: Path) -> None:
    """Raise LibraryError for a pipe, socket or device, which might never answer, and for what cannot be looked at."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise LibraryError(f"it cannot be read ({error.strerror})") from error
    if not stat.S_ISREG(mode):
        raise LibraryError("it is a pipe, a socket or a device, and no file")


def head_of(file: BinaryIO) -> bytes:
    """The first bytes behind ID3 tags, which may hold covers of any size. Raises OSError, LibraryError if empty."""
    file.seek(id3_bytes(file))
    head = file.read(_HEAD_BYTES)
    if not head:
        raise LibraryError("it is empty")
    return head


def check_sound(path: Path, head: bytes) -> None:
    """Raise LibraryError, with the reason only, for a file that holds no sound at all; its name does not matter."""
    if looks_like_sound(head):
        return
    if head.lstrip(b"\xef\xbb\xbf \r\n").startswith((b"#EXTM3U", b"<?xml", b"[playlist]")):
        raise LibraryError("it is a playlist or another text and no sound")
    try:
        SoundFile(path).close()
    except Undecodable as reason:
        raise LibraryError("it holds no sound that can be played, whatever its name says") from reason
    except OSError as error:
        raise LibraryError(f"it cannot be read ({error.strerror})") from error


def looks_like_sound(head: bytes) -> bool:
    """Whether a file begins as files of sound do."""
    if head.startswith((*_KNOWN_MAGICS, *_UNKNOWN_MAGICS)):
        return True
    if head.startswith(b"RIFF"):
        return head[8:12] == b"WAVE"
    if head.startswith(b"FORM"):
        return head[8:12] in (b"AIFF", b"AIFC")
    return head[4:8] == b"ftyp" or is_mpeg_frame(head.lstrip(b"\0"))


def is_unknown_to_tinytag(head: bytes) -> bool:
    """Whether tinytag would understand nothing, or the wrong thing, as by the name of a film that is called .mp3."""
    return head.startswith(_UNKNOWN_MAGICS) or not looks_like_sound(head)


def is_mpeg_frame(head: bytes) -> bool:
    """Eleven bits of sync, then a layer, bit rate and sampling rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    layer, bit_rate, sample_rate = head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return layer != 0 and bit_rate not in (0, 15) and sample_rate != 3
