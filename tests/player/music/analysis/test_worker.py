from __future__ import annotations

import queue
from pathlib import Path
from threading import Event

import pytest

from player.music.analysis import worker as worker_module
from player.music.analysis.worker import Analysed, AnalysisEvent, AnalysisFailed, AnalysisWorker, Pace
from player.music.library.library import Library, Pending
from tests.player.music.sounds import tone, write

PATIENCE_SECONDS = 240


def run(library: Library) -> list[AnalysisEvent]:
    """All events of a worker that was left to finish."""
    inbox: queue.SimpleQueue[AnalysisEvent] = queue.SimpleQueue()
    worker = AnalysisWorker(library, inbox.put)
    worker.start()
    assert worker.join(PATIENCE_SECONDS)
    return [inbox.get() for _ in range(inbox.qsize())]


# The true analysis, but not at its low priority, at which a busy test machine would starve it.
UNHURRIED = ("-c", "import os; del os.nice; from player.music.analysis.analyse import main; main([])")


@pytest.mark.slow
def test_moods_arrive_one_by_one_and_what_has_none_is_played_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "ANALYSE", UNHURRIED)
    music = tmp_path / "music"
    write(music / "good.wav", tone(4, silence_seconds=1))
    write(music / "silent.wav", tone(4, level=0))
    write(music / "short.wav", tone(0.5))
    cut = write(music / "cut.mp3", tone(12))
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    with Library(tmp_path / "library.sqlite") as library:
        assert library.scan(music).added == 4
        events = run(library)

        tracks = {track.path.name: track for track in library.tracks()}
        assert library.pending() == ()
        assert not library.scan(music).changed
        assert len(library.tracks()) == 4
    problems = {event.path.name: event.problem for event in events if isinstance(event, Analysed)}
    assert problems == {
        "good.wav": None,
        "cut.mp3": None,
        "silent.wav": "it is silent throughout",
        "short.wav": "it lasts only 0.5 s",
    }
    assert [event.done for event in events if isinstance(event, Analysed)] == [1, 2, 3, 4]
    assert {name for name, track in tracks.items() if track.mood_known} == {"good.wav", "cut.mp3"}
    assert tracks["good.wav"].sound_start_seconds == pytest.approx(1.0, abs=0.01)
    assert tracks["cut.mp3"].duration_seconds == pytest.approx(6, abs=0.2)


def pretended(folder: Path, monkeypatch: pytest.MonkeyPatch, on_evil: str) -> None:
    """An analysing process of our own; what it does with a file named `evil` is given as Python."""
    fake = folder / "analyse.py"
    fake.write_text(
        "import json, os, pathlib, sys\n"
        "print(json.dumps({'ready': True}), flush=True)\n"
        "for line in sys.stdin:\n"
        "    answer = dict(duration_seconds=2, valence=5, arousal=5, sound_start_seconds=0, gain_db=0)\n"
        f"    if 'evil' in line: {on_evil}\n"
        "    print(json.dumps(answer), flush=True)\n"
    )
    monkeypatch.setattr(worker_module, "ANALYSE", (str(fake),))
    for name in ("a.wav", "evil.wav", "z.wav"):
        write(folder / "music" / name, tone(1))


def test_a_file_that_crashes_its_decoder_is_tried_twice_and_still_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = tmp_path / "tries"
    pretended(tmp_path, monkeypatch, f"open({str(tries)!r}, 'a').write('x'), os.abort()")
    with Library(tmp_path / "library.sqlite") as library:
        library.scan(tmp_path / "music")
        events = run(library)

        known = {track.path.name: track.mood_known for track in library.tracks()}
        assert library.pending() == ()
    assert known == {"a.wav": True, "evil.wav": False, "z.wav": True}
    assert tries.read_text() == "xx"
    assert [event.problem for event in events if isinstance(event, Analysed) and event.problem] == [
        "its decoder crashed twice"
    ]


def test_a_crash_that_does_not_come_again_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "crashed"
    pretended(
        tmp_path, monkeypatch, f"m = pathlib.Path({str(marker)!r}); m.exists() or (m.touch(), os.abort())"
    )
    with Library(tmp_path / "library.sqlite") as library:
        library.scan(tmp_path / "music")
        events = run(library)
        assert all(track.mood_known for track in library.tracks())
    assert [event.done for event in events if isinstance(event, Analysed)] == [1, 2, 3]


def test_trouble_of_the_disk_is_never_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretended(tmp_path, monkeypatch, "answer = {'problem': 'it cannot be read now', 'lasting': False}")
    with Library(tmp_path / "library.sqlite") as library:
        library.scan(tmp_path / "music")
        run(library)
        assert [pending.path.name for pending in library.pending()] == ["evil.wav"]
        assert len(library.tracks()) == 3


def test_only_one_program_measures_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretended(tmp_path, monkeypatch, "pass")
    with Library(tmp_path / "library.sqlite") as ours, Library(tmp_path / "library.sqlite") as theirs:
        ours.scan(tmp_path / "music")
        theirs.scan(tmp_path / "music")
        with theirs.measuring_alone(Event()) as alone:
            assert alone
            worker = AnalysisWorker(ours, lambda event: pytest.fail(f"unexpected {event}"))
            worker.start()
            assert not worker.join(0.5)
            worker.stop()
        assert len(run(ours)) == 3


def test_the_time_left_follows_the_pace() -> None:
    now = iter((0.0, 30.0, 30.0, 30.0)).__next__
    tracks = [Pending(number, Path(f"{number}.mp3"), 100.0) for number in range(6)]
    pace = Pace(tracks, now)
    assert pace.left_seconds is None
    for track in tracks[:4]:
        pace.done(track)
    assert pace.left_seconds == pytest.approx(15.0)


def test_an_analysis_that_cannot_begin_says_so_and_leaves_the_tracks_playable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "analyse.py"
    fake.write_text("""print('{"problem": "the model is not there"}', flush=True)\n""")
    monkeypatch.setattr(worker_module, "ANALYSE", (str(fake),))
    write(tmp_path / "music" / "a.wav", tone(1))
    with Library(tmp_path / "library.sqlite") as library:
        library.scan(tmp_path / "music")
        events = run(library)

        assert events == [AnalysisFailed("the music's mood cannot be analysed: the model is not there")]
        assert len(library.tracks()) == len(library.pending()) == 1


def test_a_stop_in_mid_track_leaves_it_pending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "analyse.py"
    fake.write_text("import sys, time\nprint('{}', flush=True)\nsys.stdin.readline()\ntime.sleep(600)\n")
    monkeypatch.setattr(worker_module, "ANALYSE", (str(fake),))
    write(tmp_path / "music" / "a.wav", tone(1))
    with Library(tmp_path / "library.sqlite") as library:
        library.scan(tmp_path / "music")
        worker = AnalysisWorker(library, lambda event: pytest.fail(f"unexpected {event}"))
        worker.start()
        assert not worker.join(1.0)
        worker.stop()
        worker.stop()

        assert worker.join(0)
        assert len(library.pending()) == 1


def test_a_worker_that_never_started_can_be_stopped(tmp_path: Path) -> None:
    with Library(tmp_path / "library.sqlite") as library:
        AnalysisWorker(library, lambda event: None).stop()
