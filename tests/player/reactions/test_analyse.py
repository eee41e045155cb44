"""The command that measures recorded reactions: what it measures, skips, goes on with and says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from player.__main__ import main
from player.reactions.gather import gather
from player.reactions.jobs import Job, is_done
from player.reactions.measures import bin_times
from player.reactions.observe import Models
from player.reactions.recordings import Recording
from player.reactions.study import INTERRUPTED, Study
from recognizer.digest import file_sha256
from tests.player.reactions.clips import demo_smile
from tests.player.reactions.people import VERSIONS, film, keep, make_study, smiles, viewing
from tests.recognizer.clips import write_video

pytestmark = pytest.mark.usefixtures("face_model")
ONSET_SECONDS = 0.4
"""The smile's onset in film time, where the film begins one second into the recording."""


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two viewers of one film, a missing and a damaged recording."""
    folder = tmp_path_factory.mktemp("recordings")
    demo_smile(folder / "ada.mp4")
    shutil.copy(folder / "ada.mp4", folder / "ben.mp4")
    write_video(folder / "tea.mp4", frames=10, frames_per_second=5.0)
    (folder / "broken.mp4").write_bytes(b"\0" * 1000)
    (folder / "recordings.csv").write_text(
        "video,viewer,film,category,offset_seconds,group\n"
        "ada.mp4,ada,tea.mp4,drinks,1,young\n"
        "ben.mp4,ben,tea.mp4,drinks,1,old\n"
        "broken.mp4,cleo,tea.mp4,drinks,1,\n"
        "missing.mp4,dora,tea.mp4,drinks,1,\n"
    )
    return folder


def test_recordings_are_measured_once_and_what_is_wrong_is_named(
    recordings: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "study"
    command = ["analyse", str(recordings), "--study", str(path), "--workers", "1"]
    assert main(command) == 0
    said = capfd.readouterr()
    assert "2 recordings measured" in said.out
    complaints = [line for line in said.err.splitlines() if line.startswith("analyse:")]
    assert len(complaints) == 2
    assert any("missing.mp4" in line for line in complaints)
    assert any("broken.mp4" in line for line in complaints)
    assert "Traceback" not in said.err
    study = Study(path)
    (reactions,) = gather(study, worst_used=6)
    assert [(each.facts.viewer, each.facts.group, each.facts.status) for each in reactions.used] == [
        ("ada", "young", "complete"),
        ("ben", "old", "complete"),
    ]
    smile = reactions.trace("smile")
    assert np.array_equal(smile[0], smile[1])
    times = bin_times(smile.shape[1])
    assert smile[0][times < ONSET_SECONDS].max() < 0.1
    assert smile[0][times > ONSET_SECONDS + 0.6].min() > 0.25
    assert study.has_film_faces("tea")

    before = (path / "viewers" / "ada" / "tea.yaml").stat().st_mtime_ns
    assert main(command) == 0
    assert "0 recordings measured, 2 measured before" in capfd.readouterr().out
    assert (path / "viewers" / "ada" / "tea.yaml").stat().st_mtime_ns == before


def test_nothing_to_measure_at_all_is_a_failure(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.csv").write_text("video,viewer,film,category\nmissing.mp4,ada,tea,drinks\n")
    assert main(["analyse", str(tmp_path / "list.csv"), "--study", str(tmp_path / "study")]) == 1
    assert capfd.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere", "--study", "s"], 1, "no such folder or csv"),
        (["nowhere"], 2, "--study"),
        (["nowhere", "--study", "s", "--workers", "0"], 2, "--workers"),
        (["nowhere", "--study", "s", "--engine", "ray"], 2, "--engine"),
        (["nowhere", "--study", "s", "--model", "nothing.yaml"], 1, "nothing.yaml"),
    ],
)
def test_wrong_usage_is_one_line(
    arguments: list[str],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["analyse", *arguments]) == code
    said = capfd.readouterr()
    assert said.err.count("\n") == 1
    assert says in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_two_dask_workers_measure_the_same(
    recordings: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed", reason="needs the package distributed")
    studies = [tmp_path / name for name in ("processes", "dask")]
    for study in studies:
        command = [
            "analyse",
            str(recordings),
            "--study",
            str(study),
            "--workers",
            "2",
            "--engine",
            study.name,
        ]
        assert main(command) == 0
        assert "2 recordings measured" in capfd.readouterr().out
    here, there = ((study / "viewers" / "ada" / "tea.parquet").read_bytes() for study in studies)
    assert here == there


@pytest.mark.parametrize(
    ("change", "done"),
    [
        ({}, True),
        ({"status": "partial", "remark": "the recording ends after 2.0 of 12.0 s of the film"}, True),
        ({"status": "partial", "remark": INTERRUPTED}, False),
        ({"source_sha256": "another"}, False),
        ({"offset_seconds": 2.0}, False),
        ({"versions": VERSIONS}, False),
    ],
)
def test_only_what_was_measured_whole_and_the_same_way_is_left_alone(
    recordings: Path, tmp_path: Path, change: dict[str, Any], done: bool
) -> None:
    study, models = Study.open_or_create(tmp_path / "study"), Models()
    video = recordings / "ada.mp4"
    usual: dict[str, Any] = {
        "offset_seconds": 1.0,
        "source_sha256": file_sha256(video),
        "versions": models.versions(),
    }
    keep(study, viewing("ada", **(usual | change)), smiles(), rate=10)
    job = Job(study.path, film(), models, Recording(video, "ada", "tea", "drinks", 1.0))
    assert is_done(study, job) == done


def test_a_viewer_is_forgotten(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    study = make_study(tmp_path / "study", viewers=("ada", "ben"))
    assert main(["forget", str(study.path), "ada"]) == 0
    assert study.viewers() == ("ben",)
    assert main(["forget", str(study.path), "ada"]) == 1
    assert capfd.readouterr().err == "forget: ada: the study holds no such viewer\n"
