"""The command that measures recorded reactions: what it measures, skips, goes on with and says."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
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
from tests.data import REPOSITORY
from tests.player.reactions.clips import demo_smile
from tests.player.reactions.people import VERSIONS, film, keep, make_study, smiles, stored, viewing
from tests.recognizer.clips import write_video

pytestmark = pytest.mark.usefixtures("face_model")
ONSET_SECONDS = 0.4
"""The smile's onset in film time, where the film begins one second into the recording."""


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two viewers of one film, a missing and a damaged recording."""
    folder = tmp_path_factory.mktemp("recordings")
    demo_smile(folder / "ada.mp4")
    (folder / "ben.mp4").write_bytes((folder / "ada.mp4").read_bytes() + b"\0\0\0\x08free")
    shutil.copy(folder / "ada.mp4", folder / "copy.mp4")
    write_video(folder / "tea.mp4", frames=10, frames_per_second=5.0)
    (folder / "broken.mp4").write_bytes(b"\0" * 1000)
    (folder / "recordings.csv").write_text(
        "video,viewer,film,category,offset_seconds,group\n"
        "ada.mp4,ada,tea.mp4,drinks,1,young\n"
        "ben.mp4,ben,tea.mp4,drinks,1,old\n"
        "broken.mp4,cleo,tea.mp4,drinks,1,\n"
        "missing.mp4,dora,tea.mp4,drinks,1,\n"
        "copy.mp4,emil,tea.mp4,drinks,1,\n"
        "ada.mp4,fay,tea.mp4,drinks,soon,\n"
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
    assert len(complaints) == 4
    for each in (
        "missing.mp4: there is no",
        "broken.mp4: not a video",
        "content as a recording of ada",
        "row 7",
    ):
        assert any(each in line for line in complaints)
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

    before = study.viewing("ada", "tea")
    assert main(command) == 0
    assert "0 recordings measured, 2 measured before" in capfd.readouterr().out
    assert study.viewing("ada", "tea") == before

    listed = (
        (recordings / "recordings.csv")
        .read_text()
        .replace("ada,tea.mp4,drinks,1,young", "ada,tea.mp4,drinks,1,old")
    )
    (recordings / "changed.csv").write_text(listed.replace("ben,tea.mp4,drinks,1", "ben,tea.mp4,drinks,-0.2"))
    command[1] = str(recordings / "changed.csv")
    assert main(command) == 0
    said = capfd.readouterr()
    assert "1 recording measured, 1 measured before" in said.out
    assert "ada, tea: group young is now old" in said.err
    assert "ben, tea: offset 1 s is now -0.2 s; measured again" in said.err
    assert [(each.group, each.offset_seconds) for each in study.viewings()] == [("old", 1.0), ("old", -0.2)]
    assert study.readings(study.viewings()[1]).film_seconds[0] == pytest.approx(0.2)


def test_a_video_that_was_kept_is_measured_again(
    recordings: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    study = make_study(tmp_path / "study", viewers=("ada", "ben"))
    for viewer in ("ada", "ben"):
        live = viewing(viewer, consent="consent/1.yaml", order=1, seed=5, offset_seconds=10.0)
        keep(study, live, smiles(), rate=12.5)
    shutil.copy(recordings / "ada.mp4", stored(study, ending=".avi"))
    before = study.viewing("ada", "tea")
    assert before is not None
    study_start = study.readings(before).film_seconds[0]
    assert main(["analyse", "--study", str(study.path), "--again", "--workers", "1"]) == 0
    said = capfd.readouterr()
    assert "1 recording measured" in said.out
    assert "ben, tea: no video was kept; stays as measured with scripted" in said.err
    after = study.viewing("ada", "tea")
    assert after is not None
    assert (after.consent, after.seed, after.order) == ("consent/1.yaml", 5, 1)
    assert after.versions == Models().versions()
    seen = study.readings(after)
    assert seen.film_seconds[0] == pytest.approx(study_start)
    assert seen.source_seconds - seen.film_seconds == pytest.approx(10)
    assert study.video_path("ada", "tea").read_bytes() == (recordings / "ada.mp4").read_bytes()
    assert main(["analyse", "--study", str(study.path)]) == 2


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
    here, there = (stored(Study(study)).read_bytes() for study in studies)
    assert here == there


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_after_any_kill_and_beside_another_run_everything_is_measured_whole(
    recordings: Path, tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "study"
    command = [
        sys.executable,
        "-m",
        "player",
        "analyse",
        str(recordings),
        "--study",
        str(path),
        "--workers",
        "2",
    ]
    with subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL) as killed:
        while not list(path.glob("viewers/*/*.journal")):
            assert killed.poll() is None
            time.sleep(0.05)
        killed.send_signal(number)
    with (
        subprocess.Popen(command, cwd=REPOSITORY) as first,
        subprocess.Popen(command, cwd=REPOSITORY) as second,
    ):
        codes = (first.wait(), second.wait())
    assert 0 in codes
    study = Study(path)
    assert [(each.viewer, each.status) for each in study.viewings()] == [
        ("ada", "complete"),
        ("ben", "complete"),
    ]
    assert {study.row_count(each) for each in study.viewings()} == {38}
    assert not list(path.rglob("*.journal"))


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
