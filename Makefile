# Everything a newcomer and CI need: Python 3.11 or newer, and make.
#
#   make plan     solve the United States base case and write its report
#   make test     the quick tests            make app      the page in a browser
#   make lint     ruff and mypy              make format   let ruff tidy the code
#   make slow     the slow tests             make clock    the tests that hold the clock
#   make bench    where the time goes
#   make docs     renew pages and workbook   make lock     renew the locked versions
#   make soak     the pages under many hands, for MINUTES=60
#   make site     the documents as a site, offline        make pictures   those of the README, from the run of make plan
#   make results  finds the figures again that pages quote (some ten minutes), and writes them into the pages
#   make faults   tries every way in which a run was once lost, and prints the table; QUICK=1 tries the quick ones
#   make mutants  puts known faults into a copy, one at a time, and tells which the quick tests notice
#   make clean    remove caches and builds (not .venv: delete the folder to begin again)
#
# The first target that needs it makes .venv and installs the locked versions (requirements/*.txt, with hashes).
# Another Python: make plan PYTHON=python3.13      Another case: make plan CASE=my_case.xlsx

PYTHON ?= python3
CASE ?= inputs/us_base_case
# One worker a core, but two at most: the tests solve, and solving wants memory.
TEST_WORKERS ?= 2
PYTEST_ARGS ?=

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python
UV := $(PY) -m uv

# Python keeps what it has compiled: where the surroundings forbid it, every start takes seconds longer.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help plan app test slow clock lint format faults soak mutants bench docs site pictures results lock clean

help:
	@sed -n '3,17s/^# \{0,1\}//p' Makefile

plan: .venv/run.done
	$(BIN)/ree-planner solve $(CASE) --out reports/runs/$(basename $(notdir $(CASE))) --replace

app: .venv/run.done
	$(BIN)/ree-planner app

test: .venv/dev.done
	$(PY) -m pytest -n $(TEST_WORKERS) --dist worksteal $(PYTEST_ARGS)

slow: .venv/dev.done
	$(PY) -m pytest -n $(TEST_WORKERS) --dist worksteal -m "slow and not clock" $(PYTEST_ARGS)

clock: .venv/dev.done
	$(PY) -m pytest -n 0 -m clock $(PYTEST_ARGS)

lint: .venv/dev.done
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

format: .venv/dev.done
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

faults: .venv/dev.done
	QUICK=$(QUICK) $(PY) tests/faults/table.py

# Two users, twenty queued runs and eight viewers for so many minutes.
MINUTES ?= 60
soak: .venv/dev.done
	$(PY) -m benchmarks.soak --minutes $(MINUTES)

mutants: .venv/dev.done
	$(PY) -m benchmarks.mutants

bench: .venv/dev.done
	$(PY) -m benchmarks

docs: .venv/dev.done
	$(PY) -m planner.docs.renew

site: .venv/dev.done
	$(PY) -m benchmarks.site

pictures: .venv/dev.done
	$(PY) -m benchmarks.pictures

results: .venv/dev.done
	$(PY) -m benchmarks.results

# The versions move here and nowhere else. run.txt takes its versions from dev.txt, so both install the same.
LOCK = $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
lock: .venv/dev.done
	$(LOCK) --all-extras --group build --output-file requirements/dev.txt pyproject.toml
	$(LOCK) --extra app --extra cluster --group build --constraints requirements/dev.txt --no-annotate --output-file requirements/run.txt pyproject.toml
	printf 'uv\n' | $(LOCK) --no-annotate --output-file requirements/uv.txt -

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# What follows makes .venv. uv installs in seconds what takes pip a minute; where uv cannot be had, pip does the same.

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is not that. Name one: make plan PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

.venv/uv.done: requirements/uv.txt | $(PY)
	@$(PY) -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/uv.txt || \
	  echo "uv is not to be had here; pip will do, and take a minute" >&2
	@touch $@

define install
	@echo "installing requirements/$(1).txt into .venv"
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements/$(1).txt || \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$(1).txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
endef

.venv/run.done: requirements/run.txt pyproject.toml .venv/uv.done
	$(call install,run)

.venv/dev.done: requirements/dev.txt pyproject.toml .venv/uv.done
	$(call install,dev)
	@touch .venv/run.done
