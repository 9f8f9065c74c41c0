# Everything a person needs, each command by itself. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8400
# Two more than there are cores: tests wait for servers and sockets a quarter of their time.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 2)

# Tests start the program hundreds of times. Where this is set, each start would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo run test test-fast lint lint-mypy lint-ruff lint-imports lint-deptry fmt words bench chaos lock audit clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## the virtual environment with the locked dependencies

demo: $(VENV)/.run ## a local Slack and the bot, with sample people; KEEP=1, EMPTY=1, PORT=, SPEED=60
	@exec $(BIN)/escalate demo --port $(PORT) $(if $(filter 1,$(KEEP)),--keep) $(if $(filter 1,$(EMPTY)),--empty) $(if $(SPEED),--speed $(SPEED))

run: $(VENV)/.run ## the bot against a real workspace; tokens from the environment or .env
	@$(BIN)/escalate migrate
	@exec $(BIN)/escalate run

test: $(VENV)/.dev ## every test, on SQLite and on PostgreSQL
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

# Folders of quick tests, so that new ones there are included, and the story of an escalation's whole life.
FAST := tests/policy --ignore tests/policy/keys tests/views tests/models tests/handlers tests/stories/test_whole_life.py

test-fast: $(VENV)/.dev ## under half a minute: policy, views, small units, and a story on SQLite
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q -k "not postgresql" --hypothesis-profile=fast $(FAST) $(ARGS)

# mypy takes longest, so the others run beside it. What each says is printed together.
lint: $(VENV)/.dev ## ruff, mypy, import-linter, deptry
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going lint-mypy lint-ruff lint-imports lint-deptry

lint-mypy:
	@$(BIN)/mypy

lint-ruff:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

lint-imports:
	@$(BIN)/lint-imports

lint-deptry:
	@$(BIN)/deptry .

fmt: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

words: $(VENV)/.dev ## every sentence people read, in every state, in var/words.md; ARGS=PATH
	@$(BIN)/python -m tests.words $(ARGS)

bench: $(VENV)/.dev ## the benchmark suite, one JSON line per figure
	@$(BIN)/python -m tests.bench $(ARGS)

# Strict: a dependency that could not be looked up is a failure, and not one without vulnerabilities.
audit: $(VENV)/.dev ## known vulnerabilities among the locked dependencies
	@$(BIN)/pip-audit --strict --requirement requirements-charts.txt --disable-pip --require-hashes

chaos: $(VENV)/.dev ## break the real processes on purpose for minutes, one JSON line a run
	@$(BIN)/python -m tests.chaos $(ARGS)

lock: ## compile the requirements files anew from pyproject.toml
	@test -x .lock/bin/uv || { $(PYTHON) -m venv .lock && .lock/bin/pip install --quiet uv; }
	@opts="--universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet"; \
	  .lock/bin/uv pip compile $$opts $(ARGS) pyproject.toml --group build -o requirements.txt; \
	  .lock/bin/uv pip compile $$opts $(ARGS) pyproject.toml --group build --extra charts -c requirements.txt -o requirements-charts.txt; \
	  .lock/bin/uv pip compile $$opts $(ARGS) pyproject.toml --group build --group dev --extra charts -c requirements-charts.txt -o requirements-dev.txt

clean: ## the virtual environment, caches and local databases
	@rm -rf $(VENV) .lock var .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info

# The stamps: an environment is made once, and again only when what it is made from changes.
$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Escalate needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making the virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --no-input

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/pip
	@echo "Installing the locked dependencies (once) …"
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# Little of what only tests and checks need is ever imported, so each module is compiled when it is.
$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what the tests and checks need (once) …"
	@$(PIP) --no-compile --require-hashes -r requirements-dev.txt
	@touch $@
