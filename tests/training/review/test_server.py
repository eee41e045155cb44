"""Who gets an answer, and that what is answered is kept."""

from __future__ import annotations

import os
import socket
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from recognizer.errors import UsageError
from training.review.answers import read_answers
from training.review.server import ReviewServer, review_app
from training.review.session import Session

HERE = "http://127.0.0.1:8000"
TOKEN = "secret"


@pytest.fixture
def client(session: Session) -> FlaskClient:
    app = review_app(session, TOKEN)
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1:8000"]
    client = app.test_client()
    assert client.get("/", query_string={"token": TOKEN}, base_url=HERE).status_code == 302
    return client


def test_without_the_secret_nothing_is_shown(session: Session) -> None:
    app = review_app(session, TOKEN)
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1:8000"]
    stranger = app.test_client()
    for path in ("/", "/?token=guess", "/faces/0", "/pictures/0", "/crops/0", "/state", "/page.js"):
        assert stranger.get(path, base_url=HERE).status_code == 403
    for path in ("/answers", "/undo"):
        assert stranger.post(path, json={}, base_url=HERE, headers={"Origin": HERE}).status_code == 403


def test_a_name_that_was_made_to_point_here_is_refused(client: FlaskClient) -> None:
    client.set_cookie("sonrisa_review", TOKEN, domain="evil.example")
    assert client.get("/faces/0", base_url="http://evil.example:8000").status_code == 400


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://127.0.0.1:9000"])
def test_other_pages_cannot_answer(client: FlaskClient, session: Session, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    said = {"place": 0, "said": "sad"}
    assert client.post("/answers", json=said, base_url=HERE, headers=headers).status_code == 403
    assert read_answers(session.path) == []


def test_no_other_page_may_frame_it_or_read_it(client: FlaskClient) -> None:
    page = client.get("/", base_url=HERE)
    assert page.status_code == 200
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in page.headers
    assert "http" not in page.text.replace("http-equiv", "")


def post(client: FlaskClient, path: str, content: object) -> tuple[int, dict[str, object]]:
    response = client.post(path, json=content, base_url=HERE, headers={"Origin": HERE})
    return response.status_code, response.get_json(silent=True) or {}


def test_an_answer_is_kept_and_can_be_taken_back(client: FlaskClient, session: Session) -> None:
    assert post(client, "/undo", {}) == (200, {"place": None})
    assert post(client, "/answers", {"place": 1, "said": "sad"})[0] == 200
    assert [answer.said for answer in read_answers(session.path)] == ["sad"]
    assert client.get("/faces/1", base_url=HERE).get_json()["said"] == "sad"
    state = client.get("/state", base_url=HERE).get_json()
    assert state == {"answered": 1, "faces": 21, "doubtful_answered": 1, "doubtful": 3, "next": 0}
    assert client.get("/state?from=1", base_url=HERE).get_json()["next"] == 2
    assert post(client, "/undo", {}) == (200, {"place": 1})
    assert client.get("/faces/1", base_url=HERE).get_json()["said"] is None


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        {"place": 0},
        {"place": "0", "said": "sad"},
        {"place": 99, "said": "sad"},
        {"place": 0, "said": "jolly"},
        {"place": 0, "said": "undo"},
    ],
)
def test_what_is_no_answer_is_refused_in_words(client: FlaskClient, content: object) -> None:
    code, told = post(client, "/answers", content)
    assert code == 400
    assert told["error"]


def test_a_full_disk_is_told_and_the_face_stays_open(client: FlaskClient, session: Session) -> None:
    session.path.mkdir()
    code, told = post(client, "/answers", {"place": 0, "said": "keep"})
    assert code == 507
    assert "cannot be kept" in str(told["error"])
    assert session.first_open() == 0


def test_pictures_are_shown_and_never_changed(client: FlaskClient, session: Session, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.png")}
    for said in ("remove", "sad", "keep", "unsure"):
        post(client, "/answers", {"place": 0, "said": said})
    for path in ("/pictures/0", "/crops/0"):
        response = client.get(path, base_url=HERE)
        assert response.mimetype == "image/webp"
        assert Image.open(BytesIO(response.data)).size == (48, 48)
    assert {path: path.read_bytes() for path in folder.rglob("*.png")} == before
    file = session.queue.gathered.files[session.doubt(0).row]
    assert file is not None
    os.unlink(file)
    assert client.get("/pictures/0", base_url=HERE).status_code == 410
    assert client.get("/faces/99", base_url=HERE).status_code == 400


def test_a_port_that_is_taken_is_said(session: Session) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(UsageError, match="choose another --port"),
    ):
        ReviewServer(session, other.getsockname()[1])


def test_it_listens_on_this_computer_alone(session: Session) -> None:
    server = ReviewServer(session)
    assert server.address.startswith("http://127.0.0.1:")
    assert server._server.socket.getsockname()[0] == "127.0.0.1"
    server._server.server_close()
