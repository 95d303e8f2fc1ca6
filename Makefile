# Every target does the set-up it needs: a machine with python3 (3.11 or later) with venv, and make, is enough.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench simulate bugs soak docs verifier lock audit clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SETUP_HELP := This needs Python 3.11 or later with the venv module. On Debian or Ubuntu: apt install python3 python3-venv. Another interpreter: make PYTHON=/path/to/python3.12

help: ## Show this help
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(READY) ## Make the virtual environment from the lock file

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "$(SETUP_HELP)"; exit 1; }
	@echo "Setting up $(VENV) (once; about half a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY) ## Four offices on this machine: register, verify, kill the primary, recover
	@$(BIN)/ipregister demo $(DEMO)

test: $(READY) ## Run the test suite, in two processes (one file or test: make test TEST="tests/ledger -n 0")
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(TEST)

check: $(READY) ## Lint, format check and strict types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(READY) ## Measure the register beside its peers (table and JSON)
	@$(BIN)/ipregister bench $(BENCH)

simulate: $(READY) ## Run seeded networks of the production engine, with faults
	@$(BIN)/python -m simulations $(SIMULATE)

bugs: $(READY) ## Plant historical bugs one at a time, and see them caught (writes the table in docs/testing.md)
	@$(BIN)/python -m simulations.bug_bench --into docs/testing.md $(BUGS)

soak: $(READY) ## Run real nodes under load, with faults drawn at random (SOAK="--minutes 60")
	@PYTHONPATH=tests $(BIN)/python -m processes.soak $(SOAK)

docs: $(READY) ## Write the generated parts of docs/: the OpenAPI description, the schema of proofs, the forms of numbers
	@$(BIN)/python -m api.openapi docs/openapi.json
	@$(BIN)/python -m node.proof_schema docs/proof.schema.json
	@$(BIN)/python -m node.evaluation.number_table docs/numbers.md

verifier: $(READY) ## Write the verifier of proof files as one file that needs no installation (out/ipregister-verifier.pyz)
	@$(BIN)/python -m node.verifier.archive out/ipregister-verifier.pyz

lock: $(READY) ## Renew the lock files from pyproject.toml
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.txt pyproject.toml
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev --output-file requirements-dev.txt pyproject.toml

audit: $(READY) ## Look up known vulnerabilities of the locked dependencies
	@$(BIN)/pip-audit --requirement requirements.txt --require-hashes --disable-pip

clean: ## Remove the virtual environment and caches
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
