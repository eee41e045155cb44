# make play          set up and start the player        make play ARGS="--music ~/Music"
# make setup         only set up
# make test          set up and run the tests           make test ARGS="-k steady"
# make test-all      the long ones too, one after the other: whole data sets, recorded sound (wants a quiet machine)
# make check         format, lint, types, import directions
# make format        put the code into its format
# make docs          write the page of the recognizer's interface to docs/api/
# make wheel         build dist/sonrisa-*.whl, which pip installs
# make bench         measure speed, steadiness and response; python -m benchmarks.response --help for one of them
# make train         fit the emotion model again (hours; the recipe says where it looks for the faces)
# make lock          renew the pinned versions in requirements/
# make clean         remove what was made, the virtual environment included
#
# WORKERS=4 runs the tests in four processes (two unless told otherwise; 0: in one, to debug).
# GPU=1 (make play GPU=1) puts ONNX Runtime for NVIDIA's graphics cards in the place of the one for the processor; it
# stays until make clean.
# PYTHON=python3.12 chooses the Python for the virtual environment.

PYTHON ?=
GPU ?=
ARGS ?=
WORKERS ?= 2
PASSES ?= emotion_labels emotion_votes emotion
RUN := $(if $(filter Windows_NT,$(OS)),.venv/Scripts/,.venv/bin/)
SETUP = python=$$(sh tools/find_python.sh "$(PYTHON)") && "$$python" -m tools.setup $(if $(PYTHON),--use-this-python) $(if $(filter-out 0,$(GPU)),--gpu)

.PHONY: help play test test-all check format bench docs wheel train lock clean setup setup-test

help:
	@sed -n 's/^# \{0,1\}//p' Makefile

setup:
	@$(SETUP) play

setup-test:
	@$(SETUP) test

play: setup
	@$(RUN)python -m player $(ARGS)

test: setup-test
	@$(RUN)python -m pytest -m "not slow" --numprocesses $(WORKERS) --dist loadfile $(ARGS)

test-all: setup-test
	@$(RUN)python -m pytest $(ARGS)

check: setup-test
	@$(RUN)ruff format --check .
	@$(RUN)ruff check .
	@$(RUN)mypy
	@$(RUN)lint-imports

format: setup-test
	@$(RUN)ruff format .
	@$(RUN)ruff check --fix .

docs: setup-test
	@$(RUN)python -m tools.api_page

wheel: setup
	@$(RUN)python -m pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir dist .
	@ls dist/*.whl

bench: setup-test
	@set -e; for part in latency model_cost response footprint steadying reaction_sync rendered_faces; do $(RUN)python -m benchmarks.$$part; done

train: setup-test
	@set -e; for pass in $(PASSES); do $(RUN)python -m training fit training/recipes/$$pass.yaml --run runs/$$pass --resume $(ARGS); done
	@$(RUN)python -m training export --run runs/emotion --weights runs/emotion/emotion_weights.pt

lock:
	sh tools/lock.sh

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
