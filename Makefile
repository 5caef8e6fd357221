# Orderloom's commands. Bare `make` prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
LOCKED := --require-hashes --no-build-isolation
PYTEST ?= $(BIN)/python -m pytest
PYTEST_ARGS ?=
# durable_rules is built from source; Python 3.13 has not the function it calls by its old name.
export CPPFLAGS := $(CPPFLAGS) -DPyEval_CallObject=PyObject_CallObject

# Programs that tests start would be compiled anew each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test quick check lint types bench bench-scale interop docs lock assets screens licences clean prerequisites

help: ## print this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: $(VENV)/.run assets ## from nothing to the running demo, on this machine only
	@ORDERLOOM_ASSETS=$${ORDERLOOM_ASSETS:-$$( [ -d static/vendor ] && echo local || echo cdn )} \
	  $(BIN)/orderloom serve --demo

test: $(VENV)/.dev node_modules/.installed ## from nothing to a green test suite
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

# What decides and needs no database, no page and no program.
QUICK := $(addprefix tests/,approvals codec editor engine forms rules words)

quick: $(VENV)/.dev ## the fast tests only, in less than a minute
	$(PYTEST) -x -q -n 2 --dist loadfile -m "not slow and not browser and not postgres" $(QUICK) $(PYTEST_ARGS)

check: lint types licences test ## everything CI looks at; ends with the tests

lint: $(VENV)/.dev ## style and mistakes (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev .links ## mypy --strict over every package and test
	$(BIN)/mypy .links/orderloom tests

licences: $(VENV)/.dev ## nothing GPL or AGPL among what is installed
	$(BIN)/python .ci/licences.py

bench: $(VENV)/.dev ## measure beside the raw limits: bench.json, docs/performance.md
	$(BIN)/orderloom bench $(if $(ONLY),--only $(ONLY))

interop: $(VENV)/.dev ## load our XES and OCEL 2.0 in pm4py, compare its figures with ours
	.ci/interop

bench-scale: $(VENV)/.dev ## measure among a million orders (ORDERS=n for fewer); not in CI
	$(BIN)/orderloom bench --only scale $(if $(ORDERS),--orders $(ORDERS)) --json bench-scale.json

docs: $(VENV)/.run ## write docs/language.md from the schemas
	$(BIN)/python -m orderloom.platform.definitions.reference docs/language.md

assets: ## copy the pinned browser files to static/vendor (needs npm; done once)
	@if [ -f node_modules/.installed ] || command -v npm >/dev/null; then \
	  $(MAKE) --no-print-directory static/vendor/.copied; \
	else echo "No npm: pages load their assets from the CDN, text in the system's font."; fi

screens: $(VENV)/.dev node_modules/.installed ## take the pictures in docs/screens again
	ORDERLOOM_SCREENS=docs/screens $(PYTEST) -q tests/web -k screens $(PYTEST_ARGS)

lock: ## choose newer versions within pyproject.toml: requirements/*.txt, package-lock.json
	.ci/lock

clean: ## remove everything that make made
	rm -rf $(VENV) .links node_modules static/vendor build dist *.egg-info var
	find . -name __pycache__ -prune -exec rm -rf {} +

prerequisites:
	@.ci/prerequisites $(PYTHON)

# pip comes first, from its own locked list: an old setuptools refuses licence expressions.
$(VENV)/.created: requirements/build.txt | prerequisites
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/.run: $(VENV)/.created requirements/run.txt pyproject.toml
	@[ -f $(VENV)/.dev ] || $(PIP) $(LOCKED) -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.created requirements/dev.txt pyproject.toml
	$(PIP) $(LOCKED) -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

# mypy sees the packages under their names by links: platform/ may not be a package of its own.
.links: pyproject.toml
	@mkdir -p .links/orderloom
	@for folder in approvals audit examples forms platform rules static; do \
	  ln -sfn ../../$$folder .links/orderloom/$$folder; done
	@touch .links

# Where there is no Node, a wheel brings it.
node_modules/.installed: package-lock.json .npmrc | $(VENV)/.created
	@if command -v npm >/dev/null; then npm ci --ignore-scripts; else \
	  $(PIP) --require-hashes -r requirements/node.txt && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts; fi
	@touch $@

static/vendor/.copied: node_modules/.installed static/assets.json | $(VENV)/.run
	@$(BIN)/python -m orderloom.platform.web.vendor node_modules >/dev/null
	@touch $@
