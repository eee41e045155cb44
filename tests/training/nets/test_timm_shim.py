"""timm loads beside any torch, whether torchvision's compiled operators load there or not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SHIM = "from training.nets.timm_shim import allow_timm_without_torchvision_extension as allow; allow(); "


def python(code: str, path: Path | str = "") -> None:
    """Run code in an interpreter of its own, where nothing is loaded yet; `path` comes first on its path."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(path), os.getcwd()])}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_torchvision_and_timm_load_as_they_are_installed_here() -> None:
    python(SHIM + "import torchvision, timm.optim")


def test_nothing_is_defined_where_torchvision_loads_by_itself(tmp_path: Path) -> None:
    (tmp_path / "torchvision.py").write_text("")
    python(SHIM + "import torch; assert not hasattr(torch.ops.torchvision, 'nms')", tmp_path)
