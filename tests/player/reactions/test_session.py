"""A live session: consent before anything, one clock for screen and camera, and nothing lost however it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from player.__main__ import main
from player.errors import ConsentRefused, StudyError
from player.reactions.facts import FilmFacts
from player.reactions.session.alignment import ahead, film_opening, shown_thumbnail
from player.reactions.session.consent import OWN_TEXT, ConsentText, consent_of
from player.reactions.session.eye import Eye
from player.reactions.session.monitor import Blind
from player.reactions.session.session import Plan, Room, run_session, shuffled
from player.reactions.session.stimulus import Picture, Stimulus, shown_size
from player.reactions.session.sync import picture_numbers, sync_of
from player.reactions.study import Study
from recognizer.capture import VideoSource
from recognizer.errors import OutputError, SourceError
from recognizer.frames import Frame, FrameSource
from recognizer.pipeline import Analyser, Analysis
from recognizer.video_writer import VideoWriter
from tests.player.reactions.people import VERSIONS, film, make_study, state
from tests.player.reactions.theatre import MirrorCamera, ScriptedFilm, ScriptedScreen
from tests.recognizer.clips import write_video

SLACK = 0.1
"""A busy machine may pause between looking and reading the clock."""


class SeesNobody(Analyser):
    """Remembers how bright each picture was; finds no face, so that it is fast."""

    def __init__(self) -> None:
        self.greys: list[tuple[float, int]] = []

    def analyse(self, frame: Frame) -> Analysis:
        self.greys.append((frame.time_seconds, int(frame.image[0, 0, 0])))
        return Analysis(frame, (), (), (), {})

    def close(self) -> None:
        """Nothing is held."""


class Theatre:
    """One session with everything in it replaced that needs a device."""

    def __init__(self, path: Path, screen: ScriptedScreen | None = None) -> None:
        self.study = state(Study.open_or_create(path / "study"))
        self.screen = screen or ScriptedScreen()
        self.analyser = SeesNobody()
        self.said: list[str] = []
        self.opened = 0
        self.stop: Callable[[], bool] = lambda: False
        self.camera: Callable[[], FrameSource] = lambda: MirrorCamera(self.screen)
        self.open_film: Callable[[Path], Stimulus] = lambda path: ScriptedFilm()

    def run(
        self, *names: str, record: bool = False, seed: int = 3, attributes: Mapping[str, str] | None = None
    ) -> int:
        films = tuple(self._film(name) for name in names or ("tea",))
        plan = Plan("ada", films, seed, 0.3, group="young", record=record, attributes=attributes or {})
        eye = Eye(self._open, self.analyser)
        room = Room(self.screen, eye, Blind, self.open_film, self.said.append, self.stop)
        return run_session(self.study, plan, room, VERSIONS)

    def _open(self) -> FrameSource:
        self.opened += 1
        return self.camera()

    def _film(self, name: str) -> FilmFacts:
        return film(name, duration_seconds=1.2, frames_per_second=25.0)


def test_a_session_measures_on_one_clock(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)
    assert theatre.run() == 1
    (facts,) = theatre.study.viewings()
    assert (facts.status, facts.remark, facts.group, facts.order, facts.seed) == (
        "complete",
        "",
        "young",
        1,
        3,
    )
    assert facts.offset_known == "measured"
    sync = sync_of(theatre.screen.shown, 25)
    assert sync is not None
    assert facts.offset_seconds == pytest.approx(sync.start_seconds, abs=1e-6)
    assert facts.jitter_seconds == pytest.approx(sync.jitter_seconds, abs=1e-4)
    readings = theatre.study.readings(facts)
    assert readings.film_seconds[0] < -0.1
    assert readings.film_seconds[-1] > 1.1
    assert readings.source_seconds - readings.film_seconds == pytest.approx(facts.offset_seconds, abs=1e-6)
    assert (facts.consent, facts.source) == ("consent/1.yaml", "mirror")


def test_film_and_camera_agree_about_the_time(tmp_path: Path) -> None:
    """The camera films the screen, where every picture tells its own number: the error of the sync can be read."""
    theatre = Theatre(tmp_path)
    theatre.run()
    (facts,) = theatre.study.viewings()
    shown = [*theatre.screen.shown, float("inf")]
    filmed = [(seconds, (grey - 5) // 2) for seconds, grey in theatre.analyser.greys if grey >= 5]
    assert len(filmed) > 5
    assert all(shown[number] - SLACK <= seconds <= shown[number + 1] + SLACK for seconds, number in filmed)
    stays = float(np.median([seconds - facts.offset_seconds - number / 25 for seconds, number in filmed]))
    lateness = float(np.median(np.array(theatre.screen.shown) - facts.offset_seconds - np.arange(30) / 25))
    assert lateness == pytest.approx(0, abs=1e-6)
    assert -SLACK <= stays <= max(np.diff(theatre.screen.shown)) + SLACK


def test_without_consent_there_is_no_session(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path, ScriptedScreen(answers=(False,)))
    with pytest.raises(ConsentRefused, match="nothing was measured"):
        theatre.run()
    assert theatre.opened == 0
    assert theatre.screen.asked == ["Before we begin"]
    assert theatre.screen.shown == []
    assert Study(theatre.study.path).viewers() == ()


def test_consent_leaves_a_receipt(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)
    theatre.run()
    (receipt,) = theatre.study.receipts("ada")
    assert (receipt.version, receipt.keeps_video) == ("2", False)
    assert receipt.given[:4].isdigit()
    assert len(receipt.text_sha256) == 64
    for told in ("Tea Ltd", "a better film", "until May", "kim@example.org"):
        assert told in receipt.text


def test_without_what_viewers_must_be_told_nobody_is_asked(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)
    theatre.study.state(retention=" ")
    with pytest.raises(StudyError, match="--retention"):
        theatre.run()
    assert (theatre.screen.asked, theatre.opened) == ([], 0)


def test_consent_is_asked_in_any_language(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path, ScriptedScreen(answers=(True, False)))
    words = yaml.safe_load(OWN_TEXT.read_text(encoding="utf-8"))
    words |= {"version": "de 1", "language": "de", "rest": "Blicken Sie auf das Kreuz"}
    words["measuring"] = {
        "title": "Bevor wir anfangen",
        "paragraphs": ["Verantwortlich: {controller}. Zweck: {purpose}. Bis: {retention}. Fragen: {contact}"],
        "yes": "Ja",
        "no": "Nein",
    }
    path = tmp_path / "de.yaml"
    path.write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
    assert main(["study", str(theatre.study.path), "--consent", str(path)]) == 0
    theatre.run(record=True)
    assert theatre.screen.asked[0] == "Bevor wir anfangen"
    assert theatre.screen.rested[0] == "Blicken Sie auf das Kreuz"
    (receipt,) = theatre.study.receipts("ada")
    assert receipt.version == "de 1"
    assert "Zweck: a better film. Bis: until May." in receipt.text


@pytest.mark.parametrize(
    ("paragraph", "says"),
    [
        ("{controller} {purpose} {contact}", "measuring must tell {retention}"),
        ("{controller} {purpose} {contact} {retention} {colour}", "{colour} is not known"),
        ("{controller} {purpose} {contact} {retention} {", "braces are for"),
    ],
)
def test_a_text_that_leaves_something_out_is_one_line(
    paragraph: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = yaml.safe_load(OWN_TEXT.read_text(encoding="utf-8"))
    words["measuring"]["paragraphs"] = [paragraph]
    path = tmp_path / "text.yaml"
    path.write_text(yaml.safe_dump(words), encoding="utf-8")
    assert main(["study", str(tmp_path / "study"), "--consent", str(path)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert says in error
    assert ConsentText.model_validate(yaml.safe_load(OWN_TEXT.read_text(encoding="utf-8"))).language == "en"


def test_attributes_of_a_session_are_kept_with_the_viewer(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)
    theatre.run(attributes={"age": "34"})
    assert theatre.study.about("ada").attributes == {"age": "34"}
    assert consent_of(theatre.study).version == "2"


def test_the_video_is_kept_only_after_a_second_consent(tmp_path: Path) -> None:
    refused = Theatre(tmp_path / "refused", ScriptedScreen(answers=(True, False)))
    assert refused.run(record=True) == 1
    assert refused.screen.asked == ["Before we begin", "May we keep the video?"]
    assert not refused.study.video_path("ada", "tea").exists()
    given = Theatre(tmp_path / "given", ScriptedScreen(answers=(True, True)))
    assert given.run(record=True) == 1
    assert given.study.receipts("ada")[0].keeps_video
    with VideoSource(given.study.video_path("ada", "tea")) as video:
        frames = list(video)
    readings = given.study.readings(given.study.viewings()[0])
    times = [frame.time_seconds + readings.film_seconds[0] for frame in frames]
    assert times == pytest.approx(list(readings.film_seconds), abs=0.002)
    given.study.delete_viewer("ada")
    assert not given.study.video_path("ada", "tea").exists()


def test_who_stops_keeps_what_was_measured(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path, ScriptedScreen(stop_after=15))
    assert theatre.run("tea", "coffee") == 0
    (facts,) = theatre.study.viewings()
    assert (facts.status, facts.remark) == ("partial", "stopped before the film ended")
    assert 0.3 < theatre.study.readings(facts).film_seconds[-1] < 1.1
    assert theatre.said == ["stopped: what was measured until then is kept"]


def test_a_second_attempt_that_is_cut_off_leaves_the_first_one(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)
    theatre.run()
    (before,) = theatre.study.viewings()
    theatre.screen = ScriptedScreen(stop_after=15)
    assert theatre.run() == 0
    assert theatre.study.viewings() == (before,)
    assert len(theatre.study.readings(before)) > 30
    assert "the earlier one, which stays" in theatre.said[0]
    assert len(theatre.study.receipts("ada")) == 2
    theatre.screen = ScriptedScreen()
    assert theatre.run() == 1
    (after,) = theatre.study.viewings()
    assert after.attempt != before.attempt
    assert len(list((theatre.study.path / "viewers" / "ada").glob("*.parquet"))) == 1


def test_who_stops_the_program_at_the_question_is_not_measured(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path, ScriptedScreen(answers=(False,)))
    theatre.stop = lambda: True
    with pytest.raises(ConsentRefused, match="stopped before the viewer agreed"):
        theatre.run()
    assert theatre.opened == 0


def test_a_broken_film_costs_only_itself(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)

    class Broken(ScriptedFilm):
        def take(self, timeout_seconds: float) -> None:
            raise StudyError("tea.mp4: VLC cannot play this film")

    films: list[Stimulus] = [Broken(), ScriptedFilm()]
    theatre.open_film = lambda path: films.pop(0)
    assert theatre.run("tea", "coffee") == 1
    assert sorted(each.status for each in theatre.study.viewings()) == ["complete", "partial"]
    assert theatre.said == ["tea.mp4: VLC cannot play this film; going on without it"]


def test_a_camera_that_vanishes_for_good_ends_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("player.reactions.session.eye.PATIENCE_SECONDS", 0.2)
    theatre = Theatre(tmp_path)
    theatre.camera = lambda: MirrorCamera(theatre.screen, lost_after=12, comes_back=False)
    with pytest.raises(SourceError, match="unplugged"):
        theatre.run("tea", "coffee")
    (facts,) = Study(theatre.study.path).viewings()
    assert facts.status == "partial"
    assert "camera was lost" in facts.remark


def test_a_camera_that_comes_back_is_taken_up_again(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)
    theatre.camera = lambda: MirrorCamera(theatre.screen, lost_after=15)
    theatre.open_film = lambda path: ScriptedFilm(pictures=60)
    assert theatre.run() == 1
    (facts,) = theatre.study.viewings()
    assert facts.status == "complete"
    assert "the camera was away for" in facts.remark
    assert np.diff(theatre.study.readings(facts).film_seconds).max() > 0.3


def test_a_full_disk_ends_the_session_and_the_study_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theatre = Theatre(tmp_path)

    def refuse(*_: object) -> None:
        raise OutputError("tea.journal: cannot be written (No space left on device)")

    monkeypatch.setattr("player.reactions.readings.Journal.flush", refuse)
    with pytest.raises(OutputError, match="No space left"):
        theatre.run()
    monkeypatch.undo()
    (facts,) = Study(theatre.study.path).viewings()
    assert facts.status == "partial"
    assert len(theatre.study.readings(facts)) == 0


@given(st.integers(0, 1000), st.permutations(["a", "b", "c", "d", "e"]))
def test_the_order_is_given_by_the_seed_alone(seed: int, names: list[str]) -> None:
    films = [film(name) for name in names]
    assert shuffled(films, seed) == shuffled(sorted(films, key=lambda each: each.film), seed)


def test_different_seeds_give_different_orders() -> None:
    films = [film(name) for name in "abcde"]
    assert len({tuple(each.film for each in shuffled(films, seed)) for seed in range(50)}) > 20


@given(
    st.floats(0, 1e6),
    st.sampled_from([23.976, 25.0, 29.97, 50.0]),
    st.sets(st.integers(1, 99), max_size=20),
    st.lists(st.floats(0, 0.3), min_size=100, max_size=100),
)
def test_the_start_is_found_in_spite_of_jitter_and_missed_pictures(
    start: float, rate: float, missed: set[int], late: list[float]
) -> None:
    stamps = [start + (number + late[number]) / rate for number in range(100) if number not in missed]
    sync = sync_of(stamps, rate)
    assert sync is not None
    assert sync.start_seconds == pytest.approx(start + 0.15 / rate, abs=0.16 / rate)
    assert sync.shown == len(stamps)
    assert sync.jitter_seconds <= 0.31 / rate


def test_sync_of_a_perfect_film_and_of_none() -> None:
    sync = sync_of([10 + number / 25 for number in range(50) if number != 7], 25)
    assert sync is not None
    assert sync.start_seconds == pytest.approx(10)
    assert sync.shown == 49
    assert sync.jitter_seconds < 1e-6
    assert sync_of([], 25) is None


def test_films_are_decoded_at_a_size_that_fits() -> None:
    assert shown_size((640, 360)) == (640, 360)
    assert shown_size((3840, 2160)) == (1920, 1080)
    assert shown_size((641, 361)) == (640, 360)
    assert shown_size((1080, 1920)) == (608, 1080)


def test_a_video_that_was_cut_off_can_be_played_at_its_own_times(tmp_path: Path) -> None:
    whole = make_study(tmp_path / "study").video_path("ada", "tea")
    whole.parent.mkdir(parents=True, exist_ok=True)
    pictures = np.random.default_rng(1).integers(0, 255, (40, 48, 64, 3), np.uint8)
    due = [number / 20 + (0.33 if number > 10 else 0.0) for number in range(40)]
    with VideoWriter(whole, 30.0) as video:
        for picture, seconds in zip(pictures, due, strict=True):
            video.write(picture, 5 + seconds)
    cut = whole.with_stem("cut")
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    for path, least in ((whole, 40), (cut, 15)):
        with VideoSource(path) as source:
            times = [frame.time_seconds for frame in source]
        assert len(times) >= least
        assert times == pytest.approx(due[: len(times)], abs=0.001)


def scene(number: int, moving: bool = True) -> Picture:
    """A picture whose bar stands further right with every number."""
    pixels = np.full((72, 128, 4), 40, np.uint8)
    if moving:
        pixels[:, 3 * number % 100 : 3 * number % 100 + 20] = 220
    return Picture(pixels.tobytes(), (128, 72))


@pytest.mark.parametrize("dropped", [0, 1, 2, 7])
def test_pictures_that_the_player_dropped_at_the_start_are_noticed(dropped: int) -> None:
    opening = np.stack([shown_thumbnail(scene(number)) for number in range(60)])
    later = [number for number in range(dropped, 50) if number not in (12, 13, 30)]
    shown = np.stack([shown_thumbnail(scene(number)) + 2 for number in later])
    stamps = [100 + number / 25 for number in later]
    assert ahead(opening, shown, picture_numbers(stamps, 25), 25) == dropped
    sync = sync_of(stamps, 25, dropped)
    assert sync is not None
    assert sync.start_seconds == pytest.approx(100)


def test_a_halt_after_the_first_picture_is_noticed() -> None:
    opening = np.stack([shown_thumbnail(scene(number)) for number in range(60)])
    stamps = [100.0, *(100.2 + number / 25 for number in range(1, 50))]
    found = ahead(opening, opening[:50], picture_numbers(stamps, 25), 25)
    assert found == -5
    sync = sync_of(stamps, 25, found)
    assert sync is not None
    assert sync.start_seconds == pytest.approx(100.2)


def test_a_film_that_could_not_be_shown_was_not_seen(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)
    theatre.open_film = lambda path: ScriptedFilm(pictures=10)
    assert theatre.run() == 0
    (facts,) = theatre.study.viewings()
    assert (facts.status, facts.shown_pictures) == ("partial", 10)
    assert facts.remark == "only 10 of 30 pictures were shown: this computer is too slow for the film"
    assert theatre.said == [f"tea: {facts.remark}"]


def test_a_film_that_stands_still_is_taken_as_it_comes() -> None:
    opening = np.stack([shown_thumbnail(scene(number, moving=False)) for number in range(60)])
    assert ahead(opening, opening[5:40], np.arange(35), 25) == 0
    assert ahead(np.empty((0, 64)), opening[:5], np.arange(5), 25) == 0


def test_an_opening_is_read_from_the_file(tmp_path: Path) -> None:
    opening = film_opening(write_video(tmp_path / "film.mp4", frames=10))
    assert opening.shape == (10, 64)
    assert np.diff(opening.mean(axis=1)) == pytest.approx([20] * 9, abs=3)
    assert film_opening(tmp_path / "nothing.mp4").shape == (0, 64)
