"""Charts as files: of a real picture format, the same each time, and of nobody else's file."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import cv2
import pytest

from player.__main__ import main
from player.reactions.study import Study
from tests.player.reactions.people import film, keep, smiles, viewing

pytest.importorskip("matplotlib", reason="needs the package matplotlib")


@pytest.mark.timeout(200)
def test_every_chart_is_written_as_svg_and_png(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = Study.open_or_create(tmp_path / "study")
    study.add_film(film())
    for number in range(6):
        group = "young" if number % 2 else "old"
        keep(study, viewing(f"v{number}", group=group), smiles(4, 7 + number / 5), rate=15)
    out = tmp_path / "charts"
    assert main(["charts", str(study.path), "--out", str(out)]) == 0
    names = {path.name for path in out.iterdir()}
    assert {f"tea - {name}.svg" for name in ("emotions", "smile", "smile by group")} <= names
    assert {path.stem for path in out.glob("*.svg")} == {path.stem for path in out.glob("*.png")}
    root = ElementTree.fromstring((out / "tea - emotions.svg").read_text(encoding="utf-8"))
    words = " ".join(text.strip() for text in root.itertext())
    assert "tea: means over 6 viewers" in words
    assert "happy" in words
    picture = cv2.imread(str(out / "tea - smile.png"))
    assert picture is not None
    assert picture.std() > 5

    svg = (out / "tea - smile.svg").read_bytes()
    (out / "tea - smile.svg").write_bytes(b"<svg>mine</svg>")
    capsys.readouterr()
    assert main(["charts", str(study.path), "--out", str(out)]) == 2
    assert "is no chart of ours" in capsys.readouterr().err
    (out / "tea - smile.svg").unlink()
    assert main(["charts", str(study.path), "--out", str(out)]) == 0
    assert (out / "tea - smile.svg").read_bytes() == svg
