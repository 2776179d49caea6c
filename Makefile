# make run     clean the sample corpus: raw/ -> clean/
# make test    everything that must pass before a change is merged
# make hostile, make crash   the tests of hostile input, and of kills and full disks, alone
# make fuzz    each fuzz target for FUZZ_SECONDS; FUZZ_TARGETS="segment decode" for some of them
# make promises  what docs/promises.md states, measured
# make nightly   everything as thoroughly as it can be; takes hours
# make lock    resolve the dependencies again
#
# A fresh machine needs Python 3.11+ and make; all the rest goes into .venv, at the versions and hashes of
# requirements.lock.

PYTHON ?= python3
FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= decode segment containers ledger report end_to_end
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
FUZZER := $(VENV)/fuzzer
PLUGGED := $(VENV)/plugged
LOCK_TOOLS := $(VENV)/lock-tools
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.PHONY: run test hostile crash fuzz promises nightly lock
.DELETE_ON_ERROR:

run: $(INSTALLED)
	$(BIN)/cleaner run raw/ clean/

test: $(INSTALLED) $(PLUGGED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n auto --dist loadfile

hostile crash: $(INSTALLED)
	$(BIN)/python -m pytest -q tests/$@ --figures

# What covers new code is kept in .fuzz/, where the next run goes on; so is an input that fails.
fuzz: $(FUZZER)
	set -e; for target in $(FUZZ_TARGETS); do $(BIN)/python -m tests.fuzz.run $$target $(FUZZ_SECONDS); done

promises: $(INSTALLED)
	$(BIN)/python -m pytest -q tests/hostile tests/crash tests/fuzz tests/security tests/property tests/e2e tests/unit/test_report.py \
		tests/unit/test_report_views.py --figures

nightly: $(INSTALLED)
	CLEANER_TEST_PROFILE=full $(BIN)/python -m pytest -q --figures

# Editable: a change to cleaner/ needs no second installation. The lock holds the build backend too, so that nothing
# is installed that it does not name.
$(INSTALLED): requirements.lock pyproject.toml hatch_build.py $(wildcard native/*)
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "cleaner needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes --no-deps --requirement requirements.lock
	$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	touch $@

$(FUZZER): $(INSTALLED)
	$(PIP) install --quiet --no-deps "$$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["fuzz"])')"
	touch $@

# The libraries that cleaner.integrations plugs into, for their tests: as heavy as all the rest together.
$(PLUGGED): requirements-integrations.lock $(INSTALLED)
	$(PIP) install --quiet --require-hashes --no-deps --requirement $<
	touch $@

COMPILE = CUSTOM_COMPILE_COMMAND="make lock" $(LOCK_TOOLS)/bin/pip-compile --quiet --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --all-build-deps --strip-extras --allow-unsafe

lock: $(LOCK_TOOLS)/bin/pip-compile
	$(COMPILE) --extra test --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra test --extra integrations --constraint requirements.lock \
		--output-file requirements-integrations.lock pyproject.toml

$(LOCK_TOOLS)/bin/pip-compile:
	$(PYTHON) -m venv $(LOCK_TOOLS)
	$(LOCK_TOOLS)/bin/python -m pip install --quiet --upgrade pip pip-tools

