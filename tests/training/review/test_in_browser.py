"""The page in Chromium, by its keys."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from recognizer.affect import EMOTIONS
from training.review.answers import read_answers, standing
from training.review.server import ReviewServer
from training.review.session import Session

PROGRAMS = ("chromium", "chromedriver")
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--window-size=1280,820",
)
PATIENCE_SECONDS = 30


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    """Debian's Chromium without a window; skips where it is not installed."""
    chromium, driver = map(shutil.which, PROGRAMS)
    if not chromium or not driver:
        pytest.skip("needs Chromium: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for option in OPTIONS:
        options.add_argument(option)
    # With the driver's path given, selenium looks for nothing and fetches nothing.
    with webdriver.Chrome(options, webdriver.ChromeService(driver)) as opened:
        yield opened


@pytest.fixture
def page(browser: webdriver.Chrome, session: Session) -> Iterator[webdriver.Chrome]:
    server = ReviewServer(session)
    thread = threading.Thread(target=server.serve)
    thread.start()
    browser.get(server.address)
    wait_for(browser, lambda: place(browser) == 0)
    yield browser
    server.close()
    thread.join()


def place(browser: webdriver.Chrome) -> int:
    return int(browser.find_element(By.TAG_NAME, "body").get_attribute("data-place") or -1)


def wait_for(browser: webdriver.Chrome, condition: Callable[[], object]) -> None:
    WebDriverWait(browser, PATIENCE_SECONDS, poll_frequency=0.02).until(lambda _: condition())


def press(browser: webdriver.Chrome, key: str, then: int) -> None:
    """Press a key and wait until the face at the place `then` is shown and can be answered."""
    ActionChains(browser).send_keys(key).perform()
    wait_for(browser, lambda: place(browser) == then)
    wait_for(browser, lambda: not browser.execute_script("return busy"))


def test_a_set_is_reviewed_by_keys_alone(page: webdriver.Chrome, session: Session) -> None:
    wait_for(page, lambda: not page.execute_script("return busy"))
    picture = page.find_element(By.ID, "picture")
    assert int(picture.get_attribute("naturalWidth") or 0) == 48
    assert page.find_element(By.ID, "label").text == session.label(0)
    assert "looks sad" in page.find_element(By.ID, "reasons").text
    press(page, Keys.ENTER, 1)
    press(page, "5", 2)
    press(page, "x", 3)
    assert "All doubtful faces are answered" in page.find_element(By.ID, "told").text
    press(page, "u", 4)
    press(page, Keys.ARROW_RIGHT, 5)
    press(page, Keys.ARROW_LEFT, 4)
    press(page, "1", 5)
    press(page, "z", 4)
    said = {
        number: given["anna"].said
        for number in range(len(session.queue.doubts))
        if (given := standing(read_answers(session.path)).get(session.key(number)))
    }
    assert said == {0: "keep", 1: str(EMOTIONS[4]), 2: "remove", 3: "unsure"}
    assert "3 of 3 doubtful, 4 of all 21" in page.find_element(By.ID, "count").text
    assert not [entry for entry in page.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]


def test_what_cannot_be_kept_is_said_and_the_face_stays(page: webdriver.Chrome, session: Session) -> None:
    session.path.mkdir()
    press(page, "5", 0)
    told = page.find_element(By.ID, "told")
    wait_for(page, lambda: "cannot be kept" in told.text)
    assert place(page) == 0
