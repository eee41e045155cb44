"""Where a run comes from: enough to make it again elsewhere and to compare."""

from __future__ import annotations

import json
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import torch

from recognizer.resources import checkout

PROVENANCE, FORMER_NAME = "provenance.json", "origin.json"
"""The file in a run's folder, and what earlier versions called it."""
PACKAGES = ("torch", "timm", "lightning-fabric", "numpy", "opencv-python")


def provenance(seed: int, processes: int, precision: str) -> dict[str, str | int | bool]:
    """Git revision (and whether files differ from it), package versions, seed and the kind of machine."""
    revision = _git("rev-parse", "HEAD")
    return {
        "git": revision or "unknown",
        "git_dirty": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "seed": seed,
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "machine": machine(),
        "processes": processes,
        "threads": torch.get_num_threads(),
        "precision": precision,
    }


def revision_of(run: Path) -> str:
    """The git revision that a run was fitted with; empty where it does not say."""
    for name in (PROVENANCE, FORMER_NAME):
        try:
            revision = str(json.loads((run / name).read_text(encoding="utf-8")).get("git", ""))
        except (OSError, json.JSONDecodeError):
            continue
        return "" if revision == "unknown" else revision
    return ""


def machine() -> str:
    """The kind of machine in words, such as "AMD EPYC, 2 cores" or with its GPU; never its name."""
    capabilities = torch.cpu.get_capabilities()
    cpu = str(capabilities.get("cpu_name") or platform.processor() or platform.machine())
    cores = capabilities.get("num_physical_cores")
    words = f"{cpu}, {cores} cores" if cores else cpu
    return f"{torch.cuda.get_device_name()} with {words}" if torch.cuda.is_available() else words


def _git(*arguments: str) -> str:
    """What git says of the repository; empty where there is no git, or the program runs from an installation."""
    folder = checkout()
    if folder is None:
        return ""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
