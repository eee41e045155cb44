"""The command that shows films to a viewer: with real films in libVLC, a real window, and real keys."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from player.__main__ import main
from player.camera.sources import DEMO_CLIP
from player.reactions.commands import watch
from player.reactions.session.screen import PygameScreen, fitted
from player.reactions.session.stimulus import VlcStimulus
from player.reactions.session.sync import sync_of
from player.reactions.study import Study
from player.ui.window import NoDisplay
from tests.data import REPOSITORY
from tests.player.reactions.people import keep, make_study, smiles, state, viewing
from tests.player.reactions.theatre import ScriptedFilm, ScriptedScreen

STEP = 6
"""Grey values between a film's pictures."""


@pytest.fixture(scope="module")
def counting_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 20 a second, in which every picture tells its number."""
    path = tmp_path_factory.mktemp("films") / "tea.mp4"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 20.0, (160, 120))
    for number in range(40):
        video.write(np.full((120, 160, 3), number * STEP, np.uint8))
    video.release()
    return path


@pytest.fixture
def libvlc() -> None:
    try:
        import vlc

        instance = vlc.Instance("--quiet", "--intf=dummy")
    except (ImportError, OSError, NameError):
        instance = None
    if instance is None:
        pytest.skip("needs libVLC: apt install libvlc5 vlc-plugin-base")
    instance.release()


@pytest.mark.usefixtures("libvlc")
def test_a_real_film_comes_picture_by_picture_and_its_start_is_found(counting_film: Path) -> None:
    """Each picture tells its number, so the clock that is fitted to the moments can be checked against the film."""
    stamps, numbers = [], []
    with VlcStimulus(counting_film) as film:
        film.play()
        while not film.ended:
            picture = film.take(0.05)
            if picture is not None:
                stamps.append(time.monotonic())
                numbers.append(round(np.frombuffer(picture.pixels, np.uint8)[0] / STEP))
    assert len(numbers) > 5
    assert numbers == sorted(numbers)
    sync = sync_of(stamps, 20)
    assert sync is not None
    told = np.median(np.array(stamps) - np.array(numbers) / 20)
    assert sync.start_seconds - told == pytest.approx(numbers[0] / 20, abs=0.11)


@pytest.mark.usefixtures("face_model")
def test_a_session_end_to_end_with_a_clip_as_camera(
    counting_film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0" * 1000)
    out = state(Study.open_or_create(tmp_path / "study")).path
    arguments = [
        str(counting_film),
        str(broken),
        "--viewer",
        "ada",
        "--category",
        "drinks",
        "--out",
        str(out),
    ]
    arguments += ["--source", str(DEMO_CLIP), "--rest", "0.5", "--blind", "--seed", "1", "--group", "young"]
    screen = ScriptedScreen()
    code = watch.main(arguments, lambda _full: screen, lambda _path: ScriptedFilm(50))
    said = capsys.readouterr()
    assert code == 0
    assert screen.closed
    assert "broken.mp4" in said.err
    assert "1 film of 1 seen to the end" in said.out
    study = Study(out)
    (facts,) = study.viewings()
    assert (facts.status, facts.film, facts.seed) == ("complete", "tea", 1)
    assert study.readings(facts).seen.any()
    assert study.has_film_faces("tea")
    assert main(["watch", *arguments]) == 2
    assert "has seen all" in capsys.readouterr().err


def test_refused_consent_is_one_line_and_leaves_a_study_that_opens(
    counting_film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch.main, "__defaults__", (lambda _full: ScriptedScreen((False,)), VlcStimulus))
    out = state(Study.open_or_create(tmp_path / "study")).path
    arguments = ["watch", str(counting_film), "--viewer", "ada", "--category", "drinks", "--out", str(out)]
    assert main(arguments) == 1
    assert capsys.readouterr().err == (
        "watch: the viewer did not agree: nothing was measured and nothing is kept\n"
    )
    assert Study(out).viewers() == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (["--viewer", "../x"], "--viewer must be a plain name"),
        (["--rest", "-1"], "--rest"),
        (["--camera-delay", "9"], "--camera-delay"),
        (["--seed", "soon"], "--seed"),
        (["--category", "a/b"], "plain names"),
    ],
)
def test_wrong_usage_is_one_line(
    counting_film: Path, tmp_path: Path, change: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = {"--viewer": "ada", "--category": "drinks", "--out": str(tmp_path / "study")}
    usual |= dict([change])
    words = [word for pair in usual.items() for word in pair]
    assert main(["watch", str(counting_film), *words]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert says in error
    assert not (tmp_path / "study").exists()


def test_a_study_that_does_not_say_who_answers_for_the_data_is_refused(
    counting_film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "study"
    words = ["watch", str(counting_film), "--viewer", "ada", "--category", "drinks", "--out", str(study)]
    assert main(words) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "--controller ... --purpose ... --retention ... --contact ..." in error
    assert not study.exists()


def test_without_any_film_there_is_no_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--viewer", "ada", "--category", "drinks", "--out", str(tmp_path / "study")]
    assert main(["watch", str(tmp_path / "missing.mp4"), *words]) == 1
    assert "none of the films" in capsys.readouterr().err.splitlines()[-1]


def test_a_film_keeps_its_shape_in_any_window() -> None:
    assert fitted((160, 90), (1280, 720)).size == (1280, 720)
    assert fitted((100, 100), (1280, 720)).topleft == (280, 0)
    assert fitted((1080, 1920), (1280, 720)).size == (405, 720)


def start(display: str, out: Path, film: Path, *more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DISPLAY": display, "SDL_VIDEODRIVER": "x11", "SDL_VIDEO_WINDOW_POS": "0,0"}
    command = [sys.executable, "-m", "player", "watch", str(film), "--viewer", "ada", "--category", "drinks"]
    command += [
        "--out",
        str(out),
        "--source",
        str(DEMO_CLIP),
        "--rest",
        "1",
        "--windowed",
        "--seed",
        "1",
        *more,
    ]
    return subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for_window(display: str, process: subprocess.Popen[str]) -> None:
    """Wait until there is a second window beside the root; without a window manager xdotool finds none by its name."""
    looking = ["xdotool", "search", "--maxdepth", "1", "--class", ".*"]
    environment = {**os.environ, "DISPLAY": display}
    while process.poll() is None:
        found = subprocess.run(looking, env=environment, check=False, timeout=20, capture_output=True)
        if len(found.stdout.split()) > 1:
            return
        time.sleep(0.2)


def press(display: str, process: subprocess.Popen[str], key: str, until: Path) -> None:
    """Press a key again and again until it had its effect."""
    environment = {**os.environ, "DISPLAY": display}
    while not until.exists() and process.poll() is None:
        subprocess.run(
            ["xdotool", "mousemove", "600", "300", "key", key], env=environment, check=True, timeout=20
        )
        time.sleep(0.3)


@pytest.mark.slow
@pytest.mark.usefixtures("libvlc", "face_model")
def test_a_viewer_agrees_with_a_key_and_sees_a_real_film(
    display: str, counting_film: Path, tmp_path: Path
) -> None:
    out = state(Study.open_or_create(tmp_path / "study")).path
    with start(display, out, counting_film) as process:
        press(display, process, "y", out / "viewers" / "ada" / "consent" / "1.yaml")
        said, complaints = process.communicate(timeout=200)
    assert process.returncode == 0, complaints
    assert "1 film of 1 seen to the end" in said
    (facts,) = Study(out).viewings()
    assert facts.status == "complete"
    assert facts.jitter_seconds is not None


@pytest.mark.slow
@pytest.mark.usefixtures("libvlc", "face_model")
def test_a_viewer_who_presses_n_is_not_measured(display: str, counting_film: Path, tmp_path: Path) -> None:
    out = state(Study.open_or_create(tmp_path / "study")).path
    with start(display, out, counting_film) as process:
        press(display, process, "n", tmp_path / "never")
        _, complaints = process.communicate(timeout=100)
    assert process.returncode == 1
    assert "did not agree" in complaints
    assert Study(out).viewers() == ()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("libvlc", "face_model")
def test_a_question_that_nobody_answers_can_be_ended(
    number: signal.Signals, display: str, counting_film: Path, tmp_path: Path
) -> None:
    out = state(Study.open_or_create(tmp_path / "study")).path
    with start(display, out, counting_film) as process:
        wait_for_window(display, process)
        process.send_signal(number)
        _, complaints = process.communicate(timeout=30)
    assert process.returncode == 1
    assert complaints.endswith(
        "watch: stopped before the viewer agreed: nothing was measured and nothing is kept\n"
    )
    assert Study(tmp_path / "study").viewers() == ()


def test_without_a_display_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoDisplay, match="no window can be opened for the film"):
        PygameScreen(fullscreen=True)


@pytest.mark.slow
@pytest.mark.usefixtures("libvlc", "face_model")
def test_a_kill_in_mid_film_leaves_a_study_that_opens(display: str, tmp_path: Path) -> None:
    out = state(Study.open_or_create(tmp_path / "study")).path
    with start(display, out, DEMO_CLIP, "--blind") as process:
        press(display, process, "y", out / "viewers" / "ada" / "consent" / "1.yaml")
        journals = out / "viewers" / "ada"
        while process.poll() is None and not any(
            each.stat().st_size > 40_000 for each in journals.glob("demo~*.journal")
        ):
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    (facts,) = Study(out).viewings()
    assert facts.status == "partial"
    assert len(Study(out).readings(facts)) >= 25


@pytest.mark.skipif(os.name != "posix", reason="uses SDL's dummy display")
def test_a_question_is_answered_by_keys_and_clicks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pygame

    from player.reactions.session.consent import consent_of
    from player.reactions.session.stimulus import Picture

    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    screen = PygameScreen(fullscreen=False)
    try:
        asked = consent_of(state(Study.open_or_create(tmp_path / "study"))).measuring
        answers = []
        for letter, key in (("x", pygame.K_x), ("y", pygame.K_y)):
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, unicode=letter, key=key, mod=0, scancode=0))
        answers.append(screen.ask(asked))
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, unicode="n", key=pygame.K_n, mod=0, scancode=0))
        answers.append(screen.ask(asked))
        pygame.event.post(pygame.event.Event(pygame.QUIT))
        answers.append(screen.ask(asked))
        answers.append(screen.ask(asked, lambda: True))
        assert answers == [True, False, False, False]
        screen.rest("Look at the cross", 3)
        assert not screen.wants_to_stop()
        pixels = np.full((90, 160, 4), 200, np.uint8)
        before = time.monotonic()
        assert before <= screen.show(Picture(pixels, (160, 90))) <= time.monotonic()
        surface = pygame.display.get_surface()
        assert surface is not None
        assert list(surface.get_at((640, 360)))[:3] == [200, 200, 200]
        pygame.event.post(
            pygame.event.Event(pygame.KEYDOWN, unicode="\x1b", key=pygame.K_ESCAPE, mod=0, scancode=0)
        )
        assert screen.wants_to_stop()
    finally:
        screen.close()


def test_a_viewing_that_is_complete_is_not_shown_again(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", viewers=("ada",), films=("tea", "coffee"))
    keep(study, viewing("ada", "coffee", status="partial"), smiles(), rate=10)
    films = [study.film(name) for name in ("tea", "coffee")]
    assert [each.film for each in watch.unseen(study, "ada", films)] == ["coffee"]
