#!/bin/sh
# Renews requirements/ from pyproject.toml for Linux, macOS and Windows and Python 3.11 to 3.13. Needs uv on the PATH.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
compile="uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --upgrade pyproject.toml"
$compile --all-extras --output-file requirements/test.txt
$compile --constraints requirements/test.txt --generate-hashes --output-file requirements/play.txt
