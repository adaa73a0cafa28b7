# The door. `make` alone prints what each target does.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
export UV_PYTHON := $(BIN)/python
export UV_LINK_MODE := copy
.DEFAULT_GOAL := help
.PHONY: help install dev demo demo-data tour fmt lint types contracts budgets docs docs-write check test bench lock audit clean

help: ## say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

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

demo: install ## import, train (the first time) and serve the demo: prints the address and the sign-ins
	@exec $(BIN)/cinoche serve --demo

demo-data: install ## import the demo catalogue and train once (a second time: nothing to do)
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

check: lint types contracts budgets docs ## everything static
	@echo "check: all green"

test: dev ## the whole suite
	@$(BIN)/pytest -n 2 --dist worksteal

bench: dev ## the benchmarks, with their ratios; writes docs/benchmarks.md
	@$(BIN)/python -m tests.benchmarks

lock: $(UV) ## compile requirements/*.in into locks with hashes
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras --no-emit-package cinoche requirements/core.in -o requirements/core.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --no-strip-extras --no-emit-package cinoche requirements/dev.in -o requirements/dev.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/uv.in -o requirements/uv.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate requirements/node.in -o requirements/node.txt

audit: dev ## known vulnerabilities in the locked dependencies
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/core.txt

clean: ## remove the environment and caches (the data folder stays)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build
