# The door. `make` alone prints what each target does.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
export UV_PYTHON := $(BIN)/python
export UV_LINK_MODE := copy
.DEFAULT_GOAL := help
.PHONY: help install dev node web wheel demo demo-data tour fmt lint types contracts budgets docs docs-write docs-accuracy front-check front-test types-front check test test-peers test-e2e screenshots bench lock audit clean

help: ## say what each target does
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cinoche needs Python 3.11 or newer; $$($(PYTHON) --version) was found. Try: make PYTHON=python3.12 install"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(UV): $(BIN)/python requirements/uv.txt
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $(UV)

$(VENV)/.core: $(UV) requirements/core.txt pyproject.toml
	@$(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements/core.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core requirements/dev.txt
	@$(UV) pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/.core ## create .venv and put `cinoche` in .venv/bin
dev: $(VENV)/.dev ## add what check, test and bench need

node: install
	@$(BIN)/python -m tools.web has-node || $(UV) pip install --quiet --require-hashes -r requirements/node.txt

web: node ## build the site where its sources changed (with the machine's Node, or one from pip)
	@$(BIN)/python -m tools.web build

wheel: web ## build the package, the site in it, into dist/
	@$(BIN)/hatchling build -t wheel

demo: web ## import, train (the first time) and serve the demo: prints the address and the sign-ins
	@exec $(BIN)/cinoche serve --demo

demo-data: node ## import the demo catalogue and train once (a second time: nothing to do)
	@$(BIN)/python -m tools.web packages
	@$(BIN)/cinoche import movielens demo
	@$(BIN)/cinoche train --if-needed

tour: demo-data ## the story in ten seconds of terminal: a home, one event, the home after, and why
	@$(BIN)/python -m tools.tour

fmt: dev ## rewrite the code in the house's format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: dev ## format and lint, without changing anything
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(BIN)/codespell src tools docs README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md

types: dev ## mypy, strict
	@$(BIN)/mypy

contracts: dev ## who may import whom
	@$(BIN)/lint-imports --no-cache

budgets: dev ## the shape of files and functions
	@$(BIN)/python -m tools.budgets

docs: dev ## fail where docs/reference is not what the code says (`make docs-write` writes it)
	@$(BIN)/python -m tools.reference --check

docs-write: dev ## write docs/reference from the code
	@$(BIN)/python -m tools.reference

docs-accuracy: dev ## write the tables of docs/explanation/accuracy.md from its reports
	@$(BIN)/python -m tools.accuracy

front-check: dev node ## the site's format, lint and types, and that its types of the API are the API's
	@$(BIN)/python -m tools.web run lint
	@$(BIN)/python -m tools.web exec tsc --noEmit
	@$(BIN)/python -m tools.web types --check

front-test: node ## the site's own tests
	@$(BIN)/python -m tools.web run test

types-front: dev node ## write the site's types of the API from what the application says of itself
	@$(BIN)/python -m tools.web types

check: lint types contracts budgets docs front-check ## everything static
	@echo "check: all green"

test: dev front-test ## the whole suite but the browser's
	@$(BIN)/pytest -n 2 --dist worksteal -m "not e2e"

.venv-peers/.done: $(UV) requirements/peers.txt
	@$(BIN)/python -m venv .venv-peers
	@$(UV) pip install --quiet --python .venv-peers/bin/python --require-hashes -r requirements/peers.txt
	@touch $@

test-peers: dev .venv-peers/.done ## our metrics beside those of LensKit and RecTools on the same lists (about 2 GB of theirs)
	@$(BIN)/python -m tests.peers .venv-peers/bin/python

test-e2e: dev web ## the tests in a browser (Chromium, from the machine: CHROMIUM=/path/to/it)
	@$(BIN)/pytest -m e2e tests/e2e

screenshots: dev web ## write docs/pictures: every page, four widths, two themes
	@$(BIN)/python -m tools.screenshots

bench: dev ## the benchmarks, with their ratios; writes docs/benchmarks.md
	@$(BIN)/python -m tests.benchmarks

lock: $(UV) ## compile requirements/*.in into locks with hashes
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras --no-emit-package cinoche requirements/core.in -o requirements/core.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras --no-emit-package cinoche requirements/dev.in -o requirements/dev.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/uv.in -o requirements/uv.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/node.in -o requirements/node.txt
	@$(UV) pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/peers.in -o requirements/peers.txt

audit: dev ## known vulnerabilities in the locked dependencies
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/core.txt

clean: ## remove the environment and caches (the data folder stays)
	@rm -rf $(VENV) .venv-peers .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
