# Build, run and check Closeloop. Needs: make, python3 (3.11 or newer), python3-venv.

PYTHON := python3
BIN := .venv/bin
BUILD := @$(PYTHON) scripts/build.py

.DEFAULT_GOAL := help
.PHONY: help run demo-live run-test setup test check fmt bench lock clean

help: ## show what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: ## build what has changed and run the system with the demo company and its three months
	$(BUILD) environment web
	@CLOSELOOP_DEMO_HISTORY=$${CLOSELOOP_DEMO_HISTORY:-true} exec $(BIN)/closeloop run

demo-live: ## play the demo company's salespeople against the running system; PORT and SPEED
	$(BUILD) environment
	@exec $(BIN)/closeloop demo live --speed $${SPEED:-1}

run-test: ## the same in a home that is thrown away afterwards
	$(BUILD) environment web
	@exec $(BIN)/python scripts/trial.py

setup: ## the environment with the developer's tools, and the web client's packages
	$(BUILD) dev-environment packages

test: setup ## everything that must hold: format, lint, types, layers, tests, browser
	@exec $(BIN)/python scripts/test.py all

check: setup ## only format, lint, types and layers
	@exec $(BIN)/python scripts/test.py check

fmt: setup ## format, and mend what the linter can mend
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .
	@cd web && PATH=$(CURDIR)/$(BIN):$$PATH npm run --silent format

bench: ## measure; prints the hand-written floor beside our figures
	$(BUILD) environment
	@exec $(BIN)/python -m bench

LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate --quiet --upgrade

lock: setup ## take the newest releases that pyproject.toml allows
	$(LOCK) --group build -o requirements-build.lock
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove what was built; the home folder with its data stays
	rm -rf .venv .build web/node_modules web/dist
