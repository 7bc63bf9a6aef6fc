# Every target works on a machine with Python 3.11 and make; .venv holds all that is installed.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
OREWIRE := $(BIN)/orewire
LABELLED ?= ../shared/data/dev.jsonl

.DEFAULT_GOAL := help
.PHONY: standings help setup demo browser test check format lint accuracy labels train bench bench-pages bench-store lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "orewire needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv .venv && touch $@

.venv/runtime: .venv/python requirements.lock pyproject.toml
	@echo "installing the pinned packages into .venv (about a minute, once)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e . && touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock && touch $@

setup: .venv/runtime  ## install orewire into .venv

demo: .venv/runtime  ## run the whole way over the sample newsroom
	@$(OREWIRE) demo

browser:
	@command -v chromium >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } >/dev/null 2>&1 || echo "the browser tests need Debian's package chromium: apt-get install chromium"

test: .venv/dev browser  ## run all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/dev format lint  ## the fast loop: format, lint, types, layers, unit tests
	@$(BIN)/python -m pytest -n 2 -m "not e2e and not data"

format: .venv/dev  ## rewrite the files in the house format
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet . || true

lint: .venv/dev  ## lint, types, the layer rule; changes nothing
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo

accuracy: .venv/dev  ## write docs/accuracy.md: figures on our held-out articles, and on real ones (LABELLED=file)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.accuracy "$(LABELLED)"

standings: .venv/dev  ## write the rules of standing.yaml into docs/projects.md
	@$(BIN)/python -m bench.standing_table

labels: .venv/dev  ## check the labelled texts: faults, near-duplicates, balance
	@$(BIN)/python -m nlp.training.check

train: .venv/dev  ## train the heads of nlp/models and the weights of store/models from the labelled texts, the same every time; CORRECTIONS=file adds what was corrected (REPEAT=n times)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m nlp.training.train $(if $(CORRECTIONS),--corrections "$(CORRECTIONS)" --repeat $(or $(REPEAT),1))
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m store.training.fit

.venv/peers: .venv/dev
	@$(PIP) install --target $@ newspaper4k==0.9.6 readability-lxml==0.9 'psycopg[binary]==3.3.9' 2>/dev/null && touch $@

bench: .venv/dev .venv/peers  ## measure the speed of understanding, of polling, of extraction, and of the whole way
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.understanding
	@$(BIN)/python -m bench.polling
	@$(BIN)/python -m bench.extraction
	@$(BIN)/python -m bench.whole_way
	@$(BIN)/python -m bench.movers
	@$(BIN)/python -m bench.fulltext
	@$(BIN)/python -m bench.alerts
	@$(BIN)/python -m bench.alert_delay

bench-pages: .venv/dev  ## the pages and pictures at a million events, 50 requests a second for a minute (EVENTS=n)
	@$(BIN)/python -m bench.pages $(EVENTS)
	@$(BIN)/python -m bench.charts $(EVENTS)

bench-store: .venv/dev .venv/peers  ## measure the store beside SQLite and PostgreSQL (EVENTS=10000000 takes an hour)
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || apt-get install -y -q postgresql >/dev/null 2>&1 || echo "without PostgreSQL: install the package postgresql to have it measured"
	@$(BIN)/python -m bench.store $(EVENTS)

UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: .venv/dev  ## resolve the dependencies again and pin them with hashes
	@$(UV_COMPILE) pyproject.toml --extra encoder --extra charts --group build -o requirements.lock
	@$(UV_COMPILE) pyproject.toml --extra encoder --extra charts --group dev -c requirements.lock -o requirements-dev.lock

clean:  ## remove what was installed, built or gathered
	rm -rf .venv dist demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
