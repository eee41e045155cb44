"""A study on disk: what is put in comes out, and whatever happens in between, it opens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from player.errors import StudyError
from player.reactions.aggregate import summary
from player.reactions.facts import Receipt
from player.reactions.gather import gather
from player.reactions.readings import BATCH_ROWS, SCHEMA, read_table
from player.reactions.study import INTERRUPTED, Study
from recognizer.errors import OutputError
from tests.data import REPOSITORY
from tests.player.reactions.people import (
    NEUTRAL,
    film,
    keep,
    make_study,
    rows,
    smiles,
    stored,
    table,
    viewing,
)

WRITER = """
import sys, time
from pathlib import Path
from player.reactions.study import Study
from tests.player.reactions.people import film, rows, smiles, viewing
study = Study.open_or_create(Path(sys.argv[1]))
study.add_film(film())
journal = study.begin(viewing("ben"))
for number, row in enumerate(rows(smiles())):
    journal.write(row)
    if number == 210:
        print("writing", flush=True)
        time.sleep(60)
"""


def test_what_was_measured_comes_back(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada",))
    again = Study(tmp_path / "study")
    assert again.viewers() == ("ada",)
    assert again.films() == study.films()
    (facts,) = again.viewings()
    assert facts == viewing("ada", attempt=facts.attempt)
    assert read_table(stored(study)).equals(table(smiles()))
    assert not list(tmp_path.rglob("*.journal"))
    assert not list(tmp_path.rglob("*.part"))


def test_a_viewing_counts_as_partial_until_it_is_finished(tmp_path: Path) -> None:
    study = Study.open_or_create(tmp_path / "study")
    study.add_film(film())
    with study.begin(viewing()) as journal:
        for each in rows(smiles()):
            journal.write(each)
    (facts,) = study.viewings()
    assert (facts.status, facts.remark) == ("partial", INTERRUPTED)
    assert len(study.readings(facts)) == len(rows(smiles()))
    assert study.unfinished() == (facts,)


@pytest.mark.skipif(os.name != "posix", reason="sends a POSIX signal")
def test_a_kill_in_mid_film_leaves_a_study_that_opens_and_says_partial(tmp_path: Path) -> None:
    make_study(tmp_path / "study", viewers=("ada",))
    command = [sys.executable, "-c", WRITER, str(tmp_path / "study")]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
    study = Study(tmp_path / "study")
    done, cut = study.viewings()
    assert (done.viewer, done.status) == ("ada", "complete")
    assert (cut.viewer, cut.status, cut.remark) == ("ben", "partial", INTERRUPTED)
    assert len(study.readings(cut)) == 210 // BATCH_ROWS * BATCH_ROWS
    (reactions,) = gather(study)
    assert [each.facts.viewer for each in reactions.excluded] == ["ben"]
    assert "watched" in reactions.excluded[0].grade.excluded_because


def test_a_journal_with_a_torn_end_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    study = Study.open_or_create(tmp_path / "study")
    with study.begin(viewing()) as journal:
        for each in rows(smiles()):
            journal.write(each)
    path = stored(study, ending=".journal")
    whole = path.read_bytes()
    counts = set()
    for size in (0, 10, 3000, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        read = read_table(path.with_suffix(".parquet"))
        assert read.equals(table(smiles()).slice(0, len(read)))
        counts.add(len(read))
    assert min(counts) == 0
    assert max(counts) > 300


@pytest.mark.skipif(os.name != "posix", reason="limits a file's size as a full disk would")
def test_a_full_disk_is_one_line_and_leaves_what_was_measured_before(tmp_path: Path) -> None:
    program = """
import resource, sys
from pathlib import Path
from player.reactions.study import Study
from recognizer.errors import OutputError
from tests.player.reactions.people import film, keep, rows, smiles, viewing
study = Study.open_or_create(Path(sys.argv[1]))
study.add_film(film())
keep(study, viewing("ada"), smiles())
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    keep(study, viewing("ben"), smiles())
except OutputError as error:
    print(error)
"""
    command = [sys.executable, "-c", program, str(tmp_path / "study")]
    answer = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert answer.stderr == ""
    assert answer.stdout.count("\n") == 1
    assert "cannot be written" in answer.stdout
    study = Study(tmp_path / "study")
    done, cut = study.viewings()
    assert (done.status, cut.status) == ("complete", "partial")
    assert 0 < len(study.readings(cut)) < len(study.readings(done))


def test_a_deleted_viewer_is_gone_from_the_disk_and_from_every_aggregate(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada", "ben"))
    keep(study, viewing("cleo"), lambda seconds: NEUTRAL)
    study.add_receipt(Receipt(viewer="cleo", given="2026-01-02", version="1", text_sha256="ab"))
    before = summary(gather(study)[0])["smile"]
    study.delete_viewer("cleo")
    assert study.viewers() == ("ada", "ben")
    assert not [path for path in tmp_path.rglob("*") if "cleo" in path.name]
    after = summary(gather(study)[0])["smile"]
    assert (before.viewers, after.viewers) == (3, 2)
    assert after.mean == pytest.approx(1.5 * before.mean)
    with pytest.raises(StudyError, match="no such viewer"):
        study.delete_viewer("cleo")


def test_a_deletion_that_was_interrupted_is_finished_by_the_next_opening(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada", "ben"))
    viewers = study.path / "viewers"
    (viewers / "ben").rename(viewers / ".deleted-ben")
    assert study.viewers() == ("ada",)
    assert Study(study.path).viewers() == ("ada",)
    assert [path.name for path in viewers.iterdir()] == ["ada"]


def test_receipts_are_kept_one_after_another(tmp_path: Path) -> None:
    study = Study.open_or_create(tmp_path / "study")
    receipts = [
        Receipt(viewer="ada", given=f"2026-01-{day:02}", version="1", text_sha256="ab")
        for day in range(1, 12)
    ]
    assert [study.add_receipt(receipt) for receipt in receipts][-1] == "consent/11.yaml"
    assert study.receipts("ada") == tuple(receipts)
    assert study.viewings() == ()


def test_a_film_keeps_its_meaning(tmp_path: Path) -> None:
    study = Study.open_or_create(tmp_path / "study")
    study.add_film(film("tea", duration_seconds=None))
    known = study.add_film(film("tea", sha256="a" * 64))
    assert study.add_film(film("tea", duration_seconds=None)) == known == study.film("tea")
    with pytest.raises(StudyError, match="rename one"):
        study.add_film(film("tea", sha256="b" * 64))
    with pytest.raises(StudyError, match="category drinks"):
        study.add_film(film("tea", category="cars"))
    with pytest.raises(StudyError, match="it holds tea"):
        study.film("coffee")


@pytest.mark.parametrize("name", ["../ada", "", ".hidden", "a/b", "a\nb", "x" * 65, "trailing."])
def test_names_cannot_leave_the_study(name: str) -> None:
    with pytest.raises(ValueError, match="viewer"):
        viewing(viewer=name)


@pytest.mark.parametrize("name", ["Zoë", "P 07", "v1.2", "x"])
def test_ordinary_names_are_fine(name: str) -> None:
    assert viewing(viewer=name).viewer == name


def test_where_there_is_no_study_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no study here"):
        Study(tmp_path)
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StudyError, match="other things"):
        Study.open_or_create(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        Study.open_or_create(tmp_path / "file" / "study")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2}, "format"),
        ({"colour": "red"}, "colour"),
        ({"created": 7}, "created"),
    ],
)
def test_a_study_file_that_is_not_understood_is_refused_in_one_line(
    tmp_path: Path, change: dict[str, object], says: str
) -> None:
    study = Study.open_or_create(tmp_path / "study")
    content = yaml.safe_load((study.path / "study.yaml").read_text())
    (study.path / "study.yaml").write_text(yaml.safe_dump(content | change))
    with pytest.raises(StudyError, match=says) as caught:
        Study(study.path)
    assert "\n" not in str(caught.value)


def test_two_programs_may_make_the_same_study_at_once(tmp_path: Path) -> None:
    for name in ("films", "viewers", ".locks"):
        (tmp_path / "study" / name).mkdir(parents=True)
    assert Study.open_or_create(tmp_path / "study").viewers() == ()


def test_damaged_readings_are_named(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada",))
    path = stored(study)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(StudyError, match=r"\.parquet: the readings are damaged"):
        gather(study)
    assert len(read_table(tmp_path / "nothing.parquet")) == 0
    assert read_table(tmp_path / "nothing.parquet").schema == SCHEMA
