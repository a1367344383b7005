# `make help` lists the targets. Needs Python 3.11 or newer with its venv module (Debian: python3-venv); `make test-real`
# also needs Node.js with npm.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
REAL = tests/real
RUNS ?= 50000
FUZZED = dotenv compose csp html
# An editable install compiles nothing, and where PYTHONDONTWRITEBYTECODE is set each run would compile all modules and
# rules anew.
COMPILE = $(BIN)/python -m compileall -q rtlint && \
  env -u PYTHONDONTWRITEBYTECODE $(BIN)/rtlint check --quiet --no-cache tests/projects/repaired
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-real fuzz fuzz-atheris bench bench-library lint schema docs clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: $(VENV)/.run ## run rtlint on a sample repository with a broken real-time setup
	@echo 'rtlint check tests/projects/scenario'
	@status=0; $(BIN)/rtlint check tests/projects/scenario || status=$$?; \
	echo "exit code $$status (1: there are findings)"; test $$status -eq 1

test: $(VENV)/.dev ## run the tests that need nothing but Python
	$(BIN)/python -m pytest -q -n auto --dist worksteal

test-real: $(VENV)/.real $(REAL)/node_modules/.installed | debian-packages ## compare rtlint with the real tools
	$(BIN)/python -m pytest -q -m real

fuzz: $(VENV)/.dev ## try the extractors on 20,000 texts each, in place of 60
	RTLINT_FUZZ=20000 $(BIN)/python -m pytest -q -n auto tests/test_properties.py

fuzz-atheris: $(VENV)/.fuzz ## try the readers on RUNS=50000 texts each that reach new code
	@for target in $(FUZZED); do echo "== $$target"; $(BIN)/python -m fuzz.$$target -runs=$(RUNS) -verbosity=0 || exit 1; done

bench: $(VENV)/.run ## measure rtlint beside its peers on made-up repositories, or on FOLDER=...
	$(BIN)/python -m benchmarks.run $(FOLDER)

bench-library: $(VENV)/.dev ## measure the stages by themselves
	$(PIP) --editable '.[bench]'
	$(BIN)/python -m pytest -q -p no:xdist benchmarks/test_library.py

lint: $(VENV)/.dev ## check style, types and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

schema: $(VENV)/.run ## print the views that rules and queries read
	@$(BIN)/rtlint schema

docs: $(VENV)/.dev ## make the pages of rules and views, and bring shown output and options up to date
	$(BIN)/python -m tests.test_docs

clean: ## remove everything that these targets made
	rm -rf $(VENV) $(REAL)/node_modules dist build .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find rtlint tests fuzz -name __pycache__ -type d -not -path '*/node_modules/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'rtlint needs Python 3.11 or newer: make PYTHON=python3.12 ...'; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo 'No virtual environment could be made. On Debian: apt-get install python3-venv'; exit 1; }

# Each stamp stands for one set of packages, installed anew only when pyproject.toml has changed.
$(VENV)/.run: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@$(COMPILE)
	@touch $@ $(VENV)/.run

$(VENV)/.fuzz: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[dev,fuzz]'
	@touch $@ $(VENV)/.dev $(VENV)/.run

$(VENV)/.real: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[dev,real]'
	@touch $@ $(VENV)/.dev $(VENV)/.run

# npm does not run the script by which the SARIF validator makes its own binary executable.
$(REAL)/node_modules/.installed: $(REAL)/package.json
	cd $(REAL) && npm install --silent --no-audit --no-fund
	find $(REAL)/node_modules -type f -name Sarif.Multitool -exec chmod u+x {} +
	@touch $@

# Tests of tools that are missing are skipped, and say so.
.PHONY: debian-packages
debian-packages:
	@missing=; if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  command -v docker-compose >/dev/null || missing="$$missing docker-compose"; \
	  command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing="$$missing nginx-light"; \
	  [ -d /usr/share/php/Illuminate/Routing ] && command -v php >/dev/null || missing="$$missing php-cli php-laravel-framework"; \
	  command -v nvim >/dev/null || missing="$$missing neovim"; \
	  command -v chromium >/dev/null || missing="$$missing chromium fonts-dejavu-core"; \
	  command -v ruby >/dev/null && ruby -e 'require "action_dispatch"' 2>/dev/null || missing="$$missing ruby ruby-actionpack"; \
	  if [ -n "$$missing" ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  fi; \
	fi
