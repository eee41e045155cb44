"""Two programs at one study, kills, second attempts, withdrawals: no measurement is lost, and none is undone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from player.errors import StudyError
from player.reactions.facts import Receipt
from player.reactions.jobs import Job, do, is_done
from player.reactions.locks import StudyBusy
from player.reactions.observe import Models
from player.reactions.recordings import Recording
from player.reactions.study import INTERRUPTED, NOTHING, Study
from recognizer.digest import file_sha256
from tests.data import REPOSITORY
from tests.player.reactions.people import film, keep, make_study, rows, smiles, stored, viewing
from tests.recognizer.clips import write_video

WORKERS = """
import os, time
from player.reactions.engines import ENGINES
if __name__ == "__main__":
    with ENGINES["processes"]("", 2) as pool:
        print(*sorted({pool.submit(os.getpid).result() for _ in range(9)} | set(pool._processes)), flush=True)
        pool.submit(time.sleep, 60)
        time.sleep(60)
"""
MONITOR = """
import time
from player.reactions.session.monitor import MonitorWindow
if __name__ == "__main__":
    window = MonitorWindow()
    print(window._process.pid, flush=True)
    time.sleep(60)
"""


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{number}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")
@pytest.mark.parametrize(
    ("program", "number"), [(WORKERS, signal.SIGKILL), (WORKERS, signal.SIGTERM), (MONITOR, signal.SIGKILL)]
)
def test_helpers_end_with_their_parent_after_any_kill(
    tmp_path: Path, program: str, number: signal.Signals
) -> None:
    (tmp_path / "program.py").write_text(program)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "SDL_VIDEODRIVER": "dummy"}
    command = [sys.executable, str(tmp_path / "program.py")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        helpers = [int(word) for word in process.stdout.readline().split()]
        process.send_signal(number)
        process.wait()
        until = time.monotonic() + 20
        while any(map(alive, helpers)) and time.monotonic() < until:
            time.sleep(0.02)
        assert len(helpers) in (1, 2)
        assert not [each for each in helpers if alive(each)]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "ada.mp4", frames=10, frames_per_second=5.0)


def job(study: Study, video: Path, viewer: str = "ada") -> Job:
    return Job(study.path, film(), Models(), Recording(video, viewer, "tea", "drinks", 0.0))


def test_one_viewing_is_measured_by_one_program_at_a_time(tmp_path: Path, video: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada",))
    with study.begin(viewing()) as journal:
        outcome = do(job(study, video))
        assert outcome.problem == "ada, tea: is being measured by another program; left to it"
        with pytest.raises(StudyBusy):
            study.delete_viewer("ada")
        with study.begin(viewing("ben")):
            pass
        journal.discard()
    assert study.viewing("ben", "tea") is not None
    with study.begin(viewing()):
        pass


@pytest.mark.skipif(os.name != "posix", reason="sends a POSIX signal")
def test_a_kill_frees_the_viewing_and_keeps_what_was_there_before(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada",))
    program = """
import os, signal, sys
from pathlib import Path
from player.reactions.study import Study
from tests.player.reactions.people import rows, smiles, viewing
journal = Study(Path(sys.argv[1])).begin(viewing())
for row in rows(smiles())[:100]:
    journal.write(row)
os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", program, str(study.path)]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == -signal.SIGKILL
    (facts,) = study.viewings()
    assert (facts.status, len(study.readings(facts))) == ("complete", len(rows(smiles())))
    keep(study, viewing(remark="second"), smiles())
    assert [each.remark for each in study.viewings()] == ["second"]
    assert not list(study.path.rglob("*.journal"))


def test_nothing_measured_is_never_complete_and_never_replaces_anything(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada",))
    with study.begin(viewing()) as journal:
        assert not study.finish(viewing(), journal)
    assert [each.status for each in study.viewings()] == ["complete"]
    with study.begin(viewing("ben")) as journal:
        study.finish(viewing("ben"), journal)
    ben = study.viewing("ben", "tea")
    assert ben is not None
    assert (ben.status, ben.remark) == ("partial", NOTHING)


def test_what_is_done_is_read_from_the_disk(tmp_path: Path, video: Path) -> None:
    study = make_study(tmp_path / "study", viewers=())
    facts = viewing(source_sha256=file_sha256(video), versions=Models().versions())
    keep(study, facts, smiles())
    assert is_done(study, job(study, video))
    stored(study).write_bytes(b"torn")
    assert not is_done(study, job(study, video))
    stored(study).unlink()
    assert not is_done(study, job(study, video))


def test_a_session_is_not_replaced_by_a_recording(tmp_path: Path, video: Path) -> None:
    study = make_study(tmp_path / "study", viewers=())
    live = viewing(consent="consent/1.yaml", order=2, seed=7)
    keep(study, live, smiles())
    outcome = do(job(study, video))
    assert "ada, tea: was measured in a session, with consent" in outcome.problem
    (facts,) = study.viewings()
    assert (facts.consent, facts.order, facts.seed) == ("consent/1.yaml", 2, 7)
    keep(study, live.model_copy(update={"seed": 8}), smiles())
    assert study.viewings()[0].seed == 8


@pytest.mark.parametrize(("rows_now", "stays"), [(50, True), (400, False)])
def test_of_two_that_were_cut_off_the_longer_one_stays(tmp_path: Path, rows_now: int, stays: bool) -> None:
    study = make_study(tmp_path / "study", viewers=())
    keep(study, viewing(status="partial"), smiles())
    with study.begin(viewing()) as journal:
        for each in (rows(smiles()) * 2)[:rows_now]:
            journal.write(each)
        kept = study.finish(viewing(status="partial", remark="second"), journal, whole=False)
    assert kept != stays
    assert (study.viewings()[0].remark == "second") != stays


def test_a_receipt_never_takes_the_place_of_another(tmp_path: Path) -> None:
    study = Study.open_or_create(tmp_path / "study")
    receipts = [
        Receipt(viewer="ada", given=f"2026-01-0{day}", version="1", text_sha256="ab") for day in (1, 2, 3)
    ]
    first = study.add_receipt(receipts[0])
    study.add_receipt(receipts[1])
    (study.path / "viewers" / "ada" / first).unlink()
    assert study.add_receipt(receipts[2]) == "consent/3.yaml"
    assert study.receipts("ada") == tuple(receipts[1:])


def test_who_withdrew_is_not_measured_again_under_any_name(tmp_path: Path, video: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ben",))
    keep(study, viewing(source_sha256=file_sha256(video)), smiles())
    study.delete_viewer("ada")
    assert "ada: was deleted from this study" in do(job(study, video)).problem
    assert "was deleted from this study" in do(job(study, video, "another")).problem
    with pytest.raises(StudyError, match="was deleted"):
        study.add_receipt(Receipt(viewer="ada", given="2026-01-01", version="1", text_sha256="ab"))
    assert Study(study.path).viewers() == ("ben",)
    assert not [
        path for path in study.path.rglob("*") if path.is_file() and b"ada" in path.read_bytes()[:200]
    ]


def test_a_first_attempt_that_is_killed_says_so(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=())
    with study.begin(viewing()) as journal:
        journal.write(rows(smiles())[0])
    assert study.viewings()[0].remark == INTERRUPTED
