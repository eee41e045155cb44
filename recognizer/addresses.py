"""What lies at an address: a recording, read whole like a file, or something live."""

from __future__ import annotations

import http
import http.client
import shutil
import tempfile
import urllib.request
from pathlib import Path

from recognizer.errors import SourceError
from recognizer.media_file import NETWORK_TIMEOUT_SECONDS, MediaFile, Undecodable
from recognizer.videos import StreamSource, VideoSource

INDEXED = "mov"
"""FFmpeg's name of the family of MP4, whose index may lie at the end."""


class FetchedVideo(VideoSource):
    """A recording whose server cannot give parts of a file: a copy is read, and deleted when it is closed."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._folder = tempfile.TemporaryDirectory(prefix="sonrisa-", ignore_cleanup_errors=True)
        try:
            copy = Path(self._folder.name) / "video"
            with _request(address) as answer, copy.open("wb") as file:
                shutil.copyfileobj(answer, file, 1 << 20)
            super().__init__(copy, shown=address)
        except OSError as error:
            self._folder.cleanup()
            raise SourceError(
                f"{address}: cannot be fetched ({error}); check the network and the disk"
            ) from error
        except SourceError as error:
            self._folder.cleanup()
            raise SourceError(str(error).replace(str(copy), address)) from error

    @property
    def name(self) -> str:
        """The address."""
        return self._address

    def close(self) -> None:
        """Close and delete the copy."""
        super().close()
        self._folder.cleanup()


def open_address(address: str) -> VideoSource | StreamSource:
    """The video at an address; raises SourceError where none comes from there."""
    try:
        file = MediaFile(address, "video")
        if not file.has_end:
            return StreamSource(address, file)
        file.close()
        fetch = INDEXED in file.format_name and not _gives_parts(address)
    except (OSError, Undecodable) as error:
        raise SourceError(f"{address}: no video comes from this address; check it and the network") from error
    return FetchedVideo(address) if fetch else VideoSource(address)


def _gives_parts(address: str) -> bool:
    """Whether a part of the file can be asked for; without that, an index at the end could not be used."""
    if not address.lower().startswith("http"):
        return True
    with _request(address, Range="bytes=0-0") as answer:
        return bool(answer.status == http.HTTPStatus.PARTIAL_CONTENT)


def _request(address: str, **headers: str) -> http.client.HTTPResponse:
    request = urllib.request.Request(address, headers=headers)
    answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=NETWORK_TIMEOUT_SECONDS)
    return answer
