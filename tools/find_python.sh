#!/bin/sh
# Prints the Python that sets up Sonrisa: the one given (make play PYTHON=...), or the first fitting one on the PATH.
given=$1

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

if [ -n "$given" ]; then
    fits "$given" && echo "$given" && exit 0
else
    for python in python3 python3.13 python3.12 python3.11 python; do
        fits "$python" && echo "$python" && exit 0
    done
fi
version=$("${given:-python3}" --version 2>/dev/null) || version="not there"
echo "Sonrisa needs Python 3.11, 3.12 or 3.13, and ${given:-python3} is ${version:-no Python 3};" \
    "install one of them, or name it: make play PYTHON=/path/to/python3.12" >&2
exit 1
