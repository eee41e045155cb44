"""Which build of ONNX Runtime there is, and whether it may use a graphics card."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from recognizer import runtime
from recognizer.runtime import CPU, CUDA, installed_builds, open_session, providers
from tests.data import REPOSITORY
from tests.recognizer.models import write_model


def test_cuda_is_asked_for_only_where_a_card_answers() -> None:
    assert providers([CUDA, CPU], True) == [CUDA, CPU]
    assert providers([CUDA, CPU], False) == [CPU]
    assert providers([CPU], True) == [CPU]


def test_one_build_is_installed() -> None:
    assert len(installed_builds()) == 1


def test_a_model_runs_where_the_machine_lets_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_model(tmp_path)
    runtime._say_once.cache_clear()
    with caplog.at_level(logging.WARNING):
        sessions = [open_session(next(tmp_path.glob("*.onnx")).read_bytes(), 1) for _ in range(2)]
    on_card = [CUDA in session.get_providers() for session in sessions]
    assert on_card[0] == on_card[1]
    assert len(caplog.messages) == (1 if on_card[0] else 0)


def install(folder: Path, name: str) -> None:
    """The metadata that pip leaves of an installed package."""
    info = folder / f"{name.replace('-', '_')}-1.31.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.31.1\n")


def test_both_builds_at_once_are_named_once_with_the_way_out(tmp_path: Path) -> None:
    for name in runtime.BUILDS:
        install(tmp_path / "packages", name)
    write_model(tmp_path)
    program = (
        "import sys; from pathlib import Path; from recognizer.classify import Classifier\n"
        "for _ in range(2): Classifier.load(Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, str(next(tmp_path.glob("*.yaml")))]
    environment = os.environ | {"PYTHONPATH": f"{tmp_path / 'packages'}{os.pathsep}{REPOSITORY}"}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = answer.stderr.splitlines()
    assert answer.returncode == 0
    assert len(lines) == 1
    assert "overwrite each other; keep one: pip uninstall -y onnxruntime onnxruntime-gpu, then" in lines[0]
    assert 'pip install "onnxruntime-gpu[cuda,cudnn]==1.31.1"' in lines[0]
