# `make` sets up and runs the main job; `make test` runs every test. A second run installs nothing.
PYTHON ?= python3
PIP_ARGS ?=
BIN := .venv/bin

# The installed package is a folder of links to these files. The stamp's name changes when a file comes
# or goes, so a new module is linked by the next `make`, and an edit needs nothing.
FILES := $(shell find scratch reference parity_tests data scripts -type f -not -path '*/__pycache__/*' | LC_ALL=C sort)
STAMP := .venv/installed-$(shell (echo "$(FILES)"; cat pyproject.toml constraints.txt) | cksum | cut -d' ' -f1)

.PHONY: run test check clean

run: $(STAMP)
	$(BIN)/backproof --version

test: $(STAMP)
	$(BIN)/python -m pytest

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(STAMP):
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt \
		--config-settings editable_mode=strict -e '.[dev]'
	rm -f .venv/installed-*
	touch $@

clean:
	rm -rf .venv build *.egg-info
