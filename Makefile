# Two commands set everything up on a machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3 || command -v python)
BIN := .venv/bin
DEMO ?= demo

.DEFAULT_GOAL := help
.PHONY: help install demo test browser fuzz attack planted check lint types floors format bench mutations docs pictures clean

help:  ## show the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=/path/to/python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/developing: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,docs]'
	@touch $@

install: .venv/installed  ## make .venv and install the pinned dependencies

demo: .venv/installed  ## the main job on the synthetic municipality; says where the report is
	$(BIN)/kumppanuus demo $(DEMO)

test: .venv/developing  ## the whole test suite
	$(BIN)/python -m pytest -n 2 --dist loadfile

browser: .venv/developing  ## the report in headless Chromium (Debian, as root: .ci/system-packages installs it)
	KUMPPANUUS_BROWSER=required $(BIN)/python -m pytest -n 0 tests/browser

fuzz: .venv/developing  ## 2,000 seeded mutations of the demo's extracts
	KUMPPANUUS_FUZZ=0-2000 $(BIN)/python -m pytest -n 2 --dist load tests/fuzz

attack: .venv/developing  ## attack the reports of 1,000 random municipalities, and 20 whole written ones (20 minutes)
	$(BIN)/python -m benchmarks.attack

planted: .venv/developing  ## are the demo's planted pain points found, and nothing above them? 20 seeds, or SEEDS=3
	$(BIN)/python -m benchmarks.planted $(SEEDS)

check: lint types floors  ## lint, types and floors

lint: .venv/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/developing
	$(BIN)/mypy

floors: .venv/developing
	$(BIN)/lint-imports

format: .venv/developing  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/developing  ## speed and memory, as ratios in one run
	$(BIN)/python -m benchmarks.rooms
	$(BIN)/python -m benchmarks.intake
	$(BIN)/python -m benchmarks.audit
	$(BIN)/python -m benchmarks.exhibits
	$(BIN)/python -m benchmarks.help
	$(BIN)/python -m benchmarks.optimise
	$(BIN)/python -m benchmarks.partners

mutations: .venv/developing  ## weaken the gate in one place at a time; a test must notice
	$(BIN)/python -m benchmarks.mutations

docs: .venv/developing  ## the documentation as a site: site/index.html (runs the demo for its pictures)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "site/index.html"

pictures: .venv/developing  ## the pictures of README and docs, anew from the demo
	$(BIN)/python -m docs_build.pictures

clean:  ## remove what can be made again
	rm -rf .venv build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
