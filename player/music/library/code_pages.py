"""Text that was written in an old code page and read as another: "Êèíîïðîá" is "Кинопроб" in Windows-1251.

ID3v1 and many ID3v2 tags name no code page, so that readers take them for Latin-1. Only where a text has no plain
letter at all, and reads like a language in one of the code pages, is it read as that. What cannot be told from Russian
by its letters alone (Hebrew, Arabic, Thai) is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_LEAST_LETTERS = 3
_LIKELY = 0.6
"""This share of the letters must be among the usual ones of a language."""
_ALL_CAPITALS = 0.1
"""So much less likely is a text in capitals."""


@dataclass(frozen=True, slots=True)
class _CodePage:
    """`likeness` says from 0 to 1 how much a text looks as texts in this code page do, `lead` how common those are."""

    name: str
    likeness: Callable[[str], float]
    lead: float = 0.0


def repaired(text: str) -> str:
    """The text as it was meant, where that can be told; else the text itself."""
    if text.isascii():
        return text
    content = _as_bytes(text)
    if content is None:
        return text
    try:
        return content.decode("utf-8")  # what is valid UTF-8 by chance does not happen
    except UnicodeDecodeError:
        pass
    if any(letter.isascii() and letter.isalpha() for letter in text):
        return text
    if sum(not letter.isascii() for letter in text) < _LEAST_LETTERS:
        return text
    readings = [(page.likeness(reading) + page.lead, reading) for page, reading in _readings(content)]
    likeness, reading = max(readings, default=(0.0, text))
    return reading if likeness >= _LIKELY else text


def _as_bytes(text: str) -> bytes | None:
    """What the text was before it was taken for Latin-1 or Windows-1252; None where it cannot have been that."""
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding)
        except UnicodeEncodeError:
            continue
    return None


def _readings(content: bytes) -> list[tuple[_CodePage, str]]:
    found = []
    for page in _CODE_PAGES:
        try:
            found.append((page, content.decode(page.name)))
        except UnicodeDecodeError:
            continue
    return found


def _usual(letters: str) -> Callable[[str], float]:
    """By the share of a language's most frequent letters; capitals in the midst of a word are a bad sign."""

    def likeness(text: str) -> float:
        own = [letter for letter in text if letter.isalpha()]
        if not own or any(not letter.isalpha() and ord(letter) > 0xA0 for letter in text):
            return 0.0
        words = text.split()
        odd = sum(
            word != word.lower() and word != word.upper() and word[1:] != word[1:].lower() for word in words
        )
        capitals = _ALL_CAPITALS if text == text.upper() else 0.0
        return (
            sum(letter.lower() in letters for letter in own) / len(own) - capitals - odd / max(len(words), 1)
        )

    return likeness


def _within(first: str, last: str) -> Callable[[str], float]:
    """By the share of letters of a script, which must be nearly all."""

    def likeness(text: str) -> float:
        own = [letter for letter in text if not letter.isascii()]
        return 0.9 * sum(first <= letter <= last for letter in own) / len(own) if own else 0.0

    return likeness


def _common_han(text: str) -> float:
    """By the share of characters in the first level of GB 2312, which holds the 3,755 commonest."""
    own = [letter for letter in text if not letter.isascii()]
    common = sum(0xB0 <= letter.encode("gb18030", "replace")[0] <= 0xD7 for letter in own)
    return 0.8 * common / len(own) if own else 0.0


_RUSSIAN = "оеаинтсрвлкмдпуыьгзбч"
_CODE_PAGES = (
    _CodePage("cp1251", _usual(_RUSSIAN), lead=0.15),
    _CodePage("koi8-r", _usual(_RUSSIAN)),
    _CodePage("cp1253", _usual("αοιετσνηυρπκμςάέήίόύώ"), lead=0.2),
    _CodePage("shift_jis", _within("\u3041", "\u30fc")),
    _CodePage("euc_kr", _within("\uac00", "\ud7a3")),
    _CodePage("gb18030", _common_han),
)
