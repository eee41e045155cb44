"""The page of the recognizer's interface, made from its docstrings."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pdoc.doc
import pytest

import recognizer
from tools.api_page import main, undocumented


def test_the_page_has_every_name_of_the_interface_and_no_path_of_this_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path / "api")]) == 0
    assert str(tmp_path / "api" / "index.html") in capsys.readouterr().out
    page = (tmp_path / "api" / "recognizer.html").read_text(encoding="utf-8")
    shown = set(re.findall(r'id="(\w+)"', page))
    assert shown >= set(recognizer.__all__)
    assert str(Path(recognizer.__file__).parent) not in page


def test_what_has_no_docstring_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_told.py").write_text(
        """'''Module.'''
class Told:
    '''Class.'''
    field: int = 1
    def method(self) -> None: ...
    @property
    def size(self) -> int: return 1
def function() -> None: ...
"""
    )
    monkeypatch.syspath_prepend(tmp_path)
    module = pdoc.doc.Module(importlib.import_module("half_told"))
    assert sorted(undocumented(module)) == [
        "half_told.Told.method",
        "half_told.Told.size",
        "half_told.function",
    ]
