"""The house rules that a reader relies on: which way imports point, what live code loads, how long things get."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import quantiles

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("recognizer", "player", "training", "benchmarks", "tools")
LIVE = ("recognizer", "player")
ONLY_FOR_TRAINING = {
    "torch",
    "torchvision",
    "timm",
    "sklearn",
    "matplotlib",
    "onnx",
    "onnxscript",
    "skl2onnx",
}
FORBIDDEN = {
    "recognizer": {"player", "training", "benchmarks", "tests", *ONLY_FOR_TRAINING},
    "player": {"training", "benchmarks", "tests", *ONLY_FOR_TRAINING},
    "training": {"player", "benchmarks", "tests"},
}
ALLOWED = {"player.reactions.report.charts": {"matplotlib"}}
"""Charts as files belong to studies, not to what runs live: they load it only when they are asked for."""
LONGEST_MODULE_LINES = 400
LONGEST_FUNCTION_LINES = 60
MOST_FUNCTIONS_LINES = 30


def modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> Iterator[str]:
    """Top-level names of all modules that a file imports, at its head or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def imported_modules(path: Path, known: set[str]) -> set[str]:
    """The modules among `known` that a file imports, inside functions and for type checks too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (named & known) or {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return (found & known) - {module_name(path)}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and number of lines of each function, its decorators and docstring included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("package", FORBIDDEN)
def test_imports_point_one_way(package: str) -> None:
    wrong = {
        name: (FORBIDDEN[package] & set(imported(path))) - ALLOWED.get(name, set())
        for path in modules(package)
        if (name := module_name(path))
    }
    assert {name: found for name, found in wrong.items() if found} == {}


def test_no_modules_import_each_other_in_a_circle() -> None:
    """An order exists in which every module comes after those that it imports."""
    paths = {module_name(path): path for path in modules("recognizer", "player", "training")}
    graph = {name: imported_modules(path, set(paths)) for name, path in paths.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, with the circle's modules


def test_the_live_program_never_loads_what_only_training_needs() -> None:
    """Every live module is really imported: a library might pull in another one."""
    names = [module_name(path) for path in modules(*LIVE) if path.name != "__main__.py"]
    program = f"""
import importlib, sys
for name in {names}:
    importlib.import_module(name)
print(*sorted({ONLY_FOR_TRAINING} & set(sys.modules)))
"""
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[-1].split() == []


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_stay_readable_in_one_go(package: str) -> None:
    lengths = {
        module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(package)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE_LINES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_stay_short(package: str) -> None:
    lengths = dict(entry for path in modules(package) for entry in functions(path))
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION_LINES} == {}
    if len(lengths) > 1:
        assert quantiles(lengths.values(), n=10)[-1] < MOST_FUNCTIONS_LINES
