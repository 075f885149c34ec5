# Everything runs in .venv, which `install` makes with the tested versions.
PYTHON ?= python3
VENV := .venv
# Not from the root: its path may hold a blank.
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet -c constraints.txt
MIM_FILES := $(shell find configs tools -not -name '*.pyc' -not -name __pycache__) \
	model-index.yml

# More threads than one spin and slow each other down on small models.
export OMP_NUM_THREADS ?= 1
# Tests side by side; each of these processes holds a torch of its own.
TEST_JOBS ?= 2
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: install demo test test-all lint bench

install: $(VENV)/.installed $(VENV)/.mim

demo: install
	$(BIN)/python tools/demo.py

test: $(VENV)/.installed-dev $(VENV)/.mim
	$(BIN)/python -m pytest -n $(TEST_JOBS) --dist worksteal \
		-m 'not slow and not gpu'

test-all: $(VENV)/.installed-dev $(VENV)/.mim
	$(BIN)/python -m pytest

# A trial of some minutes; without --quick the numbers are those to report.
bench: $(VENV)/.installed-bench
	$(BIN)/python tools/benchmark.py --quick \
		--json work_dirs/benchmark/quick.json

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

$(VENV)/.installed: setup.py pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[lite,probe]'
	touch $@ $(VENV)/.mim

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) -e '.[lite,dev]'
	touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	$(PIP) -e '.[lite,bench]'
	touch $@

# What `mim train skeletonmae_plugin NAME.py` finds is a copy, made by the
# installation: made anew after an edit.
$(VENV)/.mim: $(MIM_FILES) | $(VENV)/.installed
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@
