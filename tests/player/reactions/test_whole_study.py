"""A whole study from real and rendered reaction clips: three films, eight viewers, from recordings to the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from player.__main__ import main
from player.camera.sources import DEMO_CLIP
from player.reactions.aggregate import summary
from player.reactions.gather import gather
from player.reactions.study import Study
from tests.data import outside
from tests.player.reactions.clips import cut, there_and_back, write_recordings


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("face_model")
def test_three_films_and_eight_viewers_from_recordings_to_the_report(tmp_path: Path) -> None:
    clips = {
        name: outside("videos", file)
        for name, file in (
            ("ann", "pyfeat_single_face.mp4"),
            ("bob", "lp_d0.mp4"),
            ("cat", "pyfeat_face_noface.mov"),
        )
    }
    films = {
        "portrait": (there_and_back(clips["bob"], tmp_path / "portrait.mp4", 5, 0.4, 0.6), "people"),
        "cartoon": (
            there_and_back(outside("videos", "pyfeat_no_face.mp4"), tmp_path / "cartoon.mp4", 5, 0, 0.5),
            "animation",
        ),
        "actress": (cut(DEMO_CLIP, tmp_path / "actress.mp4", 3.5, 9.0, 1, 0.6), "people"),
    }
    recordings = write_recordings(tmp_path, films, clips)
    out = tmp_path / "study"
    assert main(["analyse", str(recordings), "--study", str(out), "--workers", "2", "--quiet"]) == 0
    study = Study(out)
    assert (len(study.films()), len(study.viewers()), len(study.viewings())) == (3, 8, 24)

    actress = gather(study)[0]
    assert actress.groups == ("real", "rendered")
    assert {each.facts.viewer for each in actress.excluded} == {"cat"}  # who leaves half way
    before = summary(actress)
    assert before["happy"].mean > 0.2
    assert before["attention"].mean > 0.8
    (tmp_path / "brand.csv").write_text("film,name,start_seconds\nactress,smile,1.1\n")
    page = tmp_path / "report.html"
    command = ["report", str(out), "--out", str(page), "--markers", str(tmp_path / "brand.csv")]
    assert main(command) == 0
    assert "3 films, 8 viewers" in page.read_text(encoding="utf-8")
    assert "r1 (rendered)" in page.read_text(encoding="utf-8")
    assert "The film itself shows next to no face" in page.read_text(encoding="utf-8")

    assert main(["forget", str(out), "r1"]) == 0
    assert summary(gather(study)[0])["happy"].viewers == before["happy"].viewers - 1
    assert main(command) == 0
    assert "r1 (rendered)" not in page.read_text(encoding="utf-8")
