VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: help app test slow lint bench clean
.DEFAULT_GOAL := help

help: ## show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

app: $(VENV)/.runtime ## set everything up and open the dashboard on sample data
	$(BIN)/python -m streamlit run app.py

# About half of what the browser tests take: two browsers wait for their servers side by side, not one after the other.
FIRST_BROWSER := $(addprefix tests/browser/test_,same_everywhere.py journeys.py beacon.py presentation.py report.py)

# Five processes and the servers and commands that they start read the same modules: they are compiled once.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.dev ## set everything up and run all tests
	@logs=$$(mktemp -d); \
	$(BIN)/python -m pytest tests/core/registry $(FIRST_BROWSER) >$$logs/first 2>&1 & first=$$!; \
	$(BIN)/python -m pytest tests/browser $(FIRST_BROWSER:%=--ignore=%) >$$logs/second 2>&1 & second=$$!; \
	nice -n 5 $(BIN)/python -m pytest tests/app >$$logs/app 2>&1 & app=$$!; \
	nice -n 5 $(BIN)/python -m pytest tests/core/cohort tests/core/study >$$logs/cohort 2>&1 & files=$$!; \
	nice -n 5 $(BIN)/python -m pytest --ignore=tests/browser --ignore=tests/app --ignore=tests/core/cohort --ignore=tests/core/study --ignore=tests/core/registry; core=$$?; \
	wait $$files; cohort=$$?; wait $$app; pages=$$?; wait $$first; one=$$?; wait $$second; other=$$?; \
	echo "The tests of reading files and of analyses, which ran beside these:"; cat $$logs/cohort; \
	echo "The tests of the pages, which ran beside these:"; cat $$logs/app; \
	echo "The tests of registries and in two browsers, which ran beside these:"; cat $$logs/first $$logs/second; \
	rm -rf $$logs; [ $$core -eq 0 ] && [ $$cohort -eq 0 ] && [ $$pages -eq 0 ] && [ $$one -eq 0 ] && [ $$other -eq 0 ]

slow: $(VENV)/.dev ## prove coverage and bias by simulation (minutes), write docs/recovery.md
	$(BIN)/python -m pytest tests/slow -rx

lint: $(VENV)/.dev ## check style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev ## measure speed as ratios and add them to docs/performance.md
	$(BIN)/python -m bench

clean: ## remove what the other targets made
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@ $(VENV)/.runtime
