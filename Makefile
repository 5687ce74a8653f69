PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup chat test eval screenshot

setup: .venv/ready

.venv/ready: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

chat: setup
	$(BIN)/python -m app chat

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

eval: setup
	$(BIN)/python -m app eval seeds/questions.jsonl

screenshot: setup
	$(BIN)/python docs/screenshot.py
