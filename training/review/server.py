"""The review page on this computer alone: 127.0.0.1, a secret in the address, and no answer to other pages.

A page that a person has open elsewhere could send requests to local programs. So each request needs the cookie that the
address with the secret gave, the right host name (another name may be made to point here), and answers are only taken
from this page itself.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, make_response, redirect, request
from PIL import Image
from werkzeug.serving import BaseWSGIServer, make_server

from recognizer.affect import EMOTIONS
from recognizer.errors import OutputError, UsageError
from training.data.pictures import pixels_of
from training.data.rows import Row, UnusableRow
from training.data.sheet import as_picture
from training.errors import DataError
from training.report.template import page_environment, page_style
from training.review.session import Session

HOST = "127.0.0.1"
LARGEST_PORT = 65535
COOKIE = "sonrisa_review"
LARGEST_SHOWN_PX = 1400
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
FOLDER = Path(__file__).parent


class ReviewServer:
    """A page about one session. `serve` answers until `close` is called from another thread, or Ctrl+C."""

    def __init__(self, session: Session, port: int = 0) -> None:
        """Raises UsageError where the port is taken or no port at all; 0 takes a free one."""
        if port > LARGEST_PORT:
            raise UsageError(f"--port {port}: ports end at {LARGEST_PORT}")
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._token = secrets.token_urlsafe(24)
        app = review_app(session, self._token)
        try:
            self._server: BaseWSGIServer = make_server(HOST, port, app, threaded=True)
        except (OSError, SystemExit) as error:  # werkzeug ends the program where a port is taken
            raise UsageError(f"port {port} is taken or not allowed; choose another --port") from error
        app.config["TRUSTED_HOSTS"] = [f"{name}:{self._server.server_port}" for name in (HOST, "localhost")]

    @property
    def address(self) -> str:
        """What to open; it holds the secret."""
        return f"http://{HOST}:{self._server.server_port}/?token={self._token}"

    def serve(self) -> None:
        """Answer requests until `close` or Ctrl+C, which werkzeug takes for a wish and not for a fault."""
        self._server.serve_forever()

    def close(self) -> None:
        """End `serve`, from another thread."""
        self._server.shutdown()


def review_app(session: Session, token: str) -> Flask:
    """The pages and what they ask for; TRUSTED_HOSTS has to be set before it is served."""
    app = Flask(__name__, static_folder=None)

    @app.before_request
    def only_from_here() -> Response | None:
        return _refused(token)

    @app.after_request
    def nothing_from_elsewhere(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    app.add_url_rule("/", view_func=lambda: _page(session), endpoint="page")
    app.add_url_rule("/page.js", view_func=_script, endpoint="script")
    app.add_url_rule("/state", view_func=lambda: _state(session), endpoint="state")
    app.add_url_rule("/faces/<int:place>", view_func=session.shown, endpoint="face")
    app.add_url_rule(
        "/pictures/<int:place>", view_func=lambda place: _picture(session, place), endpoint="picture"
    )
    app.add_url_rule("/crops/<int:place>", view_func=lambda place: _crop(session, place), endpoint="crop")
    app.add_url_rule("/answers", view_func=lambda: _answer(session), endpoint="answer", methods=["POST"])
    app.add_url_rule("/undo", view_func=lambda: _undo(session), endpoint="undo", methods=["POST"])
    app.register_error_handler(UsageError, lambda error: ({"error": str(error)}, 400))
    app.register_error_handler(OutputError, lambda error: ({"error": str(error)}, 507))
    return app


def _refused(token: str) -> Response | None:
    """None for a request that may go on; the address with the secret becomes a cookie."""
    host = request.host  # refuses other names than TRUSTED_HOSTS
    given = request.args.get("token")
    if request.path == "/" and given is not None and secrets.compare_digest(given, token):
        response = make_response(redirect("/"))
        response.set_cookie(COOKIE, token, httponly=True, samesite="Strict")
        return response
    if not secrets.compare_digest(request.cookies.get(COOKIE, ""), token):
        return make_response("Open the address that the terminal shows.", 403)
    if request.method == "POST" and request.headers.get("Origin") != f"http://{host}":
        return make_response("Answers are only taken from the review page itself.", 403)
    return None


def _page(session: Session) -> str:
    gathered = session.queue.gathered
    return (
        page_environment(FOLDER)
        .get_template("page.html")
        .render(
            style=page_style(),
            emotions=list(map(str, EMOTIONS)),
            person=session.person,
            path=session.path.name,
            reader=gathered.reader.name,
            cut=gathered.crop == "aligned",
        )
    )


def _script() -> Response:
    return Response((FOLDER / "page.js").read_bytes(), mimetype="text/javascript")


def _state(session: Session) -> dict[str, Any]:
    start = request.args.get("from", 0, type=int)
    place = session.first_open(start)
    # Those that were passed over come once more before all is said to be done.
    return {**asdict(session.progress()), "next": session.first_open() if place is None else place}


def _answer(session: Session) -> dict[str, Any]:
    given = request.get_json()
    if not isinstance(given, dict) or not isinstance(given.get("place"), int):
        raise UsageError("an answer needs a place and what is said")
    session.answer(given["place"], str(given.get("said")))
    return {}


def _undo(session: Session) -> dict[str, Any]:
    return {"place": session.undo()}


def _picture(session: Session, place: int) -> Response:
    """The whole picture as it was found; the crop where the set has no picture files, or the file is gone."""
    files, row = session.queue.gathered.files, session.doubt(place).row
    if not files or files[row] is None:
        return _crop(session, place)
    try:
        picture = as_picture(pixels_of(Row(files[row], 0, "")))  # type: ignore[arg-type]
    except (UnusableRow, DataError):
        abort(410)
    picture.thumbnail((LARGEST_SHOWN_PX, LARGEST_SHOWN_PX))
    return _webp(picture)


def _crop(session: Session, place: int) -> Response:
    return _webp(as_picture(session.queue.gathered.faces.images[session.doubt(place).row]))


def _webp(picture: Image.Image) -> Response:
    file = BytesIO()
    picture.convert("RGB").save(file, "WEBP", quality=90)
    return Response(file.getvalue(), mimetype="image/webp")
