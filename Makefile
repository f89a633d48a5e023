# Two commands do everything on a machine with Python 3.11 and make: `make run` and `make test`.
# Targets that install leave a stamp in .venv: a second run starts at once.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALLED := .venv/.installed
WORKERS ?= 2
ARGS ?=
PORT ?= 8000
export PORT

# The State's form may not be handed on with the program; where it lies beside, its tests run too.
SHARED_CERFA := $(abspath ../shared/data/cerfa/cerfa_15059-02.pdf)
ifneq ($(wildcard $(SHARED_CERFA)),)
export CERFA_15059_PDF ?= $(SHARED_CERFA)
endif

.PHONY: help install run seed test test-postgres check lint lint-types lint-rest fuzz law bench lock sbom migration clean
.DEFAULT_GOAL := help

help: ## What each target does
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-15s %s\n", $$1, $$2 }'

install: $(INSTALLED) ## Install everything into .venv

$(INSTALLED): requirements.lock requirements-installer.lock pyproject.toml scripts/install
	@scripts/install "$(PYTHON)" .venv
	@touch $@

run: $(INSTALLED) ## Create the database, load the demonstration, write its claim files, serve the site
	@scripts/demonstrate
	@exec $(BIN)/grants serve

seed: $(INSTALLED) ## Create the database and load the demonstration, without serving
	@scripts/demonstrate

test: $(INSTALLED) ## Run the whole suite (SQLite, or the database of DATABASE_URL)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-postgres: $(INSTALLED) ## Run the tests that touch the database on a throw-away PostgreSQL
	@scripts/with-postgres $(BIN)/pytest -n $(WORKERS) --dist worksteal tests/integration $(ARGS)

fuzz: $(INSTALLED) ## Try the properties at random, with many examples: takes long
	@GRANTS_FUZZ=1 $(BIN)/pytest -n $(WORKERS) --dist worksteal -m hypothesis $(ARGS)

lint: lint-types lint-rest ## Format, lint, types, imports, security (make -j2 lint does two at once)

lint-types: $(INSTALLED)
	$(BIN)/mypy

lint-rest: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --severity-level low grants forms exports

check: lint ## The same, and the unit tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal tests/unit

law: $(INSTALLED) ## Run the case files of the law
	@$(BIN)/grants law run tests/law/*.toml

bench: $(INSTALLED) ## Measure (never part of the tests)
	@$(BIN)/python -m tests.bench $(ARGS)

sbom: $(INSTALLED) ## Write the bill of materials of the lock file (CycloneDX) to out/sbom.cdx.json
	$(BIN)/python -m scripts.sbom

lock: $(INSTALLED) ## Pin every dependency anew, by hash and without naming a registry
	$(BIN)/uv --quiet pip compile pyproject.toml --group dev --all-extras --universal --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	$(BIN)/uv --quiet pip compile requirements-installer.in -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements-installer.lock

migration: $(INSTALLED) ## Write a migration from the models: make migration NAME=0002_add_certification
	@scripts/new-migration "$(NAME)"

clean: ## Remove what the targets made, except the database in instance/
	rm -rf .venv out dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
