"""The promise that nothing leaves the computer, checked against the libraries that would break it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.data import REPOSITORY
from tests.recognizer.clips import write_video
from tests.recognizer.models import write_model

INTERNET = re.compile(r"AF_INET6?\b")


WATCHER = """
import importlib, os, sys
class Watcher:
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            print("loaded with", os.environ.get("ORT_DISABLE_TELEMETRY"))
sys.meta_path.insert(0, Watcher())
importlib.import_module(sys.argv[1])
import onnxruntime
"""


@pytest.mark.parametrize(
    "module", ["recognizer.classify", "player.music.analysis.mood_model", "training.exporting.parity"]
)
def test_onnx_runtime_is_told_to_send_nothing_before_it_is_loaded(module: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    command = [sys.executable, "-c", WATCHER, module]
    answer = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.splitlines() == ["loaded with 1"]


@pytest.mark.slow
@pytest.mark.usefixtures("face_model")
def test_a_video_is_read_without_asking_the_network_for_anything(tmp_path: Path) -> None:
    if not shutil.which("strace"):
        pytest.skip("needs strace: apt install strace")
    # What switches ONNX Runtime's telemetry off by itself would hide the fault: it looks for CI and for unit tests.
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    calls, clip, model = tmp_path / "calls.txt", write_video(tmp_path / "clip.mp4"), write_model(tmp_path)
    command = ["strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(calls), sys.executable]
    command += ["-m", "recognizer", str(clip), "--model", str(model), "--quiet"]
    subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, capture_output=True)
    assert [line for line in calls.read_text(errors="replace").splitlines() if INTERNET.search(line)] == []
    assert not (tmp_path / ".cache" / "Microsoft").exists()
