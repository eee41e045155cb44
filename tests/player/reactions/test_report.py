"""The report: what it says, and that a real browser shows it on a screen, on a phone and on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.__main__ import main
from player.reactions.intervals import Value, band
from player.reactions.readings import write_readings
from player.reactions.report import svg, words
from player.reactions.report.film import ticks
from player.reactions.report.page import write_page
from player.reactions.report.pictures import film_strip, heat_row
from player.reactions.study import Study
from tests.player.reactions.people import NEUTRAL, film, keep, smiles, table, viewing
from tests.recognizer.clips import write_video

VOID = {"meta", "img", "input", "br", "hr", "link"}
ALONE = {"line", "rect", "polyline", "polygon"}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Two films (the first with its file and an actor who smiles), five viewers of whom one is of no use."""
    folder = tmp_path_factory.mktemp("report")
    study = Study.open_or_create(folder / "study", "Tea & coffee <2026>")
    file = write_video(folder / "tea.mp4", frames=12, frames_per_second=1.0)
    study.add_film(film("coffee"))
    study.add_film(film("tea", file=str(file), sha256="a" * 64))
    write_readings(study.path / "films" / "tea.faces.parquet", table(smiles(3, 7), rest=0))
    for number, viewer in enumerate(("ada", "ben", "cleo", "dora")):
        for name in ("coffee", "tea"):
            group = "young" if number % 2 else "old"
            start = 4 + number / 5 if name == "tea" else 20
            keep(study, viewing(viewer, name, group=group), smiles(start, start + 4), rate=10)
    keep(
        study,
        viewing("emil", "tea", status="partial", remark="stopped"),
        lambda t: NEUTRAL,
        seconds=3,
        rate=10,
    )
    return study


@pytest.fixture(scope="module")
def page(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "brand.csv").write_text("film,name,start_seconds,end_seconds\ntea,logo & claim,5,8\n")
    command = [
        "report",
        str(study.path),
        "--out",
        str(folder / "report.html"),
        "--markers",
        str(folder / "brand.csv"),
    ]
    assert main(command) == 0
    return folder / "report.html"


class Tags(HTMLParser):
    """Follows what is opened and closed, and gathers the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.targets += [values["href"] or ""] if "href" in values else []
        assert tag != "img" or "alt" in values
        if tag not in VOID | ALONE:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ALONE:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text.append(data)


def test_the_page_is_whole_and_needs_nothing_else(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))
    assert {target.removeprefix("#") for target in tags.targets} <= set(tags.ids)
    assert not re.findall(r"https?://", html)
    assert "default-src 'none'" in html


def test_the_page_says_what_a_reader_looks_for(page: Path) -> None:
    tags = Tags()
    tags.feed(page.read_text(encoding="utf-8"))
    text = re.sub(r"\s+", " ", " ".join(tags.text))
    assert "Tea & coffee <2026>" in text
    assert "2 films, 5 viewers, 8 viewings used, 1 left out" in text
    assert "emil tea 6 share of the film that was watched: 0.25 (stopped)" in text
    assert "logo & claim 5.0 to 8.0 s" in text
    assert "coffee \N{MINUS SIGN} tea" in text
    assert "young 2 viewers" in text
    assert "There are too few viewers to compare films" in text
    assert "n = 4: no interval" in text
    assert "The viewers' smile follows its smile with a correlation of" in text
    assert "The faces in the film itself were not measured" in text
    assert "must not be used to judge a person" in text


def test_the_same_study_gives_the_same_page(study: Study) -> None:
    first, second = (re.sub(r"\d{4}-\d\d-\d\d", "", write_page(study)) for _ in range(2))
    assert first == second


def test_a_deleted_viewer_is_in_no_new_page(tmp_path: Path) -> None:
    study = Study.open_or_create(tmp_path / "study")
    study.add_film(film())
    for viewer in ("ada", "benedikt"):
        keep(study, viewing(viewer), smiles(), rate=10)
    assert "benedikt" in write_page(study)
    study.delete_viewer("benedikt")
    assert "benedikt" not in write_page(study)


def test_an_empty_study_has_a_page_that_says_so(tmp_path: Path) -> None:
    study = Study.open_or_create(tmp_path / "study")
    assert "holds no films yet" in write_page(study)
    study.add_film(film())
    assert "0 viewers used" in write_page(study)


def test_what_is_wrong_is_one_line(study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "brand.csv").write_text("film,name,start_seconds\nwater,logo,1\n")
    for arguments in (
        [str(tmp_path)],
        [str(study.path), "--out", str(tmp_path / "no" / "r.html")],
        [str(study.path), "--out", str(tmp_path / "r.html"), "--markers", str(tmp_path / "brand.csv")],
        [str(study.path), "--out", str(tmp_path / "r.html"), "--norms", str(tmp_path / "brand.csv")],
    ):
        assert main(["report", *arguments]) in (1, 2)
        assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "r.html").exists()


def test_nothing_but_a_report_is_written_over(
    study: Study, page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = tmp_path / "letter.html"
    letter.write_text("dear")
    for path in (study.path / "study.yaml", study.path / "new.html", letter):
        before = path.read_bytes() if path.exists() else None
        assert main(["report", str(study.path), "--out", str(path)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
        assert (path.read_bytes() if path.exists() else None) == before
    again = shutil.copy(page, tmp_path / "report.html")
    assert main(["report", str(study.path), "--out", str(again)]) == 0
    assert main(["report", str(study.path), "--out", str(letter), "--overwrite"]) == 0
    assert "<html" in letter.read_text(encoding="utf-8")


PROBE = """
<script>
addEventListener("load", () => {
  const slider = document.querySelectorAll("input[type=range]")[1], section = slider.closest("section");
  slider.value = 6; slider.dispatchEvent(new Event("input"));
  const heat = section.querySelector("input.smile"); heat.click();
  const shown = [...section.querySelectorAll(".map")].filter(map => getComputedStyle(map).display != "none");
  const only = section.querySelector("select");
  only.value = "group: old"; only.dispatchEvent(new Event("change"));
  const found = {
    rows: shown.map(map => [...map.querySelectorAll(".row")].filter(row => row.offsetHeight).length)[0],
    wider: document.documentElement.scrollWidth - innerWidth,
    cursor: section.querySelector(".cursor").getAttribute("x1"),
    says: section.querySelector("output").textContent,
    maps: shown.map(map => map.className),
    stills: [...document.querySelectorAll(".strip img")].filter(image => image.naturalWidth > 0).length,
    unnamed: [...document.querySelectorAll("input")].filter(input => !input.labels.length).length,
  };
  parent.document.title = "found " + JSON.stringify(found);
});
</script>
"""


def browser(*arguments: str, folder: Path) -> str:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs a browser: apt install chromium")
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command = [program, *quiet, f"--user-data-dir={folder / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=200).stdout


def test_a_browser_shows_it_on_a_phone_and_the_slider_reads_values(page: Path, tmp_path: Path) -> None:
    html = page.read_text(encoding="utf-8").replace("</body>", PROBE + "</body>")
    (tmp_path / "probed.html").write_text(html, encoding="utf-8")
    # Chromium's own window is never narrower than 500 px; a frame is.
    (tmp_path / "phone.html").write_text('<iframe src="probed.html" width="400" height="900"></iframe>')
    looking = ("--allow-file-access-from-files", "--virtual-time-budget=4000", "--dump-dom")
    dom = browser(*looking, f"file://{tmp_path}/phone.html", folder=tmp_path)
    found = re.search(r"found \{.*?\}", dom)
    assert found is not None
    assert re.search(r'"wider":(0|-\d+),', found[0])
    assert '"cursor":"500"' in found[0]
    assert "6.0 s: happy 100 %, Smile of the face in the film 0.8" in found[0]
    assert '"rows":2' in found[0]
    assert '"maps":["map smile"]' in found[0]
    assert '"stills":11' in found[0]
    assert '"unnamed":0' in found[0]


def test_a_browser_prints_it(page: Path, tmp_path: Path) -> None:
    browser(
        "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'r.pdf'}", f"file://{page}", folder=tmp_path
    )
    pdf = (tmp_path / "r.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 20


def test_a_chart_keeps_gaps_as_gaps() -> None:
    values = np.array([[0.1, 0.2, np.nan, 0.4, 0.5, np.nan]])
    drawn = svg.band_part(band(values), (0, 1), "#123456")
    assert drawn.count("<polyline") == 2
    assert "nan" not in drawn
    assert svg.chart([], 'says "<this>"').count("&quot;&lt;this&gt;&quot;") == 1


@given(st.lists(st.one_of(st.just(float("nan")), st.floats(-5, 5)), min_size=1, max_size=40))
def test_charts_stay_inside_their_frame(values: list[float]) -> None:
    numbers = re.findall(r"(-?[\d.]+),(-?[\d.]+)", svg.trace_part(np.array(values), (-1, 1), "#000"))
    assert len(numbers) == sum(value == value for value in values)
    assert all(0 <= float(x) <= svg.WIDTH and 0 <= float(y) <= svg.HEIGHT for x, y in numbers)


@given(st.floats(0.5, 4000))
def test_time_ticks_are_few_and_inside(duration: float) -> None:
    found = ticks(duration)
    assert 1 <= len(found) <= 9
    assert all(0 <= place <= 100 for place, _ in found)
    assert len({label for _, label in found}) == len(found)


def test_numbers_are_written_for_people() -> None:
    assert words.number(0.237, "attraction") == "24 %"
    assert words.number(-0.126) == "\N{MINUS SIGN}0.13"
    assert words.number(-0.001) == "0.00"
    assert words.number(-0.004, "attention") == "0 %"
    assert words.number(float("nan")) == "\N{EN DASH}"
    assert words.interval(Value(0.2, 0.1, 0.3, 5), "happy") == "10 to 30 %"
    assert words.interval(Value(0.2, float("nan"), 0.3, 5)) == ""
    assert words.interval(Value(0.2, float("nan"), float("nan"), 3)) == "n = 3: no interval"
    assert words.base(Value(0.2, 0.1, 0.3, 12)) == "n = 12, low base"
    assert words.base(Value(0.2, 0.1, 0.3, 30)) == ""
    assert [words.probability(p) for p in (0.0004, 0.0314, 0.5, float("nan"))] == [
        "< 0.001",
        "0.031",
        "0.50",
        "\N{EN DASH}",
    ]
    assert words.signed(0.2, "smile") == "+0.20"


def test_a_film_that_cannot_be_shown_has_no_stills(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"\0" * 100)
    assert film_strip(str(tmp_path / "broken.mp4"), 10) == ()
    assert film_strip("", 10) == ()
    assert heat_row(np.array([np.nan, 0.0, 1.0]), (-1, 1)).startswith("data:image/png;base64,")
