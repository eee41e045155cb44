"""The page and the JSON: whole, readable, self-contained, and honest about what the faces cannot tell."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from recognizer.affect import EMOTIONS
from recognizer.card import Prior, load_card, save_card
from recognizer.classify import Classifier
from recognizer.palette import EMOTION_RGB
from tests.training.report.readers import peopled_faces, without_emotion, write_reader
from training.data.faces import FaceSet, Split
from training.errors import DataError
from training.evaluation.cost import Speed
from training.evaluation.operating_point import TAUS
from training.report.colours import LEAST_CONTRAST, WHITE, contrast, readable_on_white, standalone
from training.report.contents import Contents, MeasureOptions, in_one_order, measure
from training.report.document import Report, ReportProvenance, document, write_json
from training.report.page import draw, render

ORIGIN = ReportProvenance(
    "2026-01-02",
    "python -m training evaluate a.yaml",
    "faces.csv",
    0,
    {"numpy": "1"},
    {
        "processor": "a processor",
        "cores": 2,
        "system": "Linux",
        "python": "3.11",
    },
)
SPEEDS = {"A (reader)": Speed(1.5, 2.0, None)}


class Page(HTMLParser):
    """What a reader finds: anchors and links, addresses of pictures, alternative texts, tags left open."""

    VOID = frozenset({"meta", "img", "br", "link", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.open: list[str] = []
        self.headings: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        if tag == "a":
            self.links.append(values.get("href") or "")
        if tag == "img":
            self.images.append(values)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def contents(tmp_path: Path, faces: FaceSet, models: int = 1, split: str = "test") -> Contents:
    cards = [write_reader(tmp_path, f"reader{i}", spoiled) for i, spoiled in enumerate((0.3, 0.9)[:models])]
    wanted = MeasureOptions(split, robustness_faces=5)
    return measure([Classifier.load(card) for card in cards], [faces] * models, wanted)


def page_of(measured: Contents, faces: FaceSet, *, show_faces: bool = True) -> str:
    return render(Report(measured, SPEEDS, ORIGIN), draw(measured), faces, show_faces=show_faces)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Contents, FaceSet]:
    faces = peopled_faces()
    return contents(tmp_path_factory.mktemp("two"), faces, models=2), faces


def test_the_page_needs_nothing_from_elsewhere(two: tuple[Contents, FaceSet]) -> None:
    text = page_of(*two)
    outside = [address for address in re.findall(r'(?:src|href)="([^"]+)"', text) if address[0] != "#"]
    assert outside
    assert all(address.startswith("data:image/png;base64,") for address in outside)
    assert "<script" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_every_entry_of_the_contents_leads_somewhere_and_every_tag_is_closed(
    two: tuple[Contents, FaceSet],
) -> None:
    page = Page(page_of(*two))
    assert page.open == []
    assert {link.removeprefix("#") for link in page.links} <= page.ids
    assert len(page.links) > 10
    assert page.headings[0] == "h1"
    assert page.headings.count("h1") == 1


def test_pictures_and_figures_are_told_to_those_who_cannot_see_them(two: tuple[Contents, FaceSet]) -> None:
    page = Page(page_of(*two))
    assert page.images
    assert all((image["alt"] or "").startswith("a face labelled ") for image in page.images)
    for figure in draw(two[0]).values():
        parsed = ElementTree.fromstring(str(figure))
        assert parsed.get("role") == "img"
        assert parsed.get("aria-label")
        assert parsed.findtext("{http://www.w3.org/2000/svg}desc")


def test_the_page_says_which_model_is_better_and_what_was_skipped(two: tuple[Contents, FaceSet]) -> None:
    text = page_of(*two)
    assert "A (reader0) is better by " in text
    assert "Test without near copies: " in text
    assert "row 3: not a face &lt;b&gt;at all&lt;/b&gt;" in text
    for words in ("person 0", "food", "cars", "near copies", "McNemar", "2026-01-02"):
        assert words in text


def test_where_people_voted_the_page_is_about_what_most_of_them_saw(tmp_path: Path) -> None:
    faces = peopled_faces()
    faces = faces.with_votes(np.eye(8, dtype=np.float32)[faces.labels])
    card = write_reader(tmp_path, "reader", 0.3)
    save_card(replace(load_card(card), prior=Prior(0.25, (0.1, 0.02, 0.04, 0.26, 0.15, 0.12, 0.31))), card)
    measured = measure([Classifier.load(card)], [faces], MeasureOptions(robustness_faces=5))
    assert measured.main == "test_votes"
    assert len(measured.models[0].operating) == len(TAUS)
    text = page_of(measured, faces)
    page = Page(text)
    assert page.open == []
    assert "operating" in page.ids
    for words in ("faces as most people do", "test by most votes", "test by FER+&#39;s majority without near copies",
                  "card: 0.25", "with votes"):  # fmt: skip
        assert words in text.replace("Test", "test"), words
    told = document(Report(measured, {}, ORIGIN), faces.names.tolist())
    assert told["part"] == "test_votes"
    assert told["models"][0]["card"]["prior"]["tau"] == 0.25
    assert told["models"][0]["parts"]["test_votes"]["votes_log_loss"] > 0


def test_faces_can_be_left_out_and_the_page_says_so(two: tuple[Contents, FaceSet]) -> None:
    text = page_of(*two, show_faces=False)
    assert "data:image" not in text
    assert "left out of this page on purpose" in text


def test_an_emotion_without_faces_is_named_and_nothing_is_not_a_number(tmp_path: Path) -> None:
    faces = without_emotion(peopled_faces(), "disgust")
    measured = contents(tmp_path, faces, models=2)
    text = page_of(measured, faces)
    assert "no such faces" in text
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b", text)
    json.dumps(document(Report(measured, {}, ORIGIN), faces.names.tolist()), allow_nan=False)


def test_a_set_with_one_emotion_alone_still_makes_a_page(tmp_path: Path) -> None:
    faces = peopled_faces()
    faces = faces.where(faces.labels == 3)
    text = page_of(contents(tmp_path, faces), faces)
    assert "these faces cannot tell" in text
    assert not re.search(r"\bnan\b", text)


def test_a_set_without_training_images_says_that_copies_were_not_looked_for(tmp_path: Path) -> None:
    faces = peopled_faces().split(Split.TEST)
    measured = contents(tmp_path, faces)
    assert measured.data.near_copies is None
    assert "not looked for" in page_of(measured, faces)


def test_a_flawless_model_has_no_mistakes_to_show(tmp_path: Path) -> None:
    faces = peopled_faces()
    measured = contents(tmp_path, faces)
    flawless = replace(measured, models=(replace(measured.models[0], mistakes=()),))
    assert "It has no face wrong." in page_of(flawless, faces)


def test_different_faces_cannot_be_compared(tmp_path: Path) -> None:
    faces = peopled_faces()
    card = Classifier.load(write_reader(tmp_path))
    with pytest.raises(DataError, match="different faces"):
        measure([card, card], [faces, faces.split(Split.TEST)], MeasureOptions())


def test_the_same_faces_in_another_order_are_brought_into_one() -> None:
    faces = peopled_faces()
    mixed = faces.take(np.random.default_rng(0).permutation(len(faces)))
    first, second = in_one_order([faces, mixed])
    assert np.array_equal(first.names, second.names)
    assert np.array_equal(first.images, second.images)
    other = faces.split(Split.TEST)
    assert in_one_order([faces, other])[1] is other


def test_the_json_has_the_documented_keys_and_the_pages_numbers(
    two: tuple[Contents, FaceSet], tmp_path: Path
) -> None:
    measured, faces = two
    write_json(
        document(Report(measured, SPEEDS, ORIGIN), faces.names.tolist()), tmp_path / "deep" / "scores.json"
    )
    read = json.loads((tmp_path / "deep" / "scores.json").read_text())
    assert read["format"] == 1
    assert {"made", "command", "seed", "versions", "data", "models", "speed", "comparison"} <= set(read)
    first = read["models"][0]
    assert set(first["parts"]) == {"valid", "test", "test_without_near_copies"}
    assert first["parts"]["test"]["accuracy"] == pytest.approx(
        measured.models[0].parts["test"].accuracy, abs=1e-6
    )
    assert first["most_wrong"][0]["face"].startswith("row ")
    assert read["comparison"]["test"]["mcnemar_p"] == pytest.approx(
        measured.paired["test"].mcnemar_p, abs=1e-6
    )
    assert "probabilities" not in first


def test_a_figure_stands_alone_as_a_file(two: tuple[Contents, FaceSet]) -> None:
    for figure in draw(two[0]).values():
        text = standalone(figure)
        assert "var(--c)" in text or "var(" not in text
        assert not re.search(r"var\(--(?!c\))", text)
        ElementTree.fromstring(text)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_lines_can_be_told_from_white_paper(emotion: str) -> None:
    colour = EMOTION_RGB[next(one for one in EMOTIONS if one == emotion)]
    assert contrast(readable_on_white(colour), WHITE) >= LEAST_CONTRAST


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast((118, 118, 118), WHITE) == pytest.approx(4.54, abs=0.01)
