PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

WORKERS ?= 2

.PHONY: cluster help solve serve test test-page page docs lint format install benchmarks clean

help:
	@echo "make solve       install, solve riddles/three_numbers.riddle, say where the report is"
	@echo "make serve       install, and serve the page where riddles are written and solved"
	@echo "make cluster     a Dask scheduler with WORKERS workers on this machine, for oedipus sweep --cluster"
	@echo "make test        install what the tests need and run them"
	@echo "make test-page   the page in a real browser: installs what that needs, Debian's Chromium too if it can"
	@echo "make page        bundle the page anew from cli/page/frontend, by node"
	@echo "make docs        the documentation as a site, in docs/_build/html; its links are checked"
	@echo "make lint        format, lint and types, the types against the built wheel"
	@echo "make format      rewrite the code in its canonical form"
	@echo "make benchmarks  measure the figures of docs/benchmarks.md again"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) torch
	$(PIP) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.installed
	$(PIP) -e ".[test]"
	@touch $@

$(VENV)/.page: $(VENV)/.installed
	$(PIP) -e ".[page]"
	@touch $@

$(VENV)/.sweep: $(VENV)/.installed
	$(PIP) -e ".[sweep]"
	@touch $@

$(VENV)/.browser: $(VENV)/.test
	$(PIP) -e ".[test,browser]"
	command -v chromium || command -v google-chrome || apt-get install -y chromium
	@touch $@

$(VENV)/.docs: $(VENV)/.installed
	$(PIP) -e ".[docs,notebook]"
	@touch $@

$(VENV)/.lint: $(VENV)/.installed
	$(PIP) -e ".[test,lint]"
	@touch $@

install: $(VENV)/.installed

solve: $(VENV)/.installed
	$(BIN)/oedipus solve riddles/three_numbers.riddle --out solved

cluster: $(VENV)/.sweep
	@trap 'kill 0' EXIT INT TERM; \
	$(BIN)/dask scheduler --host 127.0.0.1 --port 8786 --no-dashboard & \
	MALLOC_TRIM_THRESHOLD_=33554432 MALLOC_MMAP_THRESHOLD_=33554432 $(BIN)/dask worker tcp://127.0.0.1:8786 --nworkers $(WORKERS) --nthreads 1 --no-dashboard & wait

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2

test-page: $(VENV)/.browser
	$(BIN)/python -m pytest tests/page

page:
	cd cli/page/frontend && npm ci --no-fund --no-audit && node build.mjs

docs: $(VENV)/.docs
	rm -rf docs/_build
	$(BIN)/python -m sphinx --fail-on-warning --quiet -b html -d docs/_build/doctrees docs docs/_build/html
	$(BIN)/python docs/site/links.py docs/_build/html
	@echo "docs/_build/html/index.html"

serve: $(VENV)/.page
	$(BIN)/oedipus serve

lint: $(VENV)/.lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	rm -rf build dist $(VENV)/types
	$(BIN)/python -m build --quiet --wheel
	$(PIP) --no-deps --target $(VENV)/types dist/*.whl
	cd $(VENV)/types && ../bin/python -m mypy --config-file ../../pyproject.toml -p oedipus

format: $(VENV)/.lint
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

benchmarks: $(VENV)/.sweep
	$(BIN)/python benchmarks/riddle.py --seeds 100

clean:
	rm -rf $(VENV) build dist solved docs/_build *.egg-info
