from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.music.library.code_pages import repaired

WRITTEN = [
    ("cp1251", "Кинопроб"),
    ("cp1251", "Группа крови"),
    ("cp1251", "ДДТ"),
    ("koi8-r", "Звезда по имени Солнце"),
    ("cp1253", "Σ' αγαπώ"),
    ("shift_jis", "さくら"),
    ("euc_kr", "사랑해요"),
    ("gb18030", "月亮代表我的心"),
    ("utf-8", "Été à Zoë"),
]


@pytest.mark.parametrize(("encoding", "text"), WRITTEN)
def test_an_old_code_page_is_guessed(encoding: str, text: str) -> None:
    assert repaired(text.encode(encoding).decode("latin-1")) == text


@pytest.mark.parametrize(
    "text", ["Été", "Ænima", "Sigur Rós", "Motörhead", "Ágætis byrjun", "Кино", "À", "日本", "99 ½", ""]
)
def test_what_is_right_stays(text: str) -> None:
    assert repaired(text) == text


@given(st.text())
def test_any_text_is_a_text(text: str) -> None:
    assert isinstance(repaired(text), str)
