# Farmwatch. `make run` and `make test` do all the set-up they need.
PYTHON ?= python3
PORT ?= 8787
DATA ?= var
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test lint bench evaluate lab lab-network lab-vm demo lock pack

help:
	@echo "make run    the collector and one agent on this machine (PORT=$(PORT) DATA=$(DATA))"
	@echo "make test   all tests          make lint   ruff, mypy, import-linter, packs"
	@echo "make bench  figures beside their budgets"

run: $(VENV)/run.done
	@PORT="$(PORT)" DATA="$(DATA)" BIN="$(BIN)" sh deploy/here.sh

test: $(VENV)/dev.done
	@sh tests/packages.sh
	$(BIN)/python -m pytest $(TESTS)

lint: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m signatures.lint signatures/packs
	$(BIN)/python -m signatures.compile --check

bench: $(VENV)/dev.done
	$(BIN)/python -m lab.bench

evaluate demo lab-network lab-vm:
	@echo "make $@ is not built yet; CHANGELOG.md says what is" >&2; exit 2

lab: lab-network lab-vm

# For developers: write the lock files and the compiled signature pack anew.
lock: $(VENV)/dev.done
	sh requirements/lock.sh $(BIN)/pip-compile

pack: $(VENV)/dev.done
	$(BIN)/python -m signatures.compile

$(VENV)/bin/python:
	@sh deploy/needs.sh "$(PYTHON)"
	@"$(PYTHON)" -m venv "$(VENV)"

$(VENV)/run.done: requirements/run.txt setup.cfg pyproject.toml | $(VENV)/bin/python
	@echo "installing what Farmwatch needs into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.done: requirements/dev.txt $(VENV)/run.done
	@echo "installing what its tests need into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
