"""Commands go on, or end well, when nobody reads them any more."""

from __future__ import annotations

import os

from recognizer.output import reader_may_leave


def test_what_a_stream_still_holds_is_not_missed() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as stream:
        with reader_may_leave(stream):
            stream.write("held back")
            os.close(reader)
        stream.flush()
        stream.write("and more")
