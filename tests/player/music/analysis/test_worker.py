from __future__ import annotations

import queue
from pathlib import Path

import pytest

from player.music.analysis import worker as worker_module
from player.music.analysis.worker import Analysed, AnalysisEvent, AnalysisFailed, AnalysisWorker
from player.music.library.library import Library
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
def test_moods_arrive_one_by_one_and_a_broken_file_stops_nothing(
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

        (track,) = library.tracks()
        assert library.pending() == ()
        assert len(library.scan(music).failed) == 3
    problems = {event.path.name: event.problem for event in events if isinstance(event, Analysed)}
    assert problems.pop("good.wav") is None
    assert [problems["silent.wav"], problems["short.wav"]] == [
        "it is silent throughout",
        "it lasts only 0.5 s",
    ]
    assert "cut off" in (problems["cut.mp3"] or "")
    assert [event.done for event in events if isinstance(event, Analysed)] == [1, 2, 3, 4]
    assert track.mood_known
    assert track.sound_start_seconds == pytest.approx(1.0, abs=0.01)


def test_a_file_that_crashes_its_decoder_is_left_out_and_the_next_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crash is made by an analysing process of our own that dies on the file named `evil`."""
    fake = tmp_path / "analyse.py"
    fake.write_text(
        "import json, os, sys\n"
        "print(json.dumps({'ready': True}), flush=True)\n"
        "for line in sys.stdin:\n"
        "    if 'evil' in line: os.abort()\n"
        "    facts = dict(duration_seconds=2, valence=5, arousal=5, sound_start_seconds=0, gain_db=0)\n"
        "    print(json.dumps(facts), flush=True)\n"
    )
    monkeypatch.setattr(worker_module, "ANALYSE", (str(fake),))
    for name in ("a.wav", "evil.wav", "z.wav"):
        write(tmp_path / "music" / name, tone(1))
    with Library(tmp_path / "library.sqlite") as library:
        library.scan(tmp_path / "music")
        events = run(library)

        assert [track.path.name for track in library.tracks()] == ["a.wav", "z.wav"]
        assert all(track.mood_known for track in library.tracks())
    assert len(events) == 3
    assert [event.problem for event in events if isinstance(event, Analysed) and event.problem] == [
        "its decoder crashed"
    ]


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
