# The few commands of this project; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help install demo run test check lint types imports fast bench golden faults clean

PYTHON := .venv/bin/python
export UV_PYTHON_DOWNLOADS := never

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: .venv/.complete ## install all that is needed, here

.venv/.complete: pyproject.toml uv.lock scripts/install
	@scripts/install
	@touch $@

demo: install ## show the main job (ONCE=1: check and stop; BOOKS=pos|desktop|online: QuickBooks)
	@$(PYTHON) -m stockbridge demo $(if $(ONCE),--once) $(if $(BOOKS),--books $(BOOKS)) $(if $(PORT),--port $(PORT)) $(DEMO)

run: install ## start the real thing; the first visit leads through the set-up
	@$(PYTHON) -m stockbridge serve $(SERVE)

test: install ## all tests, on SQLite and on PostgreSQL where there is one
	@scripts/test

check: install lint types imports test ## what has to pass before anything lands

lint: install
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .

types: install
	@.venv/bin/mypy

imports: install
	@.venv/bin/lint-imports

fast: install lint types imports ## the checks without the tests

bench: install ## measure, each figure beside its floor
	@scripts/bench $(BENCH)

golden: install ## write the golden files anew; review the difference
	@scripts/golden

faults: install ## kill and cut the journeys at every point (EVERY=5: a part; SECONDS=60 SEED=1: at random)
	@SEED=$(SEED) scripts/faults $(or $(EVERY),1) $(SECONDS)

clean: ## remove what was installed and built here
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache
