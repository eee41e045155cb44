from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.music.library.content import content_key
from tests.player.music.sounds import tone, write
from tests.player.music.tagged import PNG, tag_flac, tag_mp3


def test_new_tags_and_covers_leave_the_key_of_mp3_and_flac_as_it_is(tmp_path: Path) -> None:
    flac, mp3 = write(tmp_path / "a.flac", tone(2)), write(tmp_path / "a.mp3", tone(2))
    before = content_key(flac), content_key(mp3)

    tag_flac(flac, {"TITLE": "Another title"}, picture=PNG)
    tag_mp3(mp3, {"TIT2": "Another title"})
    mp3.write_bytes(mp3.read_bytes() + b"TAG" + bytes(125))

    assert (content_key(flac), content_key(mp3)) == before


@pytest.mark.parametrize("ending", ["flac", "mp3", "wav", "ogg"])
def test_another_sound_has_another_key(tmp_path: Path, ending: str) -> None:
    one = write(tmp_path / f"one.{ending}", tone(2, hertz=440))
    other = write(tmp_path / f"other.{ending}", tone(2, hertz=441))

    assert content_key(one) != content_key(other)


@pytest.mark.parametrize("place", [0, 100_000, 199_999])
def test_a_change_at_the_beginning_middle_or_end_is_seen(tmp_path: Path, place: int) -> None:
    content = bytearray(200_000)
    (tmp_path / "before").write_bytes(content)
    content[place] = 1
    (tmp_path / "after").write_bytes(content)

    assert content_key(tmp_path / "before") != content_key(tmp_path / "after")


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"ID3\x04\0\0\0\0\x7f\x7f", b"fLaC", b"fLaC\0\xff\xff\xff", b"\xff"]),
)
def test_any_file_has_a_key(tmp_path_factory: pytest.TempPathFactory, body: bytes, head: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(head + body)

    assert len(content_key(path)) == 32
    assert content_key(path) == content_key(path)
