"""`python -m tools.api_page`: the page of the recognizer's interface, from its docstrings, into docs/api/.

Every warning is an error, and so is a class, function, method or property without a docstring.
"""

import argparse
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdoc
import pdoc.doc
import pdoc.render

import recognizer
from tools.environment import ROOT

FOLDER = ROOT / "docs" / "api"


def main(arguments: list[str]) -> int:
    """Write the pages; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.api_page", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder (default: docs/api)")
    out: Path = parser.parse_args(arguments).out
    for name in recognizer.__all__:
        getattr(recognizer, name)  # loaded on first use; pdoc shows what is loaded
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            _write(out)
    except (Warning, RuntimeError) as error:
        print(f"docs: {error}", file=sys.stderr)
        return 1
    print(f"docs: {out / 'index.html'}")
    return 0


def undocumented(namespace: pdoc.doc.Namespace[Any]) -> Iterator[str]:
    """The names of what has no docstring, in a module and its classes; fields and enum members say themselves."""
    for member in (
        namespace.own_members if isinstance(namespace, pdoc.doc.Class) else namespace.members.values()
    ):
        speaks_for_itself = isinstance(member, pdoc.doc.Variable) and not isinstance(
            getattr(namespace.obj, member.name, None), property
        )
        if not (speaks_for_itself or member.docstring or member.name.startswith("_")):
            yield member.fullname
        if isinstance(member, pdoc.doc.Class):
            yield from undocumented(member)


def _write(out: Path) -> None:
    if missing := list(undocumented(pdoc.doc.Module(recognizer))):
        raise RuntimeError(f"without a docstring: {', '.join(missing)}")
    pdoc.render.configure(docformat="google", show_source=False)
    pdoc.pdoc("recognizer", "!recognizer.", output_directory=out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
