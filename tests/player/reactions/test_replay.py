"""The page on which one viewing is looked at: film, face and traces together, in a real browser."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from player.__main__ import main
from player.reactions.facts import Receipt
from player.reactions.report.clip import clip_of
from player.reactions.report.replay import write_replay
from player.reactions.study import Study
from tests.player.reactions.people import film, keep, smiles, viewing
from tests.player.reactions.test_report import Tags, browser


def write_plain(path: Path, seconds: int) -> Path:
    """A video of ten pictures a second that grow brighter."""
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (64, 48))
    for number in range(10 * seconds):
        video.write(np.full((48, 64, 3), number, np.uint8))
    video.release()
    return path


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Ada agreed that her video is kept, Ben did not; both saw a film of 12 s after 3 s of rest."""
    folder = tmp_path_factory.mktemp("replay")
    study = Study.open_or_create(folder / "study", "Tea <2026>")
    file = write_plain(folder / "tea.avi", 12)
    study.add_film(film(file=str(file), sha256="a" * 64))
    for viewer, keeps in (("ada", True), ("ben", False)):
        receipt = Receipt(viewer=viewer, given="2026-01-01", version="2", text_sha256="ab", keeps_video=keeps)
        keep(study, viewing(viewer, consent=study.add_receipt(receipt), order=1), smiles(), rate=10)
        write_plain(study.video_path(viewer, "tea"), 15)
    return study


PROBE = """
<script>
addEventListener("load", async () => {
  const [film, face, at] = ["film", "face", "at"].map(name => document.getElementById(name));
  const seeked = each => new Promise(done => each.addEventListener("seeked", done, {once: true}));
  const both = Promise.all([seeked(film), seeked(face)]);
  at.value = 6; at.dispatchEvent(new Event("input"));
  await both;
  const found = {
    film: film.currentTime, face: face.currentTime, widths: [film.videoWidth, face.videoWidth], length: film.duration,
    says: document.getElementById("says").textContent, cursor: document.querySelector(".cursor").getAttribute("x1"),
    wider: document.documentElement.scrollWidth - innerWidth,
  };
  document.title = "found " + JSON.stringify(found);
});
</script>
"""


def test_one_slider_moves_film_face_and_traces(study: Study, tmp_path: Path) -> None:
    page = tmp_path / "viewing.html"
    assert main(["viewing", str(study.path), "ada", "tea", "--out", str(page)]) == 0
    html = page.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert "Tea <2026>" in " ".join(tags.text)
    assert not re.findall(r"https?://", html)
    (tmp_path / "probed.html").write_text(html.replace("</body>", PROBE + "</body>"), encoding="utf-8")
    dom = browser(
        "--virtual-time-budget=20000", "--dump-dom", f"file://{tmp_path}/probed.html", folder=tmp_path
    )
    told = re.search(r"<title>found (\{.*?\})</title>", dom)
    assert told is not None
    found = json.loads(told[1])
    assert found["film"] == pytest.approx(6, abs=0.05)
    assert found["face"] == pytest.approx(9, abs=0.15)  # the rest of 3 s comes before the film
    assert found["length"] == pytest.approx(12, abs=0.2)
    assert all(width > 0 for width in found["widths"])
    assert "6.0 s: " in found["says"]
    assert "Smile 0.80" in found["says"]
    assert found["cursor"] == "500"
    assert found["wider"] <= 0


def test_without_the_second_consent_there_is_no_face(study: Study) -> None:
    page = write_replay(study, "ben", "tea")
    assert 'id="face"' not in page
    assert "did not agree that the video is kept" in page
    assert page.count("data:video/") == 1


def test_a_recording_from_elsewhere_has_traces_only(tmp_path: Path) -> None:
    study = Study.open_or_create(tmp_path / "study")
    study.add_film(film())
    keep(study, viewing("cleo"), smiles(), rate=10)
    assert main(["exclude", str(study.path), "cleo", "tea", "--reason", "x", "--from", "1", "--to", "2"]) == 0
    page = write_replay(study, "cleo", "tea")
    assert "data:video/" not in page
    assert "recorded elsewhere" in page
    assert page.count('class="span"') == 7


def test_what_is_wrong_is_one_line(study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.html").write_text("dear")
    for words in (
        ["cleo", "tea"],
        ["ada", "tea", "--out", str(tmp_path / "letter.html")],
        ["ada", "tea", "--out", str(study.path / "x.html")],
    ):
        assert main(["viewing", str(study.path), *words]) in (1, 2)
        assert capsys.readouterr().err.count("\n") == 1
    (tmp_path / "broken.mp4").write_bytes(b"\0" * 100)
    assert clip_of(str(tmp_path / "broken.mp4")) == ""
    assert clip_of("") == ""


def test_a_film_keeps_its_sound(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "film.avi"), "w") as out:
        sound = out.add_stream("pcm_s16le", rate=8000)
        video = out.add_stream("mjpeg", rate=10, options={"strict": "unofficial"})
        video.width, video.height, video.pix_fmt = 64, 48, "yuvj420p"
        for _ in range(10):
            out.mux(video.encode(av.VideoFrame(64, 48, "yuvj420p")))
        tone = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        tone.rate = 8000
        out.mux(sound.encode(tone))
        out.mux(video.encode(None))
    kind, packed = clip_of(str(tmp_path / "film.avi")).split(";base64,")
    assert kind == "data:video/webm"
    with av.open(io.BytesIO(base64.b64decode(packed)), "r") as clip:
        assert [each.codec_context.name for each in clip.streams] == ["vp8", "opus"]
        assert isinstance(clip, av.container.InputContainer)
        assert clip.duration == pytest.approx(1_000_000, rel=0.15)
