PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help solve test lint format install benchmarks clean

help:
	@echo "make solve       install, solve riddles/three_numbers.riddle, say where the picture is"
	@echo "make test        install what the tests need and run them"
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

$(VENV)/.lint: $(VENV)/.installed
	$(PIP) -e ".[test,lint]"
	@touch $@

install: $(VENV)/.installed

solve: $(VENV)/.installed
	$(BIN)/oedipus solve riddles/three_numbers.riddle --out solved

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2

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

benchmarks: $(VENV)/.installed
	$(BIN)/python benchmarks/riddle.py --seeds 100

clean:
	rm -rf $(VENV) build dist solved *.egg-info
